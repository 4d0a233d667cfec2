import { setTimeout as pause } from "node:timers/promises";
import { type Log, toError } from "../base/index.ts";
import { isEnded } from "../campaigns/index.ts";
import { type Context, run } from "../storage/index.ts";
import { doApart, type Failed, lockWait } from "./apart.ts";
import type { Lanes } from "./lanes.ts";
import { excludeStragglers } from "./sql/recover-messages.ts";
import { type LaneRow, selectLanes, selectNamedLanes } from "./sql/select-lanes.ts";

/** Every call that is accepted names its campaign; a thousand calls a second must not cost a thousand looks. */
const spacingMilliseconds = 20;
/** Campaigns that one statement looks at. */
const campaignsMax = 1000;
const firstId = "00000000-0000-0000-0000-000000000000";

export type Lookout = {
  /** Something happened to these campaigns. */
  lookAt(campaignIds: Iterable<string>): void;
  /** At the next ones of those that have something queued, in turn. */
  lookAround(): Promise<void>;
  /** Of LIVE campaigns that have something queued, due or not, where it goes. */
  readonly configurationIds: ReadonlySet<string>;
  /** Resolves when nothing is being looked at. */
  stop(): Promise<void>;
};

export type LookoutOptions = {
  readonly context: () => Pick<Context, "em">;
  readonly lanes: Lanes;
  readonly now: () => Date;
  readonly signal: AbortSignal;
  /** What is left of these campaigns, which ended, could not be excluded. */
  readonly onFailed: (failed: readonly Failed<string>[]) => void;
  readonly log: Log;
};

/**
 * Finds campaigns with work. News names those that something happened to, and only they are looked at. News may be lost, and what is
 * put off falls due without any: so once a second it looks around, at a thousand campaigns at most, and goes on from there the next time.
 * With more than these waiting it costs the same.
 */
export function createLookout({ context, lanes, now, signal, onFailed, log }: LookoutOptions): Lookout {
  const named = new Set<string>();
  let looking: Promise<void> | null = null;
  let lookedAt = Number.NEGATIVE_INFINITY;
  let afterId = firstId;
  /** By campaign, as of the last look around. */
  const queued = new Map<string, string>();

  const lookAtNamed = async (): Promise<void> => {
    while (named.size > 0 && !signal.aborted) {
      const early = lookedAt + spacingMilliseconds - performance.now();
      if (early > 0) await pause(early, undefined, { signal }).catch(() => undefined);
      lookedAt = performance.now();
      const ids = [...named].slice(0, campaignsMax);
      for (const id of ids) named.delete(id);
      try {
        for (const row of await run(context(), selectNamedLanes(ids, now()))) lanes.apply(row);
      } catch (error) {
        log.error({ err: toError(error) }, "dispatch: looking for work failed; the next look follows");
      }
    }
    looking = null;
  };

  const noteQueued = (rows: readonly LaneRow[], from: string, to: string | null): void => {
    for (const id of queued.keys()) if (isBetween(id, from, to)) queued.delete(id);
    for (const { campaignId, status, channelConfigurationId } of rows)
      if (status === "LIVE" && channelConfigurationId) queued.set(campaignId, channelConfigurationId);
  };

  /** Lanes among these without anything queued: they wait for nobody. */
  const restOthers = (rows: readonly LaneRow[], from: string, to: string | null): void => {
    const found = new Set(rows.map((row) => row.campaignId));
    const others = [...lanes.all()].filter(({ campaignId: id }) => isBetween(id, from, to) && !found.has(id));
    for (const lane of others) lane.rest();
    lookAt(others.slice(0, campaignsMax).map((lane) => lane.campaignId));
  };

  const excludeApart = async (ended: readonly string[]): Promise<void> => {
    const failed = await doApart(ended, {
      act: async (campaignIds, { isHalved }) => {
        await run(context(), excludeStragglers(campaignIds, lockWait(isHalved)));
      },
    });
    onFailed(failed);
  };

  /** True when there is more to find at once: it began, or came back after being away, and has not been everywhere yet. */
  const lookOn = async (): Promise<boolean> => {
    const from = afterId;
    const rows = await run(context(), selectLanes({ afterId: from, limit: campaignsMax, at: now() }));
    const last = rows.length < campaignsMax ? null : (rows.at(-1)?.campaignId ?? null);
    afterId = last ?? firstId;
    const isNews = rows.some((row) => row.isDue && !lanes.has(row.campaignId));
    for (const row of rows) lanes.apply(row);
    noteQueued(rows, from, last);
    restOthers(rows, from, last);
    const ended = rows.filter((row) => isEnded(row.status)).map((row) => row.campaignId);
    if (ended.length > 0) await excludeApart(ended);
    return isNews && last !== null;
  };

  const lookAt = (campaignIds: Iterable<string>): void => {
    for (const id of campaignIds) named.add(id);
    if (named.size > 0) looking ??= lookAtNamed();
  };

  return {
    lookAt,
    get configurationIds() {
      return new Set(queued.values());
    },
    async lookAround() {
      while ((await lookOn()) && !signal.aborted);
      await lanes.tidy();
    },
    async stop() {
      await looking;
    },
  };
}

const isBetween = (id: string, from: string, to: string | null): boolean => id > from && (to === null || id <= to);
