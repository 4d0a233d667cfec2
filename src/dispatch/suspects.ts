import type { SuspectClaim } from "./sql/claim-messages.ts";

/**
 * Messages that workers had when they died. One of them may be what kills workers; the others were beside it. After one death a
 * campaign's suspects come in small groups, one group at a time, beside the others. After two deaths each comes alone, to an engine on
 * a thread that sends nothing else: whoever is there when that thread ends by itself is the one, and nobody else is held up.
 */
export type Suspects = {
  /** Whether nothing but suspects of two deaths or more comes. */
  readonly isAlone: boolean;
  /** What waits in the queue, as the database knows it: campaigns, and the fewest and most deaths that a message of theirs has. */
  know(waiting: readonly SuspectCampaign[]): void;
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

export type SuspectCampaign = { readonly campaignId: string; readonly fewest: number; readonly most: number };
type SuspectRow = { readonly batchId: string; readonly deaths: number };
type Held = { readonly campaignId: string };

const groupMax = 32;
export const aloneFrom = 2;
const deathsMax = 32_767;

export type SuspectsOptions = {
  /** Whether something of this batch is still in hand. */
  readonly isOpen: (batchId: string) => boolean;
  readonly isAlone: boolean;
};

export function createSuspects({ isOpen, isAlone }: SuspectsOptions): Suspects {
  const waiting = new Set<string>();
  /** By batch. */
  const held = new Map<string, Held>();
  /** Claims under way that may bring some. */
  const asked = new Set<Held>();

  const letGo = (): void => {
    for (const batchId of held.keys()) if (!isOpen(batchId)) held.delete(batchId);
  };

  const plan = (campaignId: string): SuspectClaim | null => {
    if (!waiting.has(campaignId)) return null;
    letGo();
    const inHand = [...held.values(), ...asked];
    if (isAlone) return inHand.length > 0 ? null : { deathsMin: aloneFrom, deathsMax, limit: 1 };
    return inHand.some((other) => other.campaignId === campaignId) ? null : { deathsMin: 1, deathsMax: 1, limit: groupMax };
  };

  return {
    isAlone,
    know(found) {
      waiting.clear();
      for (const { campaignId, fewest, most } of found)
        if (isAlone ? most >= aloneFrom : fewest < aloneFrom) waiting.add(campaignId);
    },
    isWaiting: (campaignId) => waiting.has(campaignId),
    async during(campaignId, limit, claim) {
      const suspects = waiting.size === 0 ? null : plan(campaignId);
      if (!suspects) return claim(null);
      const asking = { campaignId };
      asked.add(asking);
      try {
        const rows = await claim({ ...suspects, limit: Math.min(suspects.limit, limit) });
        const found = rows.filter(({ deaths }) => deaths > 0);
        for (const { batchId } of found) held.set(batchId, asking);
        if (found.length === 0) waiting.delete(campaignId);
        return rows;
      } finally {
        asked.delete(asking);
      }
    },
    freed() {
      const before = held.size;
      if (before > 0) letGo();
      return held.size < before ? [...waiting] : [];
    },
  };
}
