import type { z } from "zod";
import { invalid } from "./app-error.ts";

/** Checks a use case's input. Throws INPUT_INVALID with one sentence per fault; values are never repeated back. */
export function parseInput<T extends z.ZodType>(schema: T, input: unknown): z.output<T> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => ({ field: issue.path.join("."), message: issue.message }));
  const sentence = faults.map((fault) => (fault.field ? `${fault.field}: ${fault.message}` : fault.message)).join("; ");
  throw invalid("INPUT_INVALID", `${sentence}.`, { faults: faults.slice(0, 20) });
}
