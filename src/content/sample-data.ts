import type { Channel } from "../base/index.ts";
import type { CampaignContent } from "./campaign-content.ts";
import { readContent } from "./check-content.ts";
import { reviewContextSchema } from "./context-schema.ts";
import type { Use } from "./names.ts";
import { type JsonSchema, readContextSchema } from "./read-context-schema.ts";
import { isObject } from "./schema-words.ts";

export type SampleData = {
  readonly profile: Readonly<Record<string, unknown>>;
  readonly context: Readonly<Record<string, unknown>>;
};

export type SampleInput = {
  readonly channel: Channel;
  readonly content: CampaignContent;
  readonly contextSchema: JsonSchema | null;
};

/** A variable, and what the content reads inside it. */
type Shape = { isList: boolean; readonly parts: Map<string, Shape> };

/** A value for every profile and context variable that this content reads, of the types that the schema declares. */
export function sampleData({ channel, content, contextSchema }: SampleInput): SampleData {
  const uses = readContent(channel, content, {}).fields.flatMap((field) => field.uses);
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
  const whole: Shape = { isList: false, parts: new Map() };
  for (const use of uses.filter((one) => one.root === root)) {
    let shape = whole;
    for (const part of use.parts) shape = insideOf(shape, part);
    shape.isList ||= use.isList;
  }
  return whole;
}

/** A number reaches into a list, whose items are all alike here. */
function insideOf(shape: Shape, part: string): Shape {
  if (/^\d+$/.test(part)) {
    shape.isList = true;
    return shape;
  }
  const inside = shape.parts.get(part) ?? { isList: false, parts: new Map() };
  shape.parts.set(part, inside);
  return inside;
}

type Wanted = { readonly name: string; readonly shape: Shape };

function sampleOf(declared: unknown, wanted: Wanted): unknown {
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
      return sampleText(schema, wanted.name);
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

function typeOf(schema: JsonSchema, { shape }: Wanted): unknown {
  const types = Array.isArray(schema.type) ? schema.type : [schema.type];
  const type = types.find((name) => name !== "null") ?? types[0];
  if (type !== undefined) return type;
  if (schema.items !== undefined || shape.isList) return "array";
  return Object.keys(toObject(schema.properties)).length > 0 || shape.parts.size > 0 ? "object" : "string";
}

function sampleObject(schema: JsonSchema, { shape }: Wanted): unknown {
  const declared = toObject(schema.properties);
  const names = new Set([...namesOf(schema.required), ...shape.parts.keys()]);
  const entries = [...names].map((name) => {
    const own = Object.hasOwn(declared, name) ? declared[name] : schema.additionalProperties;
    return [name, sampleOf(own, { name, shape: shape.parts.get(name) ?? { isList: false, parts: new Map() } })];
  });
  return Object.fromEntries(entries);
}

function sampleList(schema: JsonSchema, { name, shape }: Wanted): unknown[] {
  const count = Math.min(Math.max(Number(schema.minItems ?? 1), 1), 10);
  return Array.from({ length: count }, () => sampleOf(schema.items, { name, shape: { isList: false, parts: shape.parts } }));
}

function sampleNumber(schema: JsonSchema): number {
  const least = Number(schema.minimum ?? (schema.exclusiveMinimum === undefined ? 1 : Number(schema.exclusiveMinimum) + 1));
  const most = Number(schema.maximum ?? (schema.exclusiveMaximum === undefined ? least : Number(schema.exclusiveMaximum) - 1));
  const step = Number(schema.multipleOf ?? 0);
  return step > 0 ? Math.ceil(Math.min(least, most) / step) * step : Math.min(least, most);
}

/** Its own name: whoever sees the message sees where each value stands. */
function sampleText(schema: JsonSchema, name: string): string {
  const least = Math.min(Number(schema.minLength ?? 0), 1000);
  return name.padEnd(least, ".").slice(0, Number(schema.maxLength ?? Number.POSITIVE_INFINITY));
}
