import { describe, expect, test } from "vitest";
import { families } from "../../../src/content/functions/registry.ts";
import { aRecipient, textOf } from "./render.ts";

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
    numbers: [3, "10", 2.5, null, "no", true],
    nulls: [4, null, 0, null],
    empties: [],
    orders: [{ price: 5, id: "a" }, { price: "20", id: "b" }, { id: "c" }, { price: 5, id: "d" }, "text", null],
    map: JSON.parse('{"a": 1, "b": null, "__proto__": "own", "list": ["x"]}'),
    emptyMap: {},
    prices: { NO: 99, SE: "119" },
  },
};

export function print(call: string): string {
  return textOf(`{%= ${call} %}`, sample);
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
