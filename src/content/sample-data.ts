import { reviewContextSchema } from "./context-schema.ts";
import type { Use } from "./names.ts";
import { type JsonSchema, readContextSchema } from "./read-context-schema.ts";
import { isObject } from "./schema-words.ts";
import { textWanted, type Wanted } from "./wanted-values.ts";

export type SampleData = {
  readonly profile: Readonly<Record<string, unknown>>;
  readonly context: Readonly<Record<string, unknown>>;
};

/** A variable, and what the content reads inside it. */
type Shape = { isList: boolean; itemsMin: number; wanted: Wanted; items: Wanted; readonly parts: Map<string, Shape> };

/** A value for every profile and context variable that this content reads, of the types that the schema declares. */
export function sampleData(uses: readonly Use[], contextSchema: JsonSchema | null): SampleData {
  const isUsable = contextSchema !== null && reviewContextSchema(contextSchema).length === 0;
  const schema = isUsable ? readContextSchema(contextSchema) : null;
  return {
    profile: toObject(sampleOf(null, { name: "profile", shape: shapeOf(uses, "profile") })),
    context: toObject(sampleOf(schema, { name: "context", shape: shapeOf(uses, "context") })),
  };
}

function toObject(value: unknown): Readonly<Record<string, unknown>> {
  return isObject(value) ? value : {};
}

function shapeOf(uses: readonly Use[], root: Use["root"]): Shape {
  const whole = aShape(null);
  for (const use of uses.filter((one) => one.root === root)) {
    let shape = whole;
    for (const part of use.parts) shape = insideOf(shape, part);
    shape.isList ||= use.isList;
    shape.wanted ??= use.wanted;
    shape.items ??= use.items;
    for (const [part, wanted] of use.inside) insideOf(shape, part).wanted ??= wanted;
  }
  return whole;
}

function aShape(wanted: Wanted, parts: Shape["parts"] = new Map()): Shape {
  return { isList: false, itemsMin: 1, wanted, items: null, parts };
}

/** A digit reaches into a list, whose items are all alike here; a longer number is more likely a key, such as an id. */
function insideOf(shape: Shape, part: string): Shape {
  if (/^\d$/.test(part)) {
    shape.isList = true;
    shape.itemsMin = Math.max(shape.itemsMin, Number(part) + 1);
    return shape;
  }
  const inside = shape.parts.get(part) ?? aShape(null);
  shape.parts.set(part, inside);
  return inside;
}

type Named = { readonly name: string; readonly shape: Shape };

function sampleOf(declared: unknown, wanted: Named): unknown {
  const schema = isObject(declared) ? together(declared) : {};
  if ("const" in schema) return schema.const;
  if (Array.isArray(schema.enum)) return schema.enum[0];
  switch (typeOf(schema, wanted)) {
    case "object":
      return sampleObject(schema, wanted);
    case "array":
      return sampleList(schema, wanted);
    case "number":
    case "integer":
      return sampleNumber(schema);
    case "boolean":
      return true;
    case "null":
      return null;
    default:
      return sampleText(schema, wanted);
  }
}

/** What every alternative asks for and what the first of several ways does. */
function together(schema: JsonSchema): JsonSchema {
  const [any, one] = [schema.anyOf, schema.oneOf].map((list) => (Array.isArray(list) ? list[0] : null));
  const all = Array.isArray(schema.allOf) ? schema.allOf : [];
  return [...all, any, one].filter(isObject).map(together).reduce(merge, schema);
}

function merge(one: JsonSchema, other: JsonSchema): JsonSchema {
  const properties = { ...toObject(one.properties), ...toObject(other.properties) };
  const required = [...namesOf(one.required), ...namesOf(other.required)];
  return { ...one, ...other, properties, required };
}

function namesOf(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function typeOf(schema: JsonSchema, { shape }: Named): unknown {
  const types = Array.isArray(schema.type) ? schema.type : [schema.type];
  const type = types.find((name) => name !== "null") ?? types[0];
  if (type !== undefined) return type;
  if (schema.items !== undefined || shape.isList) return "array";
  if (Object.keys(toObject(schema.properties)).length > 0 || shape.parts.size > 0 || shape.wanted === "map") return "object";
  return shape.wanted === "number" || shape.wanted === "boolean" ? shape.wanted : "string";
}

function sampleObject(schema: JsonSchema, { shape }: Named): unknown {
  const declared = toObject(schema.properties);
  const names = new Set([...namesOf(schema.required), ...shape.parts.keys()]);
  const entries = [...names].map((name) => {
    const own = Object.hasOwn(declared, name) ? declared[name] : schema.additionalProperties;
    return [name, sampleOf(own, { name, shape: shape.parts.get(name) ?? aShape(null) })];
  });
  return entries.length === 0 && shape.wanted === "map" ? { key: "value" } : Object.fromEntries(entries);
}

function sampleList(schema: JsonSchema, { name, shape }: Named): unknown[] {
  const count = Math.min(Math.max(Number(schema.minItems ?? 1), shape.itemsMin), 10);
  return Array.from({ length: count }, () => sampleOf(schema.items, { name, shape: aShape(shape.items, shape.parts) }));
}

function sampleNumber(schema: JsonSchema): number {
  const least = Number(schema.minimum ?? (schema.exclusiveMinimum === undefined ? 1 : Number(schema.exclusiveMinimum) + 1));
  const most = Number(schema.maximum ?? (schema.exclusiveMaximum === undefined ? least : Number(schema.exclusiveMaximum) - 1));
  const step = Number(schema.multipleOf ?? 0);
  return step > 0 ? Math.ceil(Math.min(least, most) / step) * step : Math.min(least, most);
}

/** Its own name, unless the content needs another form: whoever sees the message sees where each value stands. */
function sampleText(schema: JsonSchema, { name, shape }: Named): string {
  const least = Math.min(Number(schema.minLength ?? 0), 1000);
  return textWanted(shape.wanted, name)
    .padEnd(least, ".")
    .slice(0, Number(schema.maxLength ?? Number.POSITIVE_INFINITY));
}
