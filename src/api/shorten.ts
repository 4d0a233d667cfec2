const runMax = 100;
const textMax = 500;

/** What callers sent comes back in messages, such as an id that does not exist: never all of a long one. */
export function shorten(text: string): string {
  const calm = text.replaceAll(/\S{101,}/g, (run) => `${run.slice(0, runMax)}…`);
  return calm.length > textMax ? `${calm.slice(0, textMax)}…` : calm;
}

/** The same for the texts among details, lists of them included. */
export function shortenDetails(details: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(details).map(([name, value]) => [name, shortenValue(value)]));
}

function shortenValue(value: unknown): unknown {
  if (typeof value === "string") return value.length > runMax ? `${value.slice(0, runMax)}…` : value;
  return Array.isArray(value) ? value.map(shortenValue) : value;
}
