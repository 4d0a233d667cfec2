import { createHash } from "node:crypto";

/** DIGEST: a long text, told by its length and SHA-256. HIDDEN: a secret, of which only the name is told. */
export const changeForms = { WHOLE: "WHOLE", DIGEST: "DIGEST", HIDDEN: "HIDDEN" } as const;
export type ChangeForm = keyof typeof changeForms;

export type EventChange = {
  /** Such as `title` or `content.email.subject`. */
  readonly field: string;
  readonly form: ChangeForm;
  readonly before: unknown;
  readonly after: unknown;
};

type Fields = Readonly<Record<string, unknown>>;

/** Content may have 500 kB and an event is kept for good: longer texts are digested. */
const wholeCharactersMax = 1000;
const beginningCharacters = 200;

/**
 * What differs between two states, field by field; null is the state before there was anything. Objects are compared
 * inside, lists as a whole; absent and null are the same. `isSecret` fields are told by their names alone. Pure.
 */
export function changesBetween(
  before: Fields | null,
  after: Fields | null,
  isSecret: (field: string) => boolean = () => false,
): EventChange[] {
  return differences({ field: "", before, after }).map((change) =>
    isSecret(change.field) ? hiddenChange(change.field) : toChange(change),
  );
}

/** Of a field whose values must not be told. */
export function hiddenChange(field: string): EventChange {
  return { field, form: "HIDDEN", before: null, after: null };
}

type Difference = Omit<EventChange, "form">;

function differences({ field, before, after }: Difference): Difference[] {
  const [one, other] = [fieldsOf(before), fieldsOf(after)];
  const isNested = (one && other) || (one && isNothing(after)) || (other && isNothing(before));
  if (!isNested) return JSON.stringify(before ?? null) === JSON.stringify(after ?? null) ? [] : [{ field, before, after }];
  const names = new Set([...Object.keys(one ?? {}), ...Object.keys(other ?? {})]);
  // What was read from jsonb has its keys in another order than what was sent.
  return (field === "" ? [...names] : [...names].sort()).flatMap((name) =>
    differences({ field: field ? `${field}.${name}` : name, before: one?.[name], after: other?.[name] }),
  );
}

function fieldsOf(value: unknown): Fields | null {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date)
    ? (value as Fields)
    : null;
}

const isNothing = (value: unknown): boolean => value === null || value === undefined;

function toChange({ field, before, after }: Difference): EventChange {
  const form = isLong(before) || isLong(after) ? "DIGEST" : "WHOLE";
  return { field, form, before: bounded(before), after: bounded(after) };
}

const isLong = (value: unknown): boolean => textOf(value).length > wholeCharactersMax;

function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value ?? null);
}

function bounded(value: unknown): unknown {
  if (!isLong(value)) return value ?? null;
  const text = textOf(value);
  return {
    characters: text.length,
    sha256: createHash("sha256").update(text).digest("hex"),
    // Never cut through the middle of a character: PostgreSQL stores no half ones.
    beginning: text.slice(0, beginningCharacters).replace(/[\ud800-\udbff]$/, ""),
  };
}
