import fc from "fast-check";
import { expect, test } from "vitest";
import { changesBetween } from "../../src/storage/event-changes.ts";
import { cases, random } from "../support/random-cases.ts";

test("only what differs is told, inside objects too; lists count as a whole, absent as null", () => {
  const before = { a: 1, b: { c: "x", d: null }, e: [1, 2], f: new Date(0) };
  expect(changesBetween(before, { a: 1, b: { c: "x" }, e: [1, 2], f: new Date(0), g: null })).toEqual([]);
  expect(changesBetween(before, { a: 2, b: { c: "y" }, e: [2, 1], f: null })).toEqual([
    { field: "a", form: "WHOLE", before: 1, after: 2 },
    { field: "b.c", form: "WHOLE", before: "x", after: "y" },
    { field: "e", form: "WHOLE", before: [1, 2], after: [2, 1] },
    { field: "f", form: "WHOLE", before: new Date(0), after: null },
  ]);
  expect(changesBetween(null, { b: { c: "x" } })).toEqual([{ field: "b.c", form: "WHOLE", before: null, after: "x" }]);
  expect(changesBetween({ b: { c: "x" } }, { b: null })).toEqual([{ field: "b.c", form: "WHOLE", before: "x", after: null }]);
});

test("of a secret only the name is told, however it changed", () => {
  const changes = changesBetween({ a: { key: "s1" } }, { a: { key: "s2" } }, (field) => field === "a.key");
  expect(changes).toEqual([{ field: "a.key", form: "HIDDEN", before: null, after: null }]);
});

test("whatever the values, a change has at most 3,000 characters and no half of a surrogate pair", random, () => {
  const value = fc.oneof(
    fc.string({ unit: "grapheme", maxLength: 3000 }),
    fc.jsonValue(),
    fc.array(fc.string(), { maxLength: 400 }),
  );
  fc.assert(
    fc.property(value, value, (before, after) => {
      for (const change of changesBetween({ field: before }, { field: after })) {
        expect(JSON.stringify(change.before).length + JSON.stringify(change.after).length).toBeLessThan(12_500);
        expect(JSON.stringify(change)).not.toMatch(/\\ud[89ab]/);
      }
    }),
    cases,
  );
});
