import { expect, test } from "vitest";
import { countJsonValues } from "../../src/api/json-values.ts";

const count = (text: string): number => countJsonValues(new TextEncoder().encode(text));

test.each([
  ["1", 1],
  ["[1, 2, 3]", 4],
  ['{"a": 1, "b": [true, null]}', 5],
  ["[[[]]]", 4],
  ["[{}, {}]", 5],
  ['"a, b, [c], {d}"', 1],
  ['["\\"", ",", "\\\\", "ж,[é"]', 5],
  ['["\\\\\\"[", 1]', 3],
  ["", 1],
  ['"never ends, [', 1],
])("%s has at most %i values", (text, values) => {
  expect(count(text)).toBe(values);
});
