import { isNestedDeeper } from "../base/index.ts";
import { formatPath } from "./format-path.ts";
import { isObject, refusalOf, SchemaFault, schemaWords } from "./schema-words.ts";

export type JsonSchema = Readonly<Record<string, unknown>>;

/**
 * What a schema may cost. Parts are schemas, names and listed values, counted as often as references lead to
 * them; those that every item of a list has to meet are counted once more, because a context can have many items.
 */
export const schemaLimits = { bytesMax: 64 * 1024, depthMax: 16, partsMax: 1_000, repeatedPartsMax: 100 } as const;

const rootPath = "contextSchema";

/**
 * Reads a schema word by word, and returns one that says the same without notes and references: nothing else
 * ever reaches the library that compiles it. Throws `SchemaFault` for the first thing that is wrong.
 */
export function readContextSchema(schema: JsonSchema): JsonSchema {
  if (isNestedDeeper(schema, 2 * schemaLimits.depthMax))
    throw new SchemaFault(rootPath, `The schema may be nested at most ${schemaLimits.depthMax} deep.`);
  const bytes = Buffer.byteLength(JSON.stringify(schema));
  if (bytes > schemaLimits.bytesMax)
    throw new SchemaFault(rootPath, `The schema has ${bytes} bytes; ${schemaLimits.bytesMax} are allowed.`);
  const read = new Reading(schema).read(schema, { path: rootPath, depth: 0, isRepeated: false });
  return isObject(read) ? read : {};
}

type Place = { readonly path: string; readonly depth: number; readonly isRepeated: boolean };

class Reading {
  readonly #root: JsonSchema;
  /** References that are being followed: one that comes back to itself never ends. */
  readonly #open = new Set<string>();
  #parts = 0;
  #repeatedParts = 0;

  constructor(root: JsonSchema) {
    this.#root = root;
  }

  read(schema: unknown, place: Place): boolean | JsonSchema {
    this.#count(1, place);
    if (typeof schema === "boolean") return schema;
    if (!isObject(schema)) throw new SchemaFault(place.path, "Expected a schema: an object, true or false.");
    if (place.depth > schemaLimits.depthMax)
      throw new SchemaFault(
        place.path,
        `The schema may be nested at most ${schemaLimits.depthMax} deep, through references too.`,
      );
    const read: Record<string, unknown> = {};
    for (const [word, value] of Object.entries(schema)) {
      const inside = { ...place, path: formatPath(place.path, [word]), depth: place.depth + 1 };
      const meaning = this.#readWord(word, value, inside);
      if (word === "$ref") read.allOf = [...listOf(read.allOf), meaning];
      else if (word === "allOf") read.allOf = [...listOf(read.allOf), ...listOf(meaning)];
      else if (meaning !== undefined) read[word] = meaning;
    }
    return read;
  }

  #readWord(word: string, value: unknown, place: Place): unknown {
    const rule = schemaWords.get(word);
    if (!rule) throw new SchemaFault(place.path, refusalOf(word));
    if (!rule.isValid(value)) throw new SchemaFault(place.path, `Expected ${rule.expected}.`);
    switch (rule.kind) {
      case "note":
        return undefined;
      case "plain":
        this.#count(sizeOf(value), place);
        return value;
      case "schema":
        return this.read(value, place);
      case "repeated":
        return this.read(value, { ...place, isRepeated: true });
      case "schemas":
        return listOf(value).map((item, index) => this.read(item, { ...place, path: `${place.path}.${index}` }));
      case "map":
        return this.#readMap(value, place);
      case "definitions":
        this.#readMap(value, place);
        return undefined;
      case "reference":
        return this.#follow(String(value), place);
    }
  }

  #readMap(value: unknown, place: Place): Record<string, unknown> {
    const read: Record<string, unknown> = {};
    for (const [name, schema] of Object.entries(isObject(value) ? value : {})) {
      const path = formatPath(place.path, [name]);
      if (name === "__proto__") throw new SchemaFault(path, "This name cannot be used.");
      if (path === `${rootPath}.properties.system`)
        throw new SchemaFault(path, '"system" is reserved: a context cannot have it.');
      read[name] = this.read(schema, { ...place, path });
    }
    return read;
  }

  #follow(reference: string, place: Place): unknown {
    const target = this.#find(reference);
    if (target === undefined) throw new SchemaFault(place.path, `${reference} is nowhere in this schema.`);
    if (this.#open.has(reference))
      throw new SchemaFault(place.path, `${reference} refers to itself: a schema has to end somewhere.`);
    this.#open.add(reference);
    const read = this.read(target, place);
    this.#open.delete(reference);
    return read;
  }

  #find(reference: string): unknown {
    const [hash, group = "", name = "", ...rest] = reference.split("/");
    if (hash !== "#" || (group !== "$defs" && group !== "definitions") || rest.length > 0) return undefined;
    const schemas = this.#root[group];
    return isObject(schemas) && Object.hasOwn(schemas, name) ? schemas[name] : undefined;
  }

  #count(parts: number, { path, isRepeated }: Place): void {
    this.#parts += parts;
    if (isRepeated) this.#repeatedParts += parts;
    if (this.#parts > schemaLimits.partsMax)
      throw new SchemaFault(path, `The schema has more than ${schemaLimits.partsMax} schemas, names and listed values.`);
    if (this.#repeatedParts > schemaLimits.repeatedPartsMax)
      throw new SchemaFault(path, `What every item has to meet may have ${schemaLimits.repeatedPartsMax} parts at most.`);
  }
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function sizeOf(value: unknown): number {
  if (typeof value !== "object" || value === null) return 1;
  return Object.values(value).reduce<number>((sum, item) => sum + sizeOf(item), 1);
}
