import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkContent, compileContextSchema, reviewContextSchema } from "../../src/content/index.ts";
import { cpuMilliseconds } from "../support/cpu-milliseconds.ts";
import { locate } from "./support/render.ts";

type Schema = Record<string, unknown>;

const order: Schema = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  type: "object",
  required: ["orderId", "items"],
  additionalProperties: false,
  properties: {
    orderId: { type: "string", minLength: 1, maxLength: 20 },
    total: { type: "number", minimum: 0 },
    state: { enum: ["paid", "open"] },
    customer: { $ref: "#/$defs/person" },
    items: {
      type: "array",
      maxItems: 100,
      items: { type: "object", required: ["name"], properties: { name: { type: "string" }, price: { type: "number" } } },
    },
    notes: { type: "object", additionalProperties: { type: "string" } },
    free: {},
  },
  $defs: { person: { type: "object", properties: { name: { type: "string" } } } },
};

describe("a context that does not fit says where, and what was expected", () => {
  const { faultOf } = compileContextSchema(order);
  test.each<[Record<string, unknown>, string | null]>([
    [{ orderId: "1", items: [] }, null],
    [{ orderId: "1", items: [{ name: "a", price: 1, more: 2 }], free: { x: [1] }, notes: { any: "x" } }, null],
    [{ items: [] }, "context.orderId is absent, and the campaign's contextSchema requires it."],
    [{ orderId: "1", items: [{ price: 1 }] }, "context.items.0.name is absent, and the campaign's contextSchema requires it."],
    [{ orderId: 1, items: [] }, "context.orderId does not fit the campaign's contextSchema: it must be string."],
    [
      { orderId: "1", items: [{ name: 1 }] },
      "context.items.0.name does not fit the campaign's contextSchema: it must be string.",
    ],
    [
      { orderId: "", items: [] },
      "context.orderId does not fit the campaign's contextSchema: it must NOT have fewer than 1 characters.",
    ],
    [
      { orderId: "1", items: [], state: "x" },
      "context.state does not fit the campaign's contextSchema: it must be equal to one of the allowed values.",
    ],
    [{ orderId: "1", items: [], "a b": 1 }, "context.`a b` is not in the campaign's contextSchema."],
    [
      { orderId: "1", items: [], customer: { name: 1 } },
      "context.customer.name does not fit the campaign's contextSchema: it must be string.",
    ],
    [JSON.parse('{"orderId":"1","items":[],"__proto__":{"x":1}}'), "context.__proto__ is not in the campaign's contextSchema."],
  ])("%j", (context, sentence) => {
    expect(faultOf(context)).toBe(sentence);
  });

  test("what a context inherits does not count", () => {
    const { faultOf } = compileContextSchema({ required: ["toString"], properties: { constructor: { type: "string" } } });
    expect(faultOf({})).toContain("context.toString is absent");
    expect(faultOf({ toString: 1 })).toBeNull();
  });

  test("no value is repeated in the sentence", () => {
    expect(compileContextSchema(order).faultOf({ orderId: "very secret and much too long", items: [] })).not.toContain("secret");
  });
});

describe("a schema that cannot be used is an issue with its path", () => {
  const deep = (depth: number): Schema => (depth === 0 ? {} : { properties: { a: deep(depth - 1) } });
  test.each<[string, Schema, string, string]>([
    ["pattern", { properties: { a: { pattern: "^(a|a)*$" } } }, "contextSchema.properties.a.pattern", "can take any time"],
    ["patternProperties", { patternProperties: { "(a+)+$": {} } }, "contextSchema.patternProperties", "can take any time"],
    ["uniqueItems", { properties: { a: { uniqueItems: true } } }, "contextSchema.properties.a.uniqueItems", "takes too long"],
    ["another document", { $ref: "https://x.example/schema" }, "contextSchema.`$ref`", "nowhere in this schema"],
    ["a file", { $ref: "file:///etc/passwd" }, "contextSchema.`$ref`", "nowhere in this schema"],
    ["itself", { $ref: "#" }, "contextSchema.`$ref`", "nowhere in this schema"],
    [
      "a circle",
      { $defs: { a: { allOf: [{ $ref: "#/$defs/a" }] } } },
      "contextSchema.`$defs`.a.allOf.0.`$ref`.allOf.0.`$ref`",
      "refers to itself",
    ],
    ["what is inherited", { $ref: "#/$defs/constructor", $defs: {} }, "contextSchema.`$ref`", "nowhere"],
    ["$id", { $id: "http://x" }, "contextSchema.`$id`", "cannot be used"],
    ["$data", { properties: { a: { maximum: { $data: "1/b" } } } }, "contextSchema.properties.a.maximum", "Expected a number"],
    ["$dynamicRef", { $dynamicRef: "#a" }, "contextSchema.`$dynamicRef`", "not a word"],
    ["a slip", { properties: { a: { typ: "string" } } }, "contextSchema.properties.a.typ", "not a word"],
    ["a type", { properties: { a: { type: "strin" } } }, "contextSchema.properties.a.type", "Expected string, number"],
    ["no type", { type: [] }, "contextSchema.type", "Expected string, number"],
    ["a count", { minLength: -1 }, "contextSchema.minLength", "Expected a whole number"],
    ["required", { required: "a" }, "contextSchema.required", "Expected a list of different names"],
    ["required twice", { required: ["a", "a"] }, "contextSchema.required", "Expected a list of different names"],
    ["no schema", { properties: { a: 1 } }, "contextSchema.properties.a", "Expected a schema"],
    ["no properties", { properties: [] }, "contextSchema.properties", "Expected an object"],
    ["no alternatives", { anyOf: [] }, "contextSchema.anyOf", "Expected a list of schemas"],
    ["__proto__", JSON.parse('{"properties":{"__proto__":{}}}'), "contextSchema.properties.__proto__", "cannot be used"],
    ["system", { properties: { system: {} } }, "contextSchema.properties.system", "reserved"],
    ["64 kB", { description: "x".repeat(64 * 1024) }, "contextSchema", "65536 are allowed"],
    ["16 deep", deep(17), "contextSchema", "at most 16 deep"],
    ["1,000 parts", { enum: Array(1_000).fill("a") }, "contextSchema.enum", "more than 1000"],
    ["100 parts of every item", { items: { enum: Array(100).fill("a") } }, "contextSchema.items.enum", "100 parts at most"],
    ["references upon references", laughs(), expect.stringContaining("contextSchema.") as never, "more than 1000"],
  ])("%s", (_what, schema, path, sentence) => {
    expect(reviewContextSchema(schema)).toEqual([
      { severity: "ERROR", code: "CONTEXT_SCHEMA_INVALID", path, message: expect.stringContaining(sentence) },
    ]);
    expect(() => compileContextSchema(schema)).toThrow();
  });

  test("a schema within the limits is fine", () => {
    expect(reviewContextSchema(order)).toEqual([]);
    expect(reviewContextSchema({})).toEqual([]);
    expect(reviewContextSchema(deep(15))).toEqual([]);
    expect(reviewContextSchema({ examples: [{ $id: "http://x", $ref: "#/x" }], default: { $ref: "#" } })).toEqual([]);
  });
});

test("no schema of its words makes the library fail, and what compiles judges any context", () => {
  const leaf = fc.constantFrom<unknown>(
    {},
    true,
    false,
    { type: "string" },
    { enum: [1, "a'\"`$", null] },
    { const: { a: 1 } },
    { $ref: "#/$defs/a" },
  );
  const { schema } = fc.letrec<{ schema: unknown }>((tie) => ({
    schema: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      leaf,
      fc.record(
        {
          type: fc.constantFrom<unknown>("object", "array", ["string", "null"]),
          properties: fc.dictionary(fc.constantFrom("a", "b", "toString", "a'b", 'x"];throw 1//', "\u2028"), tie("schema"), {
            maxKeys: 3,
          }),
          required: fc.uniqueArray(fc.constantFrom("a", "constructor", "'];process.exit()//"), { maxLength: 2 }),
          items: tie("schema"),
          additionalProperties: tie("schema"),
          anyOf: fc.array(tie("schema"), { minLength: 1, maxLength: 2 }),
          not: tie("schema"),
          maxLength: fc.nat(5),
          minimum: fc.double({ noNaN: true, noDefaultInfinity: true }),
        },
        { requiredKeys: [] },
      ),
    ),
  }));
  const object = schema.filter((found): found is Schema => typeof found === "object");
  fc.assert(
    fc.property(object, fc.dictionary(fc.string({ maxLength: 3 }), fc.jsonValue()), (found, context) => {
      const declared = { ...found, $defs: { a: { type: "string" } } };
      const issues = reviewContextSchema(declared);
      expect(issues.filter((issue) => issue.message.startsWith("The schema cannot be used"))).toEqual([]);
      if (issues.length === 0) expect(["string", "object"]).toContain(typeof compileContextSchema(declared).faultOf(context));
    }),
    { numRuns: 300, seed: 20_260 },
  );
});

describe("no schema within the limits takes 50 ms to compile, or to judge 200 kB with", () => {
  const names = Array.from({ length: 320 }, (_, index) => `name${index}`);
  test.each<[string, Schema, Schema]>([
    [
      "many names",
      { properties: Object.fromEntries(names.map((name) => [name, { type: "string" }])), required: names },
      Object.fromEntries(names.map((name) => [name, "x".repeat(600)])),
    ],
    ["many items", { properties: { a: { items: { anyOf: Array(45).fill({ const: 1 }) } } } }, { a: Array(100_000).fill(2) }],
    [
      "many listed values",
      { properties: { a: { items: { enum: Array.from({ length: 95 }, (_, index) => `v${index}`) } } } },
      { a: Array(50_000).fill("v94") },
    ],
    [
      "many unknown names",
      { additionalProperties: { type: "string" } },
      Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`n${index}`, "x"])),
    ],
    [
      "no unknown names",
      { properties: Object.fromEntries(names.map((name) => [name, {}])), additionalProperties: false },
      Object.fromEntries(Array.from({ length: 320 }, (_, index) => [`name${index}`, "x".repeat(600)])),
    ],
    ["long texts", { properties: { a: { allOf: Array(90).fill({ maxLength: 300_000 }) } } }, { a: "x".repeat(200_000) }],
    [
      "ways in ways",
      { anyOf: Array(6).fill({ anyOf: Array(6).fill({ anyOf: Array(6).fill({ required: ["none"] }) }) }) },
      { a: 1 },
    ],
  ])("%s", (_what, schema, context) => {
    expect(reviewContextSchema(schema)).toEqual([]);
    expect(cpuMilliseconds(() => reviewContextSchema(schema))).toBeLessThan(50);
    const { faultOf } = compileContextSchema(schema);
    expect(cpuMilliseconds(() => faultOf(context))).toBeLessThan(50);
  });
});

describe("a variable outside the schema is an issue where it first stands", () => {
  const found = (body: string, contextSchema: Schema = order) =>
    checkContent("SMS", { sms: { body } }, { contextSchema }).issues.map(locate);

  test.each([
    "{{context.orderId}}{{context.total}}{{context.customer.name}}",
    "{{context.items.`0`.name}}{{#each context.items as |item|}}{{item.price}}{{this.name}}{{@index}}{{/each}}",
    "{{context.notes.anything}}{{context.free.at.all}}{{context.free}}",
    "{{profile.anything}}{{message.id}}",
  ])("%s is declared", (body) => {
    expect(found(body)).toEqual([]);
  });

  test.each([
    ["{{context.ordreId}}", ["VARIABLE_UNKNOWN 1:3"]],
    ["a\n{%#if context.x%}{{context.x}}{%/if%}", ["VARIABLE_UNKNOWN 2:7"]],
    ["{{context.orderId.x}}", ["VARIABLE_UNKNOWN 1:3"]],
    ["{{context.customer.age}}", ["VARIABLE_UNKNOWN 1:3"]],
    ["{{context.notes.a.b}}", ["VARIABLE_UNKNOWN 1:3"]],
    ["{{#each context.items as |item|}}{{item.weight}}{{/each}}", ["VARIABLE_UNKNOWN 1:36"]],
    ["{{#with context.customer as |c|}}{{c.mail}}{{/with}}", ["VARIABLE_UNKNOWN 1:36"]],
    ["{% let c = context.customer %}{{c.mail}}", ["VARIABLE_UNKNOWN 1:33"]],
    ["{{context.system}}", ["CONTEXT_RESERVED 1:3"]],
  ])("%s", (body, issues) => {
    expect(found(body)).toEqual(issues);
  });

  test("alternatives are looked through", () => {
    const either = {
      anyOf: [
        { type: "null" },
        { properties: { a: {} } },
        { allOf: [{ properties: { b: { type: "array", items: { properties: { c: {} } } } } }] },
      ],
    };
    expect(found("{{context.a.x}}{{context.b.c}}{{context.b.`3`.c}}", either)).toEqual([]);
    expect(found("{{context.d}}{{context.b.e}}", either)).toEqual(["VARIABLE_UNKNOWN 1:3", "VARIABLE_UNKNOWN 1:16"]);
    expect(found("{{context.d}}", { type: "object", allOf: [{ required: ["d"] }] })).toEqual([]);
  });

  test("the sentence names the variable; a faulty schema declares nothing", () => {
    const [issue] = checkContent("SMS", { sms: { body: "{{context.x}}" } }, { contextSchema: order }).issues;
    expect(issue?.message).toBe("context.x is not in the campaign's contextSchema: declare it there, or correct the name.");
    expect(found("{{context.x}}", { properties: { a: { pattern: "a" } } })).toEqual([]);
  });
});

/** A thousand million schemas in a few lines, were references not counted. */
function laughs(): Schema {
  const level = (index: number) => [`d${index}`, { allOf: Array(10).fill(index === 0 ? {} : { $ref: `#/$defs/d${index - 1}` }) }];
  return { $ref: "#/$defs/d6", $defs: Object.fromEntries(Array.from({ length: 7 }, (_, index) => level(index))) };
}
