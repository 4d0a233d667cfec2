import { isHeldByAnother } from "../storage/index.ts";
import type { Failed } from "./apart.ts";
import { faultCode } from "./fault-code.ts";
import type { SettledRow } from "./sql/settle-messages.ts";

/** What became of messages of one campaign, and cannot be written. */
export type OutcomeFault = { readonly campaignId: string; readonly since: Date; readonly code: string };

/** Outcomes that PostgreSQL refuses, by campaign: each campaign's are tried again at a distance of its own, which grows. */
export type WaitingOutcomes = {
  /** These were refused together, and are about to be told apart: until that is done, all of them wait. */
  doubt(rows: readonly SettledRow[], error: unknown): void;
  /** These were refused, at their first try or once more. */
  refused(failed: readonly Failed<SettledRow>[]): void;
  /** True when it joins what waits of its campaign; otherwise it is to be written with everybody's. */
  join(row: SettledRow): boolean;
  /** Those whose turn has come. They wait until they are written or refused. */
  due(max: number): SettledRow[];
  all(): SettledRow[];
  /** Some of these may have waited. Then what else was refused for the same reason may be written, too. */
  written(rows: readonly SettledRow[]): void;
  /** Until the next turn; infinite when nothing waits. */
  readonly milliseconds: number;
  /** So much waits that this campaign must not add to it. */
  isFull(campaignId: string): boolean;
  faults(): OutcomeFault[];
};

const distance = { firstMilliseconds: 250, maxMilliseconds: 10_000 };
/** Of one campaign: from so many on the fault is taken to be the campaign's, and not some messages'. */
const joinFrom = 32;
const ofCampaignMax = 100;
const inAllMax = 10_000;

type Waiting = {
  readonly since: Date;
  /** By message. */
  readonly rows: Map<string, SettledRow>;
  code: string;
  /** Somebody has its rows locked: whatever else comes of it would wait as well. */
  isLocked: boolean;
  distanceMilliseconds: number;
  /** Infinite while it is being tried. */
  dueAt: number;
};

export function createWaitingOutcomes({ now }: { readonly now: () => Date }): WaitingOutcomes {
  const waiting = new Map<string, Waiting>();
  let size = 0;

  const add = (known: Waiting, row: SettledRow): void => {
    if (!known.rows.has(row.id)) size += 1;
    known.rows.set(row.id, row);
  };

  const wait = (campaignId: string, rows: readonly SettledRow[], error: unknown): Waiting => {
    const known = waiting.get(campaignId) ?? begun(now());
    waiting.set(campaignId, known);
    for (const row of rows) add(known, row);
    known.code = faultCode(error);
    known.isLocked = isHeldByAnother(error);
    return known;
  };

  const refuse = (campaignId: string, rows: readonly SettledRow[], error: unknown): void => {
    const known = wait(campaignId, rows, error);
    if (known.dueAt !== Number.POSITIVE_INFINITY) return;
    known.distanceMilliseconds = Math.min(distance.maxMilliseconds, known.distanceMilliseconds * 2);
    known.dueAt = performance.now() + known.distanceMilliseconds;
  };

  const write = ({ id, campaignId }: SettledRow, mended: Set<string>): void => {
    const known = waiting.get(campaignId);
    if (!known?.rows.delete(id)) return;
    size -= 1;
    mended.add(known.code);
    if (known.rows.size === 0) waiting.delete(campaignId);
  };

  return {
    doubt(rows, error) {
      for (const [campaignId, own] of Map.groupBy(rows, (row) => row.campaignId))
        wait(campaignId, own, error).dueAt = Number.POSITIVE_INFINITY;
    },
    refused(failed) {
      for (const { items, error } of failed)
        for (const [campaignId, rows] of Map.groupBy(items, (row) => row.campaignId)) refuse(campaignId, rows, error);
    },
    join(row) {
      const known = waiting.get(row.campaignId);
      if (!known || !(known.isLocked || known.rows.size >= joinFrom)) return false;
      add(known, row);
      return true;
    },
    due(max) {
      const found: SettledRow[] = [];
      const present = performance.now();
      for (const known of waiting.values()) {
        if (known.dueAt > present || found.length >= max) continue;
        found.push(...[...known.rows.values()].slice(0, max - found.length));
        known.dueAt = Number.POSITIVE_INFINITY;
      }
      return found;
    },
    all: () => [...waiting.values()].flatMap(({ rows }) => [...rows.values()]),
    written(rows) {
      if (size === 0) return;
      const mended = new Set<string>();
      for (const row of rows) write(row, mended);
      for (const known of waiting.values()) if (mended.has(known.code)) known.dueAt = Number.NEGATIVE_INFINITY;
    },
    get milliseconds() {
      return Math.max(0, Math.min(...[...waiting.values()].map(({ dueAt }) => dueAt)) - performance.now());
    },
    isFull(campaignId) {
      const rows = waiting.get(campaignId)?.rows.size ?? 0;
      return rows >= ofCampaignMax || (rows > 0 && size >= inAllMax);
    },
    faults: () => [...waiting].map(([campaignId, { since, code }]) => ({ campaignId, since, code })),
  };
}

const begun = (since: Date): Waiting => ({
  since,
  rows: new Map(),
  code: "",
  isLocked: false,
  distanceMilliseconds: distance.firstMilliseconds / 2,
  dueAt: Number.POSITIVE_INFINITY,
});
