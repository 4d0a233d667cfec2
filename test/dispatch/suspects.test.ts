import { afterEach, expect, test } from "vitest";
import { claimMessages } from "../../src/dispatch/sql/claim-messages.ts";
import { markSending } from "../../src/dispatch/sql/mark-sending.ts";
import { recoverMessages, selectSuspects } from "../../src/dispatch/sql/recover-messages.ts";
import { settleMessages } from "../../src/dispatch/sql/settle-messages.ts";
import { createSuspects } from "../../src/dispatch/suspects.ts";
import { run } from "../../src/storage/index.ts";
import { createEngineTables, type EngineTables } from "../support/engine-tables.ts";

let tables: EngineTables;
afterEach(() => tables?.stop());

const everySuspect = { deathsMin: 1, deathsMax: 100, limit: 100 };

/** A worker claims, perhaps marks, and dies; another one recovers what it had. */
async function die({ marks = false, countsDeaths = true } = {}): Promise<void> {
  const lapsed = await tables.addWorker(-1);
  const { campaignId } = tables;
  const rows = await run(
    tables.ctx,
    claimMessages({ campaignId, workerId: lapsed, limit: 100, batchSize: 5, suspects: everySuspect }),
  );
  if (marks) await run(tables.ctx, markSending(tables.marking([...new Set(rows.map((row) => row.batchId))])));
  const ownWorkerId = await tables.addWorker();
  await run(tables.ctx, recoverMessages({ ownWorkerId, isAlone: false, forgottenBatchIds: [], countsDeaths }));
}

const states = () => tables.query("select status, deaths, attempts, error_code, count(*)::int from message group by 1, 2, 3, 4");

test("a message that six workers had when they died is FAILED with MESSAGE_KILLS_WORKER; before that it waits as if nothing had been [D57]", async () => {
  tables = await createEngineTables({ messages: 3 });
  await die();
  for (const deaths of [1, 2, 3, 4, 5]) {
    expect(await states()).toEqual([{ status: "QUEUED", deaths, attempts: 0, error_code: null, count: 3 }]);
    expect(await run(tables.ctx, selectSuspects())).toEqual([{ campaignId: tables.campaignId, deaths }]);
    await die();
  }
  expect(await states()).toEqual([{ status: "FAILED", deaths: 2, attempts: 1, error_code: "MESSAGE_KILLS_WORKER", count: 3 }]);
  expect(await tables.query("select status from execution")).toEqual([{ status: "FINISHED" }]);
  expect(await tables.query("select failed, accepted from delivery_total where scope_id = $1", [tables.campaignId])).toEqual([
    { failed: 3, accepted: 3 },
  ]);
});

test("while the database was away from everybody no lease that lapsed is a death: what such workers had waits as before [D57]", async () => {
  tables = await createEngineTables({ messages: 3 });
  for (let times = 0; times < 5; times += 1) await die({ countsDeaths: false });
  expect(await states()).toEqual([{ status: "QUEUED", deaths: 0, attempts: 0, error_code: null, count: 3 }]);
  await die();
  expect(await states()).toEqual([{ status: "QUEUED", deaths: 1, attempts: 0, error_code: null, count: 3 }]);
});

test.each(["RESEND", "HOLD"] as const)(
  "with %s, who may have left at the last death is UNCERTAIN, not FAILED [D13] [D57]",
  async (onUncertain) => {
    tables = await createEngineTables({ messages: 2, onUncertain });
    for (let deaths = 0; deaths < 5; deaths += 1) await die();
    await die({ marks: true });
    expect(await states()).toEqual([
      { status: "UNCERTAIN", deaths: 2, attempts: 1, error_code: "MESSAGE_KILLS_WORKER", count: 2 },
    ]);
  },
);

test("suspects come only when asked for, in batches of their own, and an outcome clears them", async () => {
  tables = await createEngineTables({ messages: 10 });
  await tables.query("update message set deaths = 1 where user_id in ('u2', 'u4')");
  const claim = { campaignId: tables.campaignId, workerId: await tables.addWorker(), limit: 5, batchSize: 5 };
  const others = await run(tables.ctx, claimMessages({ ...claim, suspects: null }));
  expect(others.map(({ deaths }) => deaths)).toEqual(Array(5).fill(0));
  const rows = await run(tables.ctx, claimMessages({ ...claim, suspects: { deathsMin: 1, deathsMax: 1, limit: 32 } }));
  const found = rows.filter(({ deaths }) => deaths > 0);
  expect(found).toHaveLength(2);
  expect(new Set(found.map(({ batchId }) => batchId))).toHaveLength(1);
  expect(rows.filter(({ batchId }) => batchId === found[0]?.batchId)).toHaveLength(2);
  const settled = {
    status: "QUEUED",
    delaySeconds: 0,
    error: "later",
    errorCode: null,
    exclusion: null,
    exclusionDetail: null,
  } as const;
  const outcomes = found.map(({ id, batchId }) => ({
    ...settled,
    ...{ id, batchId, campaignId: tables.campaignId, providerMessageId: null, handedAt: null },
  }));
  await run(tables.ctx, settleMessages(outcomes, []));
  expect(await run(tables.ctx, selectSuspects())).toEqual([]);
});

test("what a live worker forgot, or gave no answer for, is no death", async () => {
  tables = await createEngineTables({ messages: 3 });
  const worker = await tables.addWorker();
  const rows = await run(tables.ctx, claimMessages({ campaignId: tables.campaignId, workerId: worker, limit: 3, batchSize: 3 }));
  const forgottenBatchIds = rows.map((row) => row.batchId);
  await run(tables.ctx, recoverMessages({ ownWorkerId: worker, isAlone: false, forgottenBatchIds }));
  expect(await states()).toEqual([{ status: "QUEUED", deaths: 0, attempts: 0, error_code: null, count: 3 }]);
});

test("suspects of one death come in one group a campaign; those of two deaths alone in the whole worker [D57]", async () => {
  const open = new Set<string>();
  const suspects = createSuspects((batchId) => open.has(batchId));
  suspects.know([
    { campaignId: "a", deaths: 1 },
    { campaignId: "b", deaths: 1 },
    { campaignId: "c", deaths: 2 },
  ]);
  const ask = (campaignId: string) =>
    suspects.during(campaignId, 100, async (allowed) => {
      if (!allowed) return [];
      open.add(campaignId);
      return [{ batchId: campaignId, deaths: allowed.deathsMin }];
    });
  expect([(await ask("a")).length, (await ask("a")).length, (await ask("b")).length]).toEqual([1, 0, 1]);
  expect(await ask("c")).toEqual([]);
  open.clear();
  expect(suspects.freed()).toEqual(["a", "b", "c"]);
  expect(await ask("c")).toEqual([{ batchId: "c", deaths: 2 }]);
  expect([await ask("a"), await ask("b"), await ask("unsuspected")]).toEqual([[], [], []]);
  open.clear();
  expect(suspects.freed()).toHaveLength(3);
  expect(await ask("a")).toHaveLength(1);
});
