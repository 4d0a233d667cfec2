import { type Category, type Log, toError } from "../base/index.ts";
import type { Exclusion } from "../executions/index.ts";
import { type Context, run } from "../storage/index.ts";
import { type ClaimedMessage, type PreparedMessage, type PrepareOptions, prepareMessage } from "./claimed-message.ts";
import { createPacer, type Pacer } from "./pacer.ts";
import type { ProviderRegistry } from "./provider-registry.ts";
import { claimMessages } from "./sql/claim-messages.ts";
import { markSending } from "./sql/mark-sending.ts";
import type { VersionCache } from "./version-cache.ts";

const claimMax = 500;
/** Claimed ahead: enough to bridge a slow claim, little enough that a pause gives back few. */
const claimedSeconds = 0.5;
/** Marked SENDING ahead of their slice, so that no question to the database stands between a slice and the wire. */
const markedSeconds = 0.08;
/** Batches of a paced lane hold 20 ms worth: the unit that is marked, given back and recovered. */
const batchesPerSecond = 50;
const unpacedBatch = 250;

export type LaneOptions = PrepareOptions & {
  readonly campaignId: string;
  readonly category: Category;
  readonly deliveryRate: number | null;
  readonly context: () => Pick<Context, "em">;
  readonly workerId: () => string;
  readonly isAlive: () => boolean;
  readonly versions: VersionCache;
  readonly providers: ProviderRegistry;
  readonly onClaimed: (messages: readonly ClaimedMessage[]) => void;
  readonly onExcluded: (message: ClaimedMessage, exclusion: Exclusion) => void;
  /** Claimed, and taken back by a pause or a stop before they were marked. */
  readonly onWithdrawn: (messages: readonly ClaimedMessage[]) => void;
  readonly log: Log;
};

export type Lane = {
  readonly campaignId: string;
  /** Since when there was nothing to do, on the process's monotonic clock; null while there is. */
  readonly idleSince: number | null;
  wake(): void;
  setRate(perSecond: number | null): void;
  /** Takes back what was claimed and not yet given to a provider. */
  stop(): Promise<ClaimedMessage[]>;
};

/**
 * A campaign's paced stream: claim, mark, release slices at the delivery rate. What is claimed and what is marked
 * are short buffers in memory; the queue itself stays in the database.
 */
export function createLane(options: LaneOptions): Lane {
  const { campaignId, providers } = options;
  const isUrgent = options.category === "TRANSACTIONAL";
  let rate = options.deliveryRate;
  const claimed: ClaimedMessage[] = [];
  const marked: PreparedMessage[] = [];
  let working: Promise<void> | null = null;
  let isStopped = false;
  let isAwake = false;
  let idleSince: number | null = null;
  /** The configuration that messages of this lane went to last. */
  let configurationId: string | null = null;

  const room = (): number => {
    const provider = configurationId ? providers.load(configurationId) : null;
    return provider ? Math.max(0, provider.loadMax - provider.load) : unpacedBatch;
  };
  const toMark = (): number => (rate === null ? room() : Math.max(2, Math.ceil(rate * markedSeconds))) - marked.length;
  const claimTarget = (): number =>
    rate === null ? claimMax : Math.max(2, Math.min(claimMax, Math.ceil(rate * claimedSeconds)));

  const release = (count: number): void => {
    providers.enqueue(campaignId, isUrgent, marked.splice(0, count));
    wake();
  };
  const createLanePacer = (perSecond: number): Pacer =>
    createPacer({ perSecond, concurrency: null, waiting: () => (room() > 0 ? marked.length : 0), release, log: options.log });
  let pacer: Pacer | null = rate === null ? null : createLanePacer(rate);

  const pass = (): void => {
    if (pacer) pacer.poke();
    else if (marked.length > 0) release(marked.length);
  };

  const claim = async (): Promise<boolean> => {
    const batchSize = rate === null ? unpacedBatch : Math.max(1, Math.ceil(rate / batchesPerSecond));
    const rows = await run(
      options.context(),
      claimMessages({ campaignId, workerId: options.workerId(), limit: claimTarget(), batchSize }),
    );
    const fresh: ClaimedMessage[] = [];
    for (const row of rows)
      fresh.push({ row, campaignId, version: await options.versions.get(options.context(), row.versionId) });
    options.onClaimed(fresh);
    claimed.push(...fresh);
    return fresh.length > 0;
  };

  const mark = async (count: number): Promise<void> => {
    const ready = prepare(takeBatches(claimed, count), options);
    if (ready.length === 0) return;
    try {
      for (const { version } of ready) {
        if (version.channelConfigurationId !== configurationId) await providers.open(version.channelConfigurationId);
        configurationId = version.channelConfigurationId;
      }
      const rows = await run(options.context(), markSending([...new Set(ready.map((message) => message.row.batchId))]));
      const allowed = new Set(rows.map((row) => row.id));
      options.onWithdrawn(ready.filter((message) => !allowed.has(message.row.batchId)));
      marked.push(...ready.filter((message) => allowed.has(message.row.batchId)));
    } catch (error) {
      claimed.unshift(...ready);
      throw error;
    }
    if (!isStopped) pass();
  };

  /** True when there is more to do at once. */
  const step = async (): Promise<boolean> => {
    if (!options.isAlive()) return false;
    const missing = toMark();
    const isHungry = claimed.length < claimTarget() / 2 && (rate !== null || missing > 0);
    const [found] = await Promise.all([isHungry && claim(), missing > 0 && claimed.length > 0 && mark(missing)]);
    return found || (claimed.length > 0 && toMark() > 0);
  };

  const work = async (): Promise<void> => {
    while (isAwake && !isStopped) {
      isAwake = false;
      try {
        isAwake = (await step()) || isAwake;
      } catch (error) {
        options.log.error({ err: toError(error), campaignId }, "dispatch: a lane stumbled and goes on at the next look");
      }
    }
    working = null;
    idleSince = claimed.length === 0 && marked.length === 0 ? (idleSince ?? performance.now()) : null;
  };

  function wake(): void {
    isAwake = true;
    if (!isStopped) working ??= work();
  }

  return {
    campaignId,
    get idleSince() {
      return working ? null : idleSince;
    },
    wake() {
      pass();
      wake();
    },
    setRate(perSecond) {
      if (perSecond === rate) return;
      rate = perSecond;
      if (perSecond !== null && pacer) pacer.setRate(perSecond);
      else {
        pacer?.stop();
        pacer = perSecond === null ? null : createLanePacer(perSecond);
      }
      pass();
      wake();
    },
    async stop() {
      isStopped = true;
      pacer?.stop();
      await working;
      return [...claimed.splice(0), ...marked.splice(0)];
    },
  };
}

/** Whole batches from the front, until there are `count` messages. */
function takeBatches(claimed: ClaimedMessage[], count: number): ClaimedMessage[] {
  let end = 0;
  while (end < claimed.length && (end < count || claimed[end]?.row.batchId === claimed[end - 1]?.row.batchId)) end += 1;
  return claimed.splice(0, end);
}

function prepare(messages: readonly ClaimedMessage[], options: LaneOptions): PreparedMessage[] {
  return messages.flatMap((message) => {
    const prepared = prepareMessage(message, options);
    if (prepared.kind === "ready") return [prepared.message];
    options.onExcluded(message, prepared.exclusion);
    return [];
  });
}
