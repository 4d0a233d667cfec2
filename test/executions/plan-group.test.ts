import { expect, test } from "vitest";
import { gatherFor } from "../../src/executions/accept/plan-group.ts";

const idle = {
  underWay: 0,
  sinceStartMilliseconds: 30,
  aloneMilliseconds: 0,
  waitingCalls: 1,
  waitingRecipients: 1,
  waitedMilliseconds: 0,
  recentCalls: 2,
};
const never = Number.POSITIVE_INFINITY;

test.each([
  ["a call that comes alone goes at once", idle, 0],
  ["calls that come together are waited for, briefly", { ...idle, recentCalls: 16 }, 2],
  ["and no longer", { ...idle, recentCalls: 16, waitedMilliseconds: 2.5 }, 0],
  ["half of the callers go at once: the others are the next group", { ...idle, waitingCalls: 8, recentCalls: 16 }, 0],
  ["beside a transaction small calls gather until it ends", { ...idle, underWay: 1 }, 20],
  ["the other half goes beside it", { ...idle, underWay: 1, waitingCalls: 8, recentCalls: 16 }, 0],
  ["a smaller group gathers", { ...idle, underWay: 1, waitingCalls: 7, recentCalls: 16 }, 20],
  ["a third one gathers", { ...idle, underWay: 2, waitingCalls: 9, recentCalls: 16 }, 20],
  ["unless it takes long", { ...idle, underWay: 1, waitedMilliseconds: 25 }, 0],
  ["a large call goes beside it", { ...idle, underWay: 1, waitingRecipients: 1000 }, 0],
  ["not beside one that is left alone", { ...idle, underWay: 1, waitingRecipients: 1000, aloneMilliseconds: 5000 }, 4970],
  ["which holds it up for so long only", { ...idle, underWay: 1, waitingRecipients: 1000, aloneMilliseconds: 20 }, 0],
  ["and nothing is waited for that is over", { ...idle, waitingRecipients: 1000, aloneMilliseconds: 5000 }, 0],
  ["but no more than four at once", { ...idle, underWay: 4, waitingRecipients: 1000, waitedMilliseconds: 100 }, never],
])("%s", (_, gathering, milliseconds) => {
  expect(gatherFor(gathering)).toBe(milliseconds);
});
