import { describe, expect, test } from "vitest";
import { CompiledField } from "../../../src/content/compiled-field.ts";
import { families, Prepared } from "../../../src/content/functions/registry.ts";
import { parseField } from "../../../src/content/parsed-field.ts";
import { Rendering } from "../../../src/content/rendering.ts";
import { aRecipient } from "./render.ts";

/** Calls of one function, and what each prints. */
export type Cases = readonly (readonly [call: string, prints: string])[];

/** What the calls of all tables read. `none` is absent; the rest is what a caller may send, good and bad. */
export const sample = {
  profile: {
    empty: "",
    blank: " ",
    null: null,
    yes: true,
    no: false,
    zero: 0,
    seven: 7,
    digits: "12",
    word: "abc",
    date: "2024-02-29T23:30:00Z",
    zoned: "2024-07-01T08:00:00+02:00[Europe/Oslo]",
    long: "x".repeat(1_000),
    list: ["b", "a", "b"],
    numbers: [3, "10", 2.5, null],
    wrongNumbers: [3, "9,99"],
    nulls: [4, null, 0, null],
    empties: [],
    orders: [{ price: 5, id: "a" }, { price: "20", id: "b" }, { id: "c" }, { price: 5, id: "d" }, null],
    wrongOrders: [{ price: 5 }, { price: "9,99" }],
    map: JSON.parse('{"a": 1, "b": null, "__proto__": "own", "list": ["x"]}'),
    emptyMap: {},
    prices: { NO: 99, SE: "119" },
  },
};

/** What a call prints; or, of a recipient who is excluded because of it, what was found to be at fault. */
export function print(call: string): string {
  const parsed = parseField({ path: "body", kind: "text", template: `{%= ${call} %}` });
  if (parsed.faults.length > 0) throw new Error(parsed.faults.map((fault) => fault.message).join());
  const rendering = new Rendering(aRecipient(sample), { isStrict: true, prepared: new Prepared() });
  const text = rendering.print(new CompiledField(parsed));
  const result = rendering.missingContext();
  return result?.kind === "missing-context" ? `excludes: ${result.paths.join(", ")}` : text;
}

/** Runs the tables of one family; there has to be one for every function in it, and for no other. */
export function describeFamily(title: string, tables: Readonly<Record<string, Cases>>): void {
  const family = families.find((candidate) => candidate.title === title);

  test(`${title}: every function has its table`, () => {
    expect(Object.keys(tables).sort()).toEqual(family?.functions.map(({ name }) => name).sort());
    for (const cases of Object.values(tables)) expect(cases.length).toBeGreaterThan(1);
  });

  describe.each(Object.entries(tables))("%s", (name, cases) => {
    test.each(cases)("%s prints %j", (call, expected) => {
      expect(call).toMatch(new RegExp(`\\b${name}\\(`));
      expect(print(call)).toBe(expected);
    });
  });
}

/** The same recipient, with these values in the context as well. */
export function aRecipientWith(context: Record<string, unknown>) {
  return aRecipient({ ...sample, context });
}
