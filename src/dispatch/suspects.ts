import type { SuspectClaim } from "./sql/claim-messages.ts";

/**
 * Messages that workers had when they died. One of them may be what kills workers; the others were beside it. After one death a
 * campaign's suspects come in small groups, one group at a time. After two deaths each comes alone: the worker has no other
 * suspect. So whoever is there at four further deaths is the one, and nobody else is held up.
 */
export type Suspects = {
  /** What waits in the queue, as the database knows it: campaigns, and the most deaths that a message of theirs has. */
  know(waiting: readonly { readonly campaignId: string; readonly deaths: number }[]): void;
  /** Some of this campaign wait, perhaps for their turn. */
  isWaiting(campaignId: string): boolean;
  /** Runs a claim of a campaign with those suspects that may come now, so many at most. */
  during<Row extends SuspectRow>(
    campaignId: string,
    limit: number,
    claim: (suspects: SuspectClaim | null) => Promise<readonly Row[]>,
  ): Promise<readonly Row[]>;
  /** Campaigns that may claim suspects again, after some were settled. */
  freed(): string[];
};

type SuspectRow = { readonly batchId: string; readonly deaths: number };
type Held = { readonly campaignId: string; readonly isAlone: boolean };

const groupMax = 32;
const aloneFrom = 2;
const deathsMax = 32_767;

/** `isOpen`: whether something of this batch is still in hand. */
export function createSuspects(isOpen: (batchId: string) => boolean): Suspects {
  const waiting = new Map<string, number>();
  /** By batch. */
  const held = new Map<string, Held>();
  /** Claims under way that may bring some. */
  const asked = new Set<Held>();

  const letGo = (): void => {
    for (const batchId of held.keys()) if (!isOpen(batchId)) held.delete(batchId);
  };

  const plan = (campaignId: string): SuspectClaim | null => {
    const deaths = waiting.get(campaignId) ?? 0;
    if (deaths === 0) return null;
    letGo();
    const inHand = [...held.values(), ...asked];
    if (deaths >= aloneFrom) return inHand.length > 0 ? null : { deathsMin: aloneFrom, deathsMax, limit: 1 };
    const isHeldUp = inHand.some((other) => other.isAlone || other.campaignId === campaignId);
    return isHeldUp ? null : { deathsMin: 1, deathsMax: 1, limit: groupMax };
  };

  /** Nothing was found of what was asked for: others of this campaign may have fewer deaths. */
  const learn = (campaignId: string, isAlone: boolean): void => {
    if (isAlone) waiting.set(campaignId, 1);
    else waiting.delete(campaignId);
  };

  return {
    know(found) {
      waiting.clear();
      for (const { campaignId, deaths } of found) waiting.set(campaignId, deaths);
    },
    isWaiting: (campaignId) => waiting.has(campaignId),
    async during(campaignId, limit, claim) {
      const suspects = waiting.size === 0 ? null : plan(campaignId);
      if (!suspects) return claim(null);
      const asking = { campaignId, isAlone: suspects.deathsMin >= aloneFrom };
      asked.add(asking);
      try {
        const rows = await claim({ ...suspects, limit: Math.min(suspects.limit, limit) });
        const found = rows.filter(({ deaths }) => deaths > 0);
        for (const { batchId } of found) held.set(batchId, asking);
        if (found.length === 0) learn(campaignId, asking.isAlone);
        return rows;
      } finally {
        asked.delete(asking);
      }
    },
    freed() {
      const before = held.size;
      if (before > 0) letGo();
      return held.size < before ? [...waiting.keys()] : [];
    },
  };
}
