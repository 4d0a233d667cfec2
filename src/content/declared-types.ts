import type { Use } from "./names.ts";
import type { JsonSchema } from "./read-context-schema.ts";
import { isObject } from "./schema-words.ts";

/** What is wrong between the type that a schema declares of a variable and what the content does with it; null where nothing is. */
export function typeFault(schema: JsonSchema, use: Use): string | null {
  const types = typesAt(schema, use.parts);
  if (types === null) return null;
  const isNever = (kinds: readonly string[]) => types.every((type) => type === "null" || !kinds.includes(type));
  const declared = `${use.name} is declared as ${types.join(" or ")}`;
  if (use.isPrinted && isNever(scalars)) return `${declared}, which cannot be printed.`;
  if (use.isList && isNever(["array"])) return `${declared}, and is used as list.`;
  if (use.wanted === null || use.wanted === "map" || use.isList) return null;
  const fitting = use.wanted === "number" ? ["string", "number", "integer", "array"] : [...scalars, "array"];
  return isNever(fitting) ? `${declared}, and is used as ${use.wanted}.` : null;
}

const scalars = ["string", "number", "integer", "boolean"];

/** Null where the schema leaves it open, or it is reached through the items of a list. */
function typesAt(schema: JsonSchema, parts: readonly string[]): string[] | null {
  let inside: unknown = schema;
  for (const part of parts) {
    if (!isObject(inside) || !isObject(inside.properties) || !Object.hasOwn(inside.properties, part)) return null;
    inside = inside.properties[part];
  }
  if (!isObject(inside) || inside.type === undefined) return null;
  return (Array.isArray(inside.type) ? inside.type : [inside.type]).map(String);
}
