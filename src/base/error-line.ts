import { stdSerializers } from "pino";

/** What PostgreSQL says beside its message: the values of the row that it refused, or what it was doing with them. */
const telling = ["detail", "where", "internalQuery"] as const;

/**
 * An error as a log line has it: type, message, stack and codes, without the values of anybody's row. The object mapper
 * copies them into message and stack, so they are taken out of there too.
 */
export function serializeError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const values = tellingTexts(error);
  const hide = (text: string): string => values.reduce((shown, value) => shown.replaceAll(value, "[redacted]"), text);
  const line: Record<string, unknown> = { ...stdSerializers.err(error) };
  for (const name of telling) delete line[name];
  return { ...line, message: hide(String(line.message)), stack: hide(String(line.stack)) };
}

/** Of the error and of its causes, whose messages and stacks are joined to its own. */
function tellingTexts(error: Error): string[] {
  const texts: string[] = [];
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause)
    for (const name of telling) {
      const text = (cause as unknown as Record<string, unknown>)[name];
      if (typeof text === "string" && text !== "") texts.push(text);
    }
  return texts;
}
