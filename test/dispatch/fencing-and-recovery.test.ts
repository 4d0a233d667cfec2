import { afterEach, expect, test } from "vitest";
import { type ClaimedRow, claimMessages } from "../../src/dispatch/sql/claim-messages.ts";
import { markSending } from "../../src/dispatch/sql/mark-sending.ts";
import { excludeStragglers, recoverMessages } from "../../src/dispatch/sql/recover-messages.ts";
import { releaseMessages, type SettledRow, settleMessages } from "../../src/dispatch/sql/settle-messages.ts";
import { releaseClaimed } from "../../src/executions/sql/control-messages.ts";
import { run } from "../../src/storage/index.ts";
import { createEngineTables, type EngineTables } from "../support/engine-tables.ts";

let tables: EngineTables;
afterEach(() => tables.stop());

const claim = (workerId: string, limit = 100): Promise<ClaimedRow[]> =>
  run(tables.ctx, claimMessages({ campaignId: tables.campaignId, workerId, limit, batchSize: 5 }));
const mark = (rows: readonly ClaimedRow[]) => run(tables.ctx, markSending(batchesOf(rows)));
const batchesOf = (rows: readonly ClaimedRow[]): string[] => [...new Set(rows.map((row) => row.batchId))];
const recover = (ownWorkerId: string, isAlone = false, forgottenBatchIds: string[] = []) =>
  run(tables.ctx, recoverMessages({ ownWorkerId, isAlone, forgottenBatchIds }));
const settle = (rows: readonly ClaimedRow[], status: SettledRow["status"] = "SENT") =>
  run(
    tables.ctx,
    settleMessages(
      rows.map((row) => settled(row, status)),
      batchesOf(rows),
    ),
  );

function settled({ id, batchId }: ClaimedRow, status: SettledRow["status"]): SettledRow {
  const { campaignId } = tables;
  const nothing = { error: null, exclusion: null, exclusionDetail: null, providerMessageId: null, handedAt: null };
  return { ...nothing, campaignId, id, batchId, status, delaySeconds: 0 };
}

const totalOf = async (scopeId: string) => (await tables.query("select * from delivery_total where scope_id = $1", [scopeId]))[0];

test("of many claimers at once each message goes to one", async () => {
  tables = await createEngineTables({ messages: 60 });
  const worker = await tables.addWorker();
  const claimed = (await Promise.all(Array.from({ length: 8 }, () => claim(worker, 20)))).flat();
  const rest = await claim(worker);
  const ids = [...claimed, ...rest].map((row) => row.id);
  expect(ids).toHaveLength(60);
  expect(new Set(ids).size).toBe(60);
});

test("a worker without a lease claims nothing", async () => {
  tables = await createEngineTables({ messages: 3 });
  expect(await claim("00000000-0000-7000-8000-000000000000")).toEqual([]);
});

test("a worker whose lease lapsed changes nothing any more: not by settling, failing, retrying, excluding, giving back or marking [D33]", async () => {
  tables = await createEngineTables({ messages: 5 });
  const lapsed = await tables.addWorker(-1);
  const stale = await claim(lapsed);
  const worker = await tables.addWorker();
  expect(await recover(worker)).toEqual([{ count: 5 }]);
  const current = await claim(worker);
  const before = await tables.query("select * from message order by id");

  for (const status of ["SENT", "FAILED", "QUEUED", "UNCERTAIN", "EXCLUDED"] as const)
    expect(await settle(stale, status)).toEqual([]);
  await run(
    tables.ctx,
    releaseMessages(
      stale.map((row) => row.id),
      stale.map((row) => row.batchId),
      batchesOf(stale),
    ),
  );
  expect(await mark(stale)).toEqual([]);
  expect(await tables.query("select * from message order by id")).toEqual(before);
  expect(await totalOf(tables.campaignId)).toMatchObject({ accepted: 5, sent: 0, failed: 0, uncertain: 0, excluded: 0 });

  await mark(current);
  expect(await settle(current)).toHaveLength(5);
});

test("an outcome that is written twice counts once", async () => {
  tables = await createEngineTables({ messages: 5 });
  const rows = await claim(await tables.addWorker());
  await mark(rows);
  expect(await settle(rows)).toHaveLength(5);
  expect(await settle(rows)).toEqual([]);
  expect(await totalOf(tables.executionId)).toMatchObject({ accepted: 5, sent: 5 });
  const [execution] = await tables.query("select status from execution");
  expect(execution).toEqual({ status: "FINISHED" });
});

test.each([
  ["RESEND", { QUEUED: 10 }, 0],
  ["HOLD", { QUEUED: 5, UNCERTAIN: 5 }, 5],
] as const)(
  "after a lapsed lease what was only claimed is QUEUED as if nothing had been, what was SENDING follows %s [D13] [D14] [D31] [D32]",
  async (onUncertain, statuses, uncertain) => {
    tables = await createEngineTables({ messages: 10, onUncertain });
    const lapsed = await tables.addWorker(-1);
    const sending = await claim(lapsed, 5);
    await mark(sending);
    await claim(lapsed, 5);
    expect(await tables.statuses()).toEqual({ CLAIMED: 5, SENDING: 5 });

    const worker = await tables.addWorker();
    expect(await recover(worker)).toEqual([{ count: 10 }]);
    expect(await tables.statuses()).toEqual(statuses);
    expect(await totalOf(tables.campaignId)).toMatchObject({ accepted: 10, uncertain });
    const attempts = await tables.query("select attempts, count(*)::int from message group by 1 order by 1");
    expect(attempts).toEqual([
      { attempts: 0, count: 5 },
      { attempts: 1, count: 5 },
    ]);
    const [touched] = await tables.query("select error, history from message where attempts = 1 limit 1");
    expect(touched?.error).toContain("lost while it was sending");
    expect(await recover(worker)).toEqual([{ count: 0 }]);
  },
);

test("a live worker's messages are left alone, unless it says itself that it never got them", async () => {
  tables = await createEngineTables({ messages: 5 });
  const busy = await tables.addWorker();
  const rows = await claim(busy);
  const other = await tables.addWorker();
  expect(await recover(other)).toEqual([{ count: 0 }]);
  expect(await recover(busy, false, batchesOf(rows))).toEqual([{ count: 5 }]);
  expect(await tables.statuses()).toEqual({ QUEUED: 5 });
});

test("a worker that holds the presence lock waits for nobody's lease", async () => {
  tables = await createEngineTables({ messages: 5 });
  await claim(await tables.addWorker());
  expect(await recover(await tables.addWorker(), true)).toEqual([{ count: 5 }]);
});

test("a pause takes back what is claimed and not what is being sent; what it took can no longer be marked [D27]", async () => {
  tables = await createEngineTables({ messages: 10 });
  const worker = await tables.addWorker();
  const sending = await claim(worker, 5);
  await mark(sending);
  const claimed = await claim(worker, 5);
  await tables.query("update campaign set status = 'PAUSED'");
  await run(tables.ctx, releaseClaimed(tables.campaignId));

  expect(await tables.statuses()).toEqual({ QUEUED: 5, SENDING: 5 });
  expect(await mark(claimed)).toEqual([]);
  expect(await claim(worker)).toEqual([]);
  expect(await settle(sending)).toHaveLength(5);
});

test.each([
  ["STOPPED", "CAMPAIGN_STOPPED"],
  ["COMPLETED", "CAMPAIGN_ENDED"],
])("what comes back to the queue of a campaign that is %s is excluded as %s [D28] [D30] [D43]", async (status, exclusion) => {
  tables = await createEngineTables({ messages: 5 });
  const rows = await claim(await tables.addWorker());
  await mark(rows);
  await tables.query("update campaign set status = $1", [status]);
  expect(await settle(rows, "QUEUED")).toHaveLength(5);
  expect(await run(tables.ctx, excludeStragglers())).toEqual([{ count: 5 }]);
  const found = await tables.query("select distinct status, exclusion, context::text from message");
  expect(found).toEqual([{ status: "EXCLUDED", exclusion, context: null }]);
  expect(await totalOf(tables.executionId)).toMatchObject({ accepted: 5, excluded: 5 });
  expect(await tables.query("select status from execution")).toEqual([{ status: "FINISHED" }]);
});

test("outside its window a campaign's messages are neither claimed nor marked [D30]", async () => {
  tables = await createEngineTables({ messages: 10 });
  const worker = await tables.addWorker();
  const rows = await claim(worker, 5);
  await tables.query("update campaign set closes_at = now() - interval '1 ms'");
  expect(await claim(worker)).toEqual([]);
  expect(await mark(rows)).toEqual([]);
});
