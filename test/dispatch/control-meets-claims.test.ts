import { afterAll, beforeAll, expect, test } from "vitest";
import { systemActor } from "../../src/access/index.ts";
import { createLog, systemClock } from "../../src/base/index.ts";
import { type ClaimedRow, claimMessages } from "../../src/dispatch/sql/claim-messages.ts";
import { markSending } from "../../src/dispatch/sql/mark-sending.ts";
import { releaseMessages, settleMessages } from "../../src/dispatch/sql/settle-messages.ts";
import { cancelExecution, pauseCampaign, stopCampaign } from "../../src/executions/index.ts";
import { type Context, run } from "../../src/storage/index.ts";
import { createEngineTables, type EngineTables } from "../support/engine-tables.ts";

/** The claim of a lane and a stop meet at their worst moment only now and then: many rounds, and claims without a pause. */
const rounds = 20;
const count = 2000;
let tables: EngineTables;
let worker: string;
beforeAll(async () => {
  tables = await createEngineTables({ messages: count });
  worker = await tables.addWorker(600);
});
afterAll(() => tables.stop());

const session = () => ({ em: tables.database.orm.em.fork() });
const caller = (): Context => ({ ...session(), actor: systemActor, clock: systemClock, log: createLog("silent") });

async function everythingIsQueued(): Promise<void> {
  await tables.query("delete from batch");
  await tables.query("update campaign set status = 'LIVE', paused_at = null");
  await tables.query("update execution set status = 'RUNNING', finished_at = null");
  await tables.query(`update message set status = 'QUEUED', batch_id = null, attempts = 0, exclusion = null, exclusion_detail = null,
    settled_at = null, claimed_at = null, context = '{}'`);
  await tables.query("update delivery_total set sent = 0, excluded = 0");
}

type Engine = {
  /** Every batch that was ever allowed to go. */
  readonly marked: Set<string>;
  /** What was claimed last, by each session, and not marked. */
  readonly kept: ClaimedRow[];
  stop(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
};

/** Sessions that claim without a pause. Of each claim a third is sent, a third is given back, a third is kept. */
function startEngine(sessions: number): Engine {
  const marked = new Set<string>();
  const kept: ClaimedRow[] = [];
  let isOn = true;
  const work = async (): Promise<void> => {
    const ctx = session();
    while (isOn) {
      const { campaignId } = tables;
      const rows = await run(ctx, claimMessages({ campaignId, workerId: worker, limit: 120, batchSize: 20 }));
      const batchIds = [...new Set(rows.map((row) => row.batchId))];
      const part = (place: number) => new Set(batchIds.filter((_, index) => index % 3 === place));
      const [sent, returned, held] = [part(0), part(1), part(2)];
      kept.push(...rows.filter((row) => held.has(row.batchId)));
      const back = rows.filter((row) => returned.has(row.batchId));
      await run(ctx, releaseMessages(...columns(back), [...returned]));
      for (const batch of await run(ctx, markSending(tables.marking([...sent])))) marked.add(batch.id);
      const going = rows.filter((row) => marked.has(row.batchId));
      if (going.length > 0) await run(ctx, settleMessages(going.map(asSent), [...sent]));
    }
  };
  const working = Promise.all(Array.from({ length: sessions }, work));
  const stop = async (): Promise<void> => {
    isOn = false;
    await working;
  };
  return { marked, kept, stop, [Symbol.asyncDispose]: stop };
}

const columns = (rows: readonly ClaimedRow[]): [string[], string[]] => [
  rows.map((row) => row.id),
  rows.map((row) => row.batchId),
];

const asSent = ({ id, batchId }: ClaimedRow) => ({
  ...{ error: null, errorCode: null, exclusion: null, exclusionDetail: null, providerMessageId: null, handedAt: null },
  ...{ id, batchId, campaignId: tables.campaignId, status: "SENT" as const, delaySeconds: 0 },
});

/** Waits for a moment in the run that is another one each time. */
const aMoment = (round: number) => tables.query("select pg_sleep($1)", [0.01 + (round % 10) * 0.007]);

test.each([
  ["stopCampaign", "CAMPAIGN_STOPPED", () => stopCampaign(caller(), tables.campaignId)],
  ["cancelExecution", "EXECUTION_CANCELLED", () => cancelExecution(caller(), tables.executionId)],
] as const)(
  "%s among claims without a pause: it never fails, nobody waits once it has answered, and nothing more is sent [D29] [D30]",
  async (_name, exclusion, control) => {
    for (let round = 0; round < rounds; round += 1) {
      await everythingIsQueued();
      await using engine = startEngine(3);
      await aMoment(round);
      await control();
      const answered = await tables.statuses();
      expect(answered, `round ${round}`).not.toHaveProperty("QUEUED");
      expect(answered, `round ${round}`).not.toHaveProperty("CLAIMED");
      const markedThen = new Set(engine.marked);
      await engine.stop();

      const batchIds = [...new Set(engine.kept.map((row) => row.batchId))];
      const late = await run(session(), markSending(tables.marking(batchIds)));
      expect(late).toEqual([]);
      // What was marked before the answer may be reported after it, and nothing else.
      const sending = answered.SENDING ?? 0;
      expect((engine.marked.size - markedThen.size) * 20).toBeLessThanOrEqual(sending);
      const { SENT: sent = 0, EXCLUDED: excluded = 0, ...others } = await tables.statuses();
      expect(others, `round ${round}`).toEqual({});
      expect(sent).toBeLessThanOrEqual((answered.SENT ?? 0) + sending);
      expect(sent + excluded).toBe(count);
      const reasons = await tables.query("select distinct exclusion from message where status = 'EXCLUDED'");
      expect(reasons).toEqual(excluded > 0 ? [{ exclusion }] : []);
      expect(await tables.query("select distinct accepted, sent, excluded from delivery_total")).toEqual([
        { accepted: count, sent, excluded },
      ]);
    }
  },
);

test("a pause among claims without a pause: nothing is claimed once it has answered [D28]", async () => {
  for (let round = 0; round < rounds; round += 1) {
    await everythingIsQueued();
    await using engine = startEngine(3);
    await aMoment(round);
    await pauseCampaign(caller(), tables.campaignId);
    expect(await tables.statuses(), `round ${round}`).not.toHaveProperty("CLAIMED");
    await engine.stop();
  }
});

test("of a batch that is marked, messages of an execution that was cancelled meanwhile are told apart [D30]", async () => {
  await everythingIsQueued();
  const { campaignId, executionId } = tables;
  const rows = await run(session(), claimMessages({ campaignId, workerId: worker, limit: 20, batchSize: 20 }));
  await tables.query("update execution set status = 'CANCELLED'");
  const batchIds = [...new Set(rows.map((row) => row.batchId))];
  expect(await run(session(), markSending(tables.marking(batchIds)))).toEqual([{ id: batchIds[0], cancelledIds: [executionId] }]);
});
