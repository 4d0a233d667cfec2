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
    expect(await run(tables.ctx, selectSuspects())).toEqual([
      { campaignId: tables.campaignId, fewest: deaths, most: deaths, isAloneDue: deaths >= 2 },
    ]);
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

test("who was alone with a thread that ended by itself is settled at once; others that the process had are not [D57]", async () => {
  tables = await createEngineTables({ messages: 4 });
  for (let deaths = 0; deaths < 2; deaths += 1) await die();
  const alone = await tables.addWorker();
  const beside = await tables.addWorker();
  const claim = { campaignId: tables.campaignId, limit: 0, batchSize: 5, suspects: { ...everySuspect, limit: 1 } };
  await run(tables.ctx, claimMessages({ ...claim, workerId: alone }));
  await run(tables.ctx, claimMessages({ ...claim, workerId: beside }));
  const recovery = { ownWorkerId: await tables.addWorker(), isAlone: true, forgottenBatchIds: [], besideIds: [beside] };
  await run(tables.ctx, recoverMessages({ ...recovery, deadIds: [alone], provedIds: [alone] }));
  expect(await tables.query("select status, deaths, error_code, count(*)::int from message group by 1, 2, 3 order by 1")).toEqual(
    [
      { status: "CLAIMED", deaths: 2, error_code: null, count: 1 },
      { status: "FAILED", deaths: 2, error_code: "MESSAGE_KILLS_WORKER", count: 1 },
      { status: "QUEUED", deaths: 2, error_code: null, count: 2 },
    ],
  );
  expect(await tables.query("select error from message where status = 'FAILED'")).toMatchObject([
    { error: expect.stringContaining("ended that thread as well") },
  ]);
});

test("suspects of one death come in one group a campaign; those of two deaths to nobody but who takes them one at a time [D57]", async () => {
  const open = new Set<string>();
  const known = [
    { campaignId: "a", fewest: 1, most: 1 },
    { campaignId: "b", fewest: 1, most: 2 },
    { campaignId: "c", fewest: 2, most: 3 },
  ];
  const parts = [false, true].map((isAlone) => {
    const suspects = createSuspects({ isOpen: (batchId) => open.has(batchId), isAlone });
    suspects.know(known);
    const ask = (campaignId: string) =>
      suspects.during(campaignId, 100, async (allowed) => {
        if (!allowed) return [];
        const batchId = `${campaignId}${allowed.deathsMin}`;
        open.add(batchId);
        return Array.from({ length: allowed.limit }, () => ({ batchId, deaths: allowed.deathsMin }));
      });
    return { suspects, ask };
  });
  const [ordinary, alone] = parts;
  const counts = async (part: typeof ordinary) => {
    const found: (number | undefined)[] = [];
    for (const { campaignId } of known) found.push((await part?.ask(campaignId))?.length);
    return found;
  };
  expect(await counts(ordinary)).toEqual([32, 32, 0]);
  expect(await counts(ordinary)).toEqual([0, 0, 0]);
  expect(await counts(alone)).toEqual([0, 1, 0]);
  open.clear();
  expect(ordinary?.suspects.freed()).toEqual(["a", "b"]);
  expect(alone?.suspects.freed()).toEqual(["b", "c"]);
  expect(await alone?.ask("c")).toHaveLength(1);
  expect(await alone?.ask("b")).toEqual([]);
});
