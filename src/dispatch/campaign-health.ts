/** What keeps one campaign's due messages from being sent, although nothing is known of its provider. */
export type CampaignFault = {
  readonly campaignId: string;
  readonly since: Date;
  /** Of the fault; null when no message could be taken although some are due: somebody else has them, or the campaign, locked. */
  readonly code: string | null;
};

export type CampaignHealth = {
  /** A step of its lane threw. */
  failed(campaignId: string, code: string): void;
  /** Messages are due, and a claim found none of them. */
  foundNothing(campaignId: string): void;
  /** Something of it was claimed or handed on, or nothing of it is due. */
  isWell(campaignId: string): void;
  faults(): CampaignFault[];
};

/** Another worker may just have been faster: only so long in a row means something. */
const nothingMilliseconds = 10_000;
/** What was not said again for so long is over, or so rare that each time is the first. */
const forgottenMilliseconds = 15_000;

type Known = { readonly code: string | null; readonly since: Date; readonly sinceMilliseconds: number; seenMilliseconds: number };

/** Remembers since when a campaign does not move. Ages are measured on the process's monotonic clock. */
export function createCampaignHealth({ now }: { readonly now: () => Date }): CampaignHealth {
  const known = new Map<string, Known>();

  const note = (campaignId: string, code: string | null): void => {
    const present = performance.now();
    const before = known.get(campaignId);
    const goesOn = before?.code === code && present - before.seenMilliseconds < forgottenMilliseconds;
    if (goesOn) before.seenMilliseconds = present;
    else known.set(campaignId, { code, since: now(), sinceMilliseconds: present, seenMilliseconds: present });
  };

  return {
    failed: note,
    foundNothing: (campaignId) => note(campaignId, null),
    isWell: (campaignId) => void known.delete(campaignId),
    faults() {
      const present = performance.now();
      for (const [id, { seenMilliseconds }] of known) if (present - seenMilliseconds > forgottenMilliseconds) known.delete(id);
      return [...known].flatMap(([campaignId, { code, since, sinceMilliseconds }]) =>
        code === null && present - sinceMilliseconds < nothingMilliseconds ? [] : [{ campaignId, since, code }],
      );
    },
  };
}
