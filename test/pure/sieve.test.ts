import { expect, test } from "vitest";
import { createSieve, type Sieve } from "../../src/reports/sieve.ts";

type Item = { readonly id: string; readonly second: number; readonly open?: boolean };

const began = 100;
const instant = (second: number) => new Date(second * 1000);
const aSieve = () =>
  createSieve<Item>(instant(began), {
    keyOf: ({ id }) => id,
    atOf: ({ second }) => instant(second),
    isShownFirst: ({ open = false }) => open,
  });

/** What a look lets through of a table, of which it reads what is new enough, and at the first look what is open. */
function look(sieve: Sieve<Item>, table: readonly Item[], withOpen = false): string[] {
  const told = sieve.sift(table.filter(({ second, open }) => (withOpen && open) || instant(second) >= sieve.since));
  sieve.endLook();
  return told.map(({ id }) => id);
}

test("what was there before is not told, except what is shown first; what comes is told once", () => {
  const sieve = aSieve();
  const before = [
    { id: "old", second: 10 },
    { id: "open", second: 20, open: true },
    { id: "just before", second: 99 },
  ];
  expect(look(sieve, before, true)).toEqual(["open"]);
  expect(look(sieve, [...before, { id: "new", second: 101 }])).toEqual(["new"]);
  expect(look(sieve, [...before, { id: "new", second: 101 }])).toEqual([]);
});

test("what was committed after the first look is told, though its transaction began before it", () => {
  const sieve = aSieve();
  expect(look(sieve, [])).toEqual([]);
  expect(look(sieve, [{ id: "slow", second: 99 }])).toEqual(["slow"]);
  const table = [
    { id: "slow", second: 99 },
    { id: "later", second: 104 },
  ];
  expect(look(sieve, table)).toEqual(["later"]);
  expect(look(sieve, [...table, { id: "slower", second: 102 }])).toEqual(["slower"]);
});
