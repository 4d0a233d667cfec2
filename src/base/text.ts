import { z } from "zod";

/** Text that PostgreSQL stores as it came: no NUL, no half of a surrogate pair. */
export function isStorableText(text: string): boolean {
  return !text.includes("\0") && text.isWellFormed();
}

export const storableText = (max: number) =>
  z.string().min(1).max(max).refine(isStorableText, "must not contain NUL characters or broken surrogate pairs");

/** Whether the JSON text `json` holds the escape of a NUL, which no PostgreSQL text can hold. */
export function hasEscapedNul(json: string): boolean {
  return json.includes("\\u0000") && /(?<!\\)(?:\\\\)*\\u0000/.test(json);
}

/** A JSON object whose every text can be stored in a `jsonb` column. */
export const storableObject = z
  .record(z.string(), z.unknown())
  .refine((value) => isStorableJson(value), "must not contain NUL characters or broken surrogate pairs");

function isStorableJson(value: unknown): boolean {
  const json = JSON.stringify(value);
  return !hasEscapedNul(json) && !/(?<!\\)(?:\\\\)*\\ud[89a-f]/i.test(json);
}
