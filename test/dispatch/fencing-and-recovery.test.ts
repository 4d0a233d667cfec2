import { afterEach, expect, test } from "vitest";
import { systemActor } from "../../src/access/index.ts";
import { type ClaimedRow, claimMessages } from "../../src/dispatch/sql/claim-messages.ts";
import { markSending } from "../../src/dispatch/sql/mark-sending.ts";
import { excludeStragglers, recoverMessages } from "../../src/dispatch/sql/recover-messages.ts";
import { releaseMessages, type SettledRow, settleMessages } from "../../src/dispatch/sql/settle-messages.ts";
import { releaseClaimed } from "../../src/executions/sql/control-messages.ts";
import { resolveMessages } from "../../src/executions/sql/resolve-messages.ts";
import { retryMessages } from "../../src/executions/sql/retry-messages.ts";
import { selectUnsealed, updateSealed } from "../../src/executions/sql/seal-messages.ts";
import { run } from "../../src/storage/index.ts";
import { createEngineTables, type EngineTables } from "../support/engine-tables.ts";

let tables: EngineTables;
afterEach(() => tables.stop());

const claim = (workerId: string, limit = 100): Promise<ClaimedRow[]> =>
  run(tables.ctx, claimMessages({ campaignId: tables.campaignId, workerId, limit, batchSize: 5 }));
const mark = (rows: readonly ClaimedRow[]) => run(tables.ctx, markSending(tables.marking(batchesOf(rows))));
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

const bothStatuses = ["FAILED", "UNCERTAIN"] as const;
const retryAll = (statuses: readonly (typeof bothStatuses)[number][] = bothStatuses) =>
  run(
    tables.ctx,
    retryMessages({
      campaignId: tables.campaignId,
      executionId: null,
      errorCode: null,
      ids: null,
      statuses,
      replayDays: 7,
      afterId: null,
      limit: 100,
    }),
  );
/** In a session of its own, so that two statements meet. */
const another = () => ({ em: tables.database.orm.em.fork() });

function settled({ id, batchId }: ClaimedRow, status: SettledRow["status"]): SettledRow {
  const { campaignId } = tables;
  const nothing = {
    error: null,
    errorCode: null,
    exclusion: null,
    exclusionDetail: null,
    providerMessageId: null,
    handedAt: null,
  };
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

test("a worker whose lease lapsed changes nothing any more: not by settling, failing, retrying, excluding, giving back or marking [D34]", async () => {
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
  "after a lapsed lease what was only claimed is QUEUED as if nothing had been, what was SENDING follows %s [D13] [D14] [D32] [D33]",
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

test("a pause takes back what is claimed and not what is being sent; what it took can no longer be marked [D28]", async () => {
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
])("what comes back to the queue of a campaign that is %s is excluded as %s [D29] [D31] [D47]", async (status, exclusion) => {
  tables = await createEngineTables({ messages: 5 });
  const rows = await claim(await tables.addWorker());
  await mark(rows);
  await tables.query("update campaign set status = $1", [status]);
  expect(await settle(rows, "QUEUED")).toHaveLength(5);
  expect(await run(tables.ctx, excludeStragglers([tables.campaignId]))).toEqual([{ count: 5 }]);
  const found = await tables.query("select distinct status, exclusion, context::text from message");
  expect(found).toEqual([{ status: "EXCLUDED", exclusion, context: null }]);
  expect(await totalOf(tables.executionId)).toMatchObject({ accepted: 5, excluded: 5 });
  expect(await tables.query("select status from execution")).toEqual([{ status: "FINISHED" }]);
});

test("outside its window a campaign's messages are neither claimed nor marked [D31]", async () => {
  tables = await createEngineTables({ messages: 10 });
  const worker = await tables.addWorker();
  const rows = await claim(worker, 5);
  await tables.query("update campaign set closes_at = now() - interval '1 ms'");
  expect(await claim(worker)).toEqual([]);
  expect(await mark(rows)).toEqual([]);
});

test.each(["retried", "resolved"])(
  "a worker that was lost changes nothing of an UNCERTAIN message that was %s meanwhile [D34] [D50] [D52]",
  async (what) => {
    tables = await createEngineTables({ messages: 5, onUncertain: "HOLD" });
    const stale = await claim(await tables.addWorker(-1));
    await mark(stale);
    const worker = await tables.addWorker();
    await recover(worker);
    expect(await tables.statuses()).toEqual({ UNCERTAIN: 5 });
    const ids = stale.map((row) => row.id);
    if (what === "retried") expect(await retryAll()).toMatchObject([{ count: 5 }]);
    else expect(await run(tables.ctx, resolveMessages(ids, "SENT", systemActor))).toMatchObject([{ count: 5 }]);
    const before = await tables.query("select * from message order by id");
    for (const status of ["SENT", "FAILED", "QUEUED", "UNCERTAIN", "EXCLUDED"] as const)
      expect(await settle(stale, status)).toEqual([]);
    expect(await mark(stale)).toEqual([]);
    expect(await tables.query("select * from message order by id")).toEqual(before);
    if (what === "resolved") return;
    const again = await claim(worker);
    await mark(again);
    expect(await settle(again)).toHaveLength(5);
    expect(await totalOf(tables.executionId)).toMatchObject({ accepted: 5, sent: 5, uncertain: 0 });
  },
);

test("messages that are claimed or SENT are neither retried nor resolved", async () => {
  tables = await createEngineTables({ messages: 6 });
  const worker = await tables.addWorker();
  await settle(await claim(worker, 2));
  await mark(await claim(worker, 2));
  const ids = (await tables.query<{ id: string }>("select id from message")).map((row) => row.id);
  expect(await retryAll()).toMatchObject([{ count: 0 }]);
  expect(await run(tables.ctx, resolveMessages(ids, "FAILED", systemActor))).toEqual([]);
  expect(await tables.statuses()).toEqual({ SENT: 2, SENDING: 2, QUEUED: 2 });
});

test("the retry period counts from the first deferral, and anew once a message is retried [D15] [D50]", async () => {
  tables = await createEngineTables({ messages: 1 });
  const worker = await tables.addWorker();
  const defer = async () => {
    const rows = await claim(worker);
    await settle(rows, "QUEUED");
    return rows[0]?.ageSeconds;
  };
  expect(await defer()).toBe(0);
  await tables.query("update message set deferred_at = deferred_at - interval '1 hour'");
  expect(await defer()).toBeGreaterThanOrEqual(3600);
  expect((await tables.query("select deferred_at < now() - interval '59 minutes' as kept from message"))[0]).toEqual({
    kept: true,
  });
  await settle(await claim(worker), "FAILED");
  await retryAll();
  expect(await defer()).toBe(0);
});

test("whoever seals passes over a message that is retried at the same time, and its context stays", async () => {
  tables = await createEngineTables({ messages: 4 });
  const worker = await tables.addWorker();
  await settle(await claim(worker), "FAILED");
  const rows = await run(tables.ctx, selectUnsealed({ max: { messages: 3, bytes: 1000 }, only: null, except: [] }));
  expect(rows).toHaveLength(3);
  await retryAll();
  await run(tables.ctx, updateSealed(rows.map(({ id }) => ({ id, sealed: Buffer.from("sealed") }))));
  const found = await tables.query("select distinct status, context::text, sealed from message");
  expect(found).toEqual([{ status: "QUEUED", context: "{}", sealed: null }]);
  await settle(await claim(worker), "FAILED");
  expect(await run(tables.ctx, selectUnsealed({ max: { messages: 10, bytes: 3 }, only: null, except: [] }))).toHaveLength(2);
});

test("of a message that settles last and one that is retried at the same moment, no execution is FINISHED with something open [D43]", async () => {
  tables = await createEngineTables({ messages: 2 });
  const worker = await tables.addWorker();
  for (let round = 0; round < 40; round += 1) {
    const [one, two] = await claim(worker);
    if (!one || !two) throw new Error("both were queued");
    await settle([one], "FAILED");
    const retry = retryMessages({
      ...{
        campaignId: tables.campaignId,
        executionId: null,
        errorCode: null,
        ids: null,
        replayDays: 7,
        afterId: null,
        limit: 100,
      },
      statuses: bothStatuses,
    });
    await Promise.all([run(another(), settleMessages([settled(two, "FAILED")], batchesOf([two]))), run(another(), retry)]);
    const [state] = await tables.query(`select status, finished_at is null as is_open,
      (select count(*)::int from message where status = 'QUEUED') as queued from execution`);
    expect(state, `round ${round}`).toEqual(
      state?.queued === 0
        ? { status: "FINISHED", is_open: false, queued: 0 }
        : { status: "RUNNING", is_open: true, queued: state?.queued },
    );
    await retryAll();
  }
  expect(await totalOf(tables.executionId)).toMatchObject({ accepted: 2, failed: 0 });
});

test("batches of an inactive channel configuration are not marked", async () => {
  tables = await createEngineTables({ messages: 5 });
  const rows = await claim(await tables.addWorker());
  await tables.query("update channel_configuration set active = false");
  expect(await mark(rows)).toEqual([]);
  expect(await tables.statuses()).toEqual({ CLAIMED: 5 });
  await tables.query("update channel_configuration set active = true");
  expect(await mark(rows)).toHaveLength(1);
});
