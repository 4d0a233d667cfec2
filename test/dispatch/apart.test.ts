import { expect, test } from "vitest";
import { doApart } from "../../src/dispatch/apart.ts";

const thousand = Array.from({ length: 1000 }, (_, index) => index);

async function doThousand(isBad: (item: number) => boolean) {
  const done: number[] = [];
  let tries = 0;
  const act = async (group: readonly number[]) => {
    tries += 1;
    if (group.some(isBad)) throw new Error("bad");
    done.push(...group);
  };
  const failed = await doApart(thousand, { act });
  const inOrder = (items: number[]) => items.sort((a, b) => a - b);
  return { done: inOrder(done), tries, failed: inOrder(failed.flatMap(({ items }) => items)) };
}

test("what is at fault stands alone, and all the others are done once", async () => {
  const bad = new Set([3, 500, 999]);
  const { done, tries, failed } = await doThousand((item) => bad.has(item));
  expect(failed).toEqual([3, 500, 999]);
  expect(done).toEqual(thousand.filter((item) => !bad.has(item)));
  expect(tries).toBeLessThan(60);
});

test("where nothing succeeds it is given up after few tries, and nothing is missing", async () => {
  const { done, tries, failed } = await doThousand(() => true);
  expect(failed).toEqual(thousand);
  expect(done).toEqual([]);
  expect(tries).toBeLessThan(70);
});

test("half of a thousand are at fault together: of the other half nearly all is done", async () => {
  const { done, failed, tries } = await doThousand((item) => item >= 400 && item < 900);
  expect(done.length).toBeGreaterThan(440);
  expect(done.length + failed.length).toBe(1000);
  expect(tries).toBeLessThan(70);
});
