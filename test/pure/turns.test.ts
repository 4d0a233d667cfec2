import { expect, test } from "vitest";
import { isTooSlow } from "../../src/api/is-too-slow.ts";
import { createTurns, type Leave } from "../../src/api/turns.ts";

const never = new AbortController().signal;
const limits = { unitsMax: 3, unitsPerKeyMax: 2, waitingMax: 3, waitSeconds: 60 };

/** Enters and notes in `order` when it was let in. */
function entering(turns: ReturnType<typeof createTurns>, order: string[]) {
  return (name: string, key: string, signal = never): Promise<Leave> =>
    turns.enter({ key, units: 1 }, signal).then((leave) => {
      order.push(name);
      return leave;
    });
}

test("each key has its turns in its order, never more than its part, and the keys take turns", async () => {
  const order: string[] = [];
  const enter = entering(createTurns(limits), order);
  const [first, second] = await Promise.all([enter("a1", "a"), enter("a2", "a")]);
  const rest = [enter("a3", "a"), enter("a4", "a"), enter("b1", "b"), enter("b2", "b")];
  await rest[2];
  expect(order).toEqual(["a1", "a2", "b1"]);
  first?.();
  await rest[0];
  second?.();
  await rest[3];
  (await rest[2])?.();
  expect(order).toEqual(["a1", "a2", "b1", "a3", "b2"]);
  (await rest[0])?.();
  await rest[1];
  expect(order.at(-1)).toBe("a4");
});

test("who goes while waiting leaves the queue, and who gives a turn back twice gives back one", async () => {
  const order: string[] = [];
  const turns = createTurns({ ...limits, unitsMax: 1 });
  const enter = entering(turns, order);
  const leave = await enter("first", "a");
  const gone = new AbortController();
  const waiting = enter("gone", "a", gone.signal);
  const next = enter("next", "b");
  gone.abort();
  await expect(waiting).rejects.toThrow();
  leave();
  leave();
  const leaveNext = await next;
  const last = enter("last", "a");
  expect(turns.areWanted).toBe(true);
  leaveNext();
  await last;
  expect([order, turns.areWanted]).toEqual([["first", "next", "last"], false]);
  await expect(turns.enter({ key: "a", units: 1 }, AbortSignal.abort())).rejects.toThrow();
});

test("beyond what may wait, and after the time to wait, the answer is RATE_LIMITED", async () => {
  const turns = createTurns({ ...limits, unitsMax: 1, waitingMax: 1, waitSeconds: 0.01 });
  const leave = await turns.enter({ key: "a", units: 1 }, never);
  const waiting = turns.enter({ key: "a", units: 1 }, never);
  await expect(turns.enter({ key: "a", units: 1 }, never)).rejects.toMatchObject({ code: "RATE_LIMITED" });
  await expect(waiting).rejects.toMatchObject({ code: "RATE_LIMITED", details: { retryAfterSeconds: 5 } });
  leave();
  await turns.enter({ key: "a", units: 1 }, never);
});

test("a body is too slow once its grace is over and it brought less than 1 MB for each second since", () => {
  const megabyte = 1024 * 1024;
  expect(isTooSlow({ seconds: 9.9, bytes: 0 })).toBe(false);
  expect(isTooSlow({ seconds: 11, bytes: 1000 })).toBe(true);
  expect(isTooSlow({ seconds: 40, bytes: 31 * megabyte })).toBe(false);
  expect(isTooSlow({ seconds: 40, bytes: 29 * megabyte })).toBe(true);
});
