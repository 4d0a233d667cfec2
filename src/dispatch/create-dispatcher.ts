import { setTimeout as pause } from "node:timers/promises";
import { type Log, toError } from "../base/index.ts";
import type { Outcome, TransportDependencies } from "../channels/index.ts";
import { announce, type Context, type NewsDesk, run } from "../storage/index.ts";
import { createBatchBook } from "./batch-book.ts";
import type { ClaimedMessage, PreparedMessage, PrepareOptions } from "./claimed-message.ts";
import { createDatabaseClock } from "./database-clock.ts";
import { createLane, type Lane } from "./lane.ts";
import { nextAttempt } from "./next-attempt.ts";
import { createProviderRegistry } from "./provider-registry.ts";
import { createSettler } from "./settler.ts";
import { excludeStragglers, recoverMessages, selectOwnBatches } from "./sql/recover-messages.ts";
import { type LaneRow, selectLaneRates, selectLanes } from "./sql/select-lanes.ts";
import { releaseMessages, type SettledRow } from "./sql/settle-messages.ts";
import { createVersionCache } from "./version-cache.ts";
import { createWorkerLease } from "./worker-lease.ts";

const lookMilliseconds = 1000;
const sweepMilliseconds = 2000;
const newsMilliseconds = 100;
/** A lane is kept so long after its last message that a new one cannot break the spacing of the rate. */
const lingerMilliseconds = 5000;

export type DispatcherOptions = PrepareOptions & {
  readonly databaseUrl: string;
  readonly context: () => Context;
  readonly news: NewsDesk;
  readonly transports: TransportDependencies;
  readonly leaseSeconds: number;
  readonly log: Log;
  /** Fake in tests of the retry plan. */
  readonly random?: () => number;
};

export type Dispatcher = { start(): Promise<void>; stop(): Promise<void> };

/** The engine: finds campaigns with work, runs a lane for each, settles what was sent and recovers what was lost. */
export function createDispatcher(options: DispatcherOptions): Dispatcher {
  const { context, log } = options;
  const random = options.random ?? Math.random;
  const stopping = new AbortController();
  const lanes = new Map<string, Lane>();
  const dirty = new Set<string>();
  const book = createBatchBook();
  const versions = createVersionCache();
  const clock = createDatabaseClock();
  const loops: Promise<void>[] = [];
  let looking: Promise<void> | null = null;
  let lookAgain = false;
  let unknownBatches: ReadonlySet<string> = new Set();

  const lease = createWorkerLease({
    url: options.databaseUrl,
    leaseSeconds: options.leaseSeconds,
    log,
    onLost: () => void forgetEverything(),
  });
  const isAlive = (): boolean => lease.isAlive();

  const settler = createSettler({
    context,
    log,
    finishedBatches: (rows) => book.settle(rows),
    onSettled: (rows, finishedBatchIds) => {
      book.forget(finishedBatchIds);
      for (const row of rows) dirty.add(row.campaignId);
    },
  });

  const providers = createProviderRegistry({
    transports: options.transports,
    now: () => clock.now(),
    isAlive,
    onOutcome: (message, outcome, handedAt, retryPeriodSeconds) =>
      settler.add(settled(message, outcome, handedAt, retryPeriodSeconds, random())),
    onRoom: () => {
      for (const lane of lanes.values()) lane.wake();
    },
    log,
  });

  const openLane = (row: LaneRow): Lane => {
    const lane = createLane({
      ...row,
      context,
      workerId: () => lease.workerId,
      isAlive,
      versions,
      providers,
      unknownConsentIsConsent: options.unknownConsentIsConsent,
      unsubscribeUrl: options.unsubscribeUrl,
      onClaimed: (messages) => book.claim(messages.map((message) => message.row)),
      onExcluded: (message, exclusion) =>
        settler.add({
          ...unsettled(message),
          status: "EXCLUDED",
          exclusion: exclusion.reason,
          exclusionDetail: exclusion.detail,
        }),
      onWithdrawn: (messages) => book.forget(messages.map((message) => message.row.batchId)),
      log,
    });
    lanes.set(row.campaignId, lane);
    return lane;
  };

  /** Lanes for every campaign with work; present rates for those that have one. */
  const look = async (): Promise<void> => {
    const rows = await run(context(), selectLanes());
    for (const row of rows) (lanes.get(row.campaignId) ?? openLane(row)).setRate(row.deliveryRate);
    const others = [...lanes.keys()].filter((id) => !rows.some((row) => row.campaignId === id));
    if (others.length > 0)
      for (const row of await run(context(), selectLaneRates(others))) lanes.get(row.campaignId)?.setRate(row.deliveryRate);
    for (const lane of lanes.values()) lane.wake();
    providers.poke();
    closeIdleLanes();
  };

  const closeIdleLanes = (): void => {
    for (const lane of lanes.values()) {
      if (lane.idleSince === null || performance.now() - lane.idleSince < lingerMilliseconds) continue;
      lanes.delete(lane.campaignId);
      void lane.stop().then(giveBack);
    }
  };

  /** Calls that come while a look is under way make one more. */
  const lookSoon = (): void => {
    lookAgain = true;
    looking ??= (async () => {
      while (lookAgain && !stopping.signal.aborted) {
        lookAgain = false;
        await look().catch((error) =>
          log.error({ err: toError(error) }, "dispatch: looking for work failed; the next look follows"),
        );
      }
      looking = null;
    })();
  };

  const sweep = async (isAlone: boolean): Promise<void> => {
    const own = await run(context(), selectOwnBatches(lease.workerId));
    const unknown = new Set(own.map((row) => row.id).filter((id) => !book.has(id)));
    // Unknown at two looks: not a claim whose answer is still on its way.
    const forgottenBatchIds = [...unknown].filter((id) => unknownBatches.has(id));
    unknownBatches = unknown;
    const [recovered] = await run(context(), recoverMessages({ ownWorkerId: lease.workerId, isAlone, forgottenBatchIds }));
    const [excluded] = await run(context(), excludeStragglers());
    if (recovered?.count) log.warn({ messages: recovered.count }, "dispatch: messages of a lost worker were recovered");
    if (recovered?.count || excluded?.count) lookSoon();
  };

  const every = async (milliseconds: number, task: () => Promise<void> | void): Promise<void> => {
    while (!stopping.signal.aborted) {
      await pause(milliseconds, undefined, { signal: stopping.signal }).catch(() => undefined);
      if (stopping.signal.aborted) return;
      await Promise.resolve(task()).catch((error) =>
        log.error({ err: toError(error) }, "dispatch: a background step failed and is repeated"),
      );
    }
  };

  const tellNews = async (): Promise<void> => {
    if (dirty.size === 0) return;
    const campaignIds = [...dirty].slice(0, 100);
    for (const id of campaignIds) dirty.delete(id);
    await announce(context(), { topic: "messages", campaignIds });
  };

  const giveBack = async (messages: readonly ClaimedMessage[]): Promise<void> => {
    if (messages.length === 0) return;
    const rows = messages.map((message) => message.row);
    const finished = book.settle(rows);
    await run(
      context(),
      releaseMessages(
        rows.map((row) => row.id),
        rows.map((row) => row.batchId),
        finished,
      ),
    );
  };

  /** The lease was lost: whatever is in memory belongs to whoever recovered it. */
  const forgetEverything = async (): Promise<void> => {
    const lost = [...lanes.values()];
    lanes.clear();
    const unsent = [...providers.drain(), ...(await Promise.all(lost.map((lane) => lane.stop()))).flat()];
    book.forget(unsent.map((message) => message.row.batchId));
    lookSoon();
  };

  const unsubscribe = options.news.subscribe((news) => {
    if (news.topic === "queued" || news.topic === "campaign-status") lookSoon();
    if (news.topic === "channel-configuration") {
      void providers
        .reload(news.id)
        .catch((error) => log.error({ err: toError(error) }, "dispatch: a channel configuration could not be opened again"));
      lookSoon();
    }
  });

  return {
    async start() {
      await lease.start();
      await clock.sync(context());
      await sweep(true);
      loops.push(
        every(lookMilliseconds, lookSoon),
        every(sweepMilliseconds, () => sweep(false)),
        every(newsMilliseconds, tellNews),
        every(lookMilliseconds * 5, () => clock.sync(context())),
      );
      lookSoon();
    },
    async stop() {
      unsubscribe();
      stopping.abort();
      await Promise.all([...loops, looking]);
      const unsent = (await Promise.all([...lanes.values()].map((lane) => lane.stop()))).flat();
      await giveBack([...unsent, ...providers.drain()]);
      await providers.stop();
      await settler.flush();
      await tellNews();
      await lease.stop();
    },
  };
}

function unsettled(message: ClaimedMessage): SettledRow {
  return {
    id: message.row.id,
    batchId: message.row.batchId,
    campaignId: message.campaignId,
    status: "QUEUED",
    delaySeconds: 0,
    error: null,
    exclusion: null,
    exclusionDetail: null,
    providerMessageId: null,
    handedAt: null,
  };
}

function settled(
  message: PreparedMessage,
  outcome: Outcome,
  handedAt: Date,
  retryPeriodSeconds: number,
  random: number,
): SettledRow {
  const { attempts, ageSeconds } = message.row;
  const { onUncertain } = message.version;
  return {
    ...unsettled(message),
    ...nextAttempt(outcome, { attempts, ageSeconds, retryPeriodSeconds, onUncertain, random }),
    handedAt: handedAt.toISOString(),
  };
}
