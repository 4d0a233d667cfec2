import type { JsonSchema } from "./read-context-schema.ts";
import { isObject } from "./schema-words.ts";

/**
 * Whether a context of this schema, read by `readContextSchema`, can have something at `parts`. A schema that names
 * no properties says nothing about what is inside; one that names some, and no `additionalProperties`, names all.
 * The items of a list are reached by a number, or by none, as a variable of a loop is.
 */
export function schemaKnows(schema: unknown, parts: readonly string[]): boolean {
  if (typeof schema === "boolean") return schema;
  const [part, ...rest] = parts;
  if (!isObject(schema) || part === undefined) return true;
  const alternatives = alternativesOf(schema);
  const ways = [...waysInside(schema, part, rest), ...alternatives.map((alternative) => ({ schema: alternative, parts }))];
  if (ways.some((way) => schemaKnows(way.schema, way.parts))) return true;
  return alternatives.length === 0 && !saysWhatIsInside(schema) && mayHaveParts(schema.type);
}

type Way = { readonly schema: unknown; readonly parts: readonly string[] };

function waysInside({ properties, additionalProperties, items }: JsonSchema, part: string, rest: readonly string[]): Way[] {
  const ways: Way[] = [];
  if (items !== undefined) ways.push({ schema: items, parts: /^\d+$/.test(part) ? rest : [part, ...rest] });
  if (isObject(properties) && Object.hasOwn(properties, part)) ways.push({ schema: properties[part], parts: rest });
  else if (additionalProperties !== undefined) ways.push({ schema: additionalProperties, parts: rest });
  return ways;
}

/** Those that say anything about what is inside; `{ required: [...] }` does not. */
function alternativesOf(schema: JsonSchema): unknown[] {
  const lists = [schema.allOf, schema.anyOf, schema.oneOf].flatMap((list) => (Array.isArray(list) ? list : []));
  return [...lists, schema.then, schema.else].filter(
    (alternative) =>
      isObject(alternative) &&
      (saysWhatIsInside(alternative) || alternative.type !== undefined || alternativesOf(alternative).length > 0),
  );
}

function saysWhatIsInside({ properties, additionalProperties, items }: JsonSchema): boolean {
  return properties !== undefined || additionalProperties !== undefined || items !== undefined;
}

/** Texts, numbers and the like have nothing inside. */
function mayHaveParts(type: unknown): boolean {
  const types = Array.isArray(type) ? type : [type];
  return types.includes(undefined) || types.includes("object") || types.includes("array");
}
