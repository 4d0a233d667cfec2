import { z } from "zod";

/** Text that PostgreSQL stores as it came: no NUL, no half of a surrogate pair. */
export function isStorableText(text: string): boolean {
  return !text.includes("\0") && text.isWellFormed();
}

export const storableText = (max: number) =>
  z.string().min(1).max(max).refine(isStorableText, "must not contain NUL characters or broken surrogate pairs");

/** Text that may be empty. */
export const storableTextOrEmpty = (max: number) =>
  z.string().max(max).refine(isStorableText, "must not contain NUL characters or broken surrogate pairs");

export const timeZoneName = storableText(64).refine(isTimeZone, "must be an IANA time zone such as Europe/Paris");

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

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
