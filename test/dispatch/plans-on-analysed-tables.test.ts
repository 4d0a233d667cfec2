import { type RawBuilder, sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createId } from "../../src/base/index.ts";
import { claimMessages } from "../../src/dispatch/sql/claim-messages.ts";
import { excludeStragglers } from "../../src/dispatch/sql/recover-messages.ts";
import { selectLanes, selectNamedLanes } from "../../src/dispatch/sql/select-lanes.ts";
import { releaseMessages, type SettledRow, settleMessages } from "../../src/dispatch/sql/settle-messages.ts";
import { run } from "../../src/storage/index.ts";
import { createEngineTables, type EngineTables } from "../support/engine-tables.ts";

/** A quiet night, and autovacuum: to the planner the indexes of what is queued and claimed are empty. Then a call comes. */
const count = 20_000;
const claimed = 500;
let tables: EngineTables;
let rows: SettledRow[] = [];
beforeAll(async () => {
  tables = await createEngineTables({ messages: count });
  await tables.query("update message set status = 'SENT'");
  await tables.query("vacuum analyze message");
  await tables.query("update message set status = 'QUEUED'");
  const claim = { campaignId: tables.campaignId, workerId: await tables.addWorker(), limit: claimed, batchSize: 250 };
  const found = await run(tables.ctx, claimMessages(claim));
  const settled = {
    status: "SENT",
    delaySeconds: 0,
    error: null,
    errorCode: null,
    exclusion: null,
    exclusionDetail: null,
  } as const;
  rows = found.map(({ id, batchId }) => ({
    ...settled,
    id,
    batchId,
    campaignId: tables.campaignId,
    providerMessageId: createId(),
    handedAt: new Date().toISOString(),
  }));
});
afterAll(() => tables.stop());

type Step = {
  readonly "Actual Rows"?: number;
  readonly "Rows Removed by Join Filter"?: number;
  readonly "Actual Loops"?: number;
};

/** The most rows that a step of the plan read, or looked at and threw away. */
async function mostRows(statement: RawBuilder<unknown>): Promise<number> {
  const [answer] = await run(tables.ctx, sql<{ "QUERY PLAN": unknown }>`explain (analyze, format json) ${statement}`);
  let most = 0;
  JSON.stringify(answer, (_key, value: Step) => {
    if (typeof value?.["Actual Rows"] === "number") {
      const loops = value["Actual Loops"] ?? 1;
      most = Math.max(most, value["Actual Rows"] * loops, (value["Rows Removed by Join Filter"] ?? 0) * loops);
    }
    return value;
  });
  return most;
}

test("500 messages are claimed", () => {
  expect(rows).toHaveLength(claimed);
});

test("looking for lanes and stragglers does not read the queue", async () => {
  expect(await mostRows(selectLanes({ afterId: "00000000-0000-0000-0000-000000000000", limit: 1000 }))).toBeLessThan(10);
  expect(await mostRows(selectNamedLanes([tables.campaignId]))).toBeLessThan(10);
  expect(await mostRows(excludeStragglers([tables.campaignId]))).toBeLessThan(10);
});

test("giving back and settling look up each message once", async () => {
  const [half, other] = [rows.slice(0, 250), rows.slice(250)];
  const ids = half.map((row) => row.id);
  const batchIds = half.map((row) => row.batchId);
  expect(await mostRows(releaseMessages(ids, batchIds, []))).toBeLessThanOrEqual(250);
  // Two totals a message: its execution's and its campaign's.
  expect(await mostRows(settleMessages(other, []))).toBeLessThanOrEqual(500);
});

test("the next claim reads no more than it takes", async () => {
  const claim = { campaignId: tables.campaignId, workerId: await tables.addWorker(), limit: claimed, batchSize: 250 };
  expect(await mostRows(claimMessages(claim))).toBeLessThanOrEqual(claimed * 2);
});
