/** `reviewContextSchema` reports it with its path; thrown to leave the reading. */
export class SchemaFault extends Error {
  override name = "SchemaFault";
  readonly path: string;

  constructor(path: string, message: string) {
    super(message);
    this.path = path;
  }
}

/** What stands behind a word: a note, a plain value, one schema or several. `repeated`: every item has to meet it. */
type WordKind = "note" | "plain" | "schema" | "repeated" | "schemas" | "map" | "definitions" | "reference";
type Word = { readonly kind: WordKind; readonly expected: string; readonly isValid: (value: unknown) => boolean };

const types = new Set<unknown>(["string", "number", "integer", "boolean", "object", "array", "null"]);
const anything = { expected: "anything", isValid: () => true };
const count = {
  expected: "a whole number from 0 on",
  isValid: (value: unknown) => Number.isSafeInteger(value) && Number(value) >= 0,
};
const number = { expected: "a number", isValid: Number.isFinite };
const factor = { expected: "a number above 0", isValid: (value: unknown) => Number.isFinite(value) && Number(value) > 0 };
const type = {
  expected: "string, number, integer, boolean, object, array or null, or a list of them",
  isValid: (value: unknown) => types.has(value) || (isSet(value) && value.length > 0 && value.every((item) => types.has(item))),
};
const names = {
  expected: "a list of different names",
  isValid: (value: unknown) => isSet(value) && value.every((item) => typeof item === "string"),
};
const values = { expected: "a list of values", isValid: (value: unknown) => Array.isArray(value) && value.length > 0 };
const schemas = { expected: "a list of schemas", isValid: values.isValid };
const map = { expected: "an object with a schema behind each name", isValid: isObject };
const reference = {
  expected: 'a reference into this schema, as in "#/$defs/name": nothing is fetched',
  isValid: (value: unknown) => typeof value === "string",
};

/**
 * The words that a schema may use; they mean the same in every draft. What is not here is refused: `pattern` and
 * `patternProperties` can take exponential time, `uniqueItems` quadratic time, `$id` and the like leave the document.
 */
export const schemaWords: ReadonlyMap<string, Word> = new Map([
  ...words("note", anything, "$schema $comment title description default examples deprecated readOnly writeOnly format"),
  ...words("plain", type, "type"),
  ...words("plain", count, "minLength maxLength minItems maxItems minProperties maxProperties"),
  ...words("plain", number, "minimum maximum exclusiveMinimum exclusiveMaximum"),
  ...words("plain", factor, "multipleOf"),
  ...words("plain", names, "required"),
  ...words("plain", values, "enum"),
  ...words("plain", anything, "const"),
  ...words("schema", anything, "not if then else"),
  ...words("repeated", anything, "items contains additionalProperties propertyNames"),
  ...words("schemas", schemas, "allOf anyOf oneOf"),
  ...words("map", map, "properties"),
  ...words("definitions", map, "$defs definitions"),
  ...words("reference", reference, "$ref"),
]);

function words(kind: WordKind, rule: Omit<Word, "kind">, list: string): [string, Word][] {
  return list.split(" ").map((word) => [word, { kind, ...rule }]);
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isSet(value: unknown): value is unknown[] {
  return Array.isArray(value) && new Set(value).size === value.length;
}

export function refusalOf(word: string): string {
  if (word === "pattern" || word === "patternProperties")
    return `${word} cannot be used: a pattern can take any time. Use enum, minLength and maxLength.`;
  if (word === "uniqueItems") return "uniqueItems cannot be used: comparing every item with every other takes too long.";
  if (word === "$id" || word === "$anchor") return `${word} cannot be used: refer with "#/$defs/name".`;
  return `${word} is not a word of JSON Schema that can be used here.`;
}
