import { type ClaimedMessage, type ClaimedOf, settleTooLarge, settleWithoutVersion } from "./claimed-message.ts";
import { type ClaimedRow, rowBytesMax } from "./sql/claim-messages.ts";
import type { SettledRow } from "./sql/settle-messages.ts";
import type { LoadedVersion } from "./version-cache.ts";

export type Admitted = {
  readonly fresh: ClaimedMessage[];
  /** They can never be sent. */
  readonly unsent: SettledRow[];
  /** They did not fit into the claim, and go back to the queue. */
  readonly beyond: ClaimedOf[];
};

/** Of what was claimed, what can be sent. Pure. */
export function admitClaimed(
  campaignId: string,
  rows: readonly ClaimedRow[],
  versions: ReadonlyMap<string, LoadedVersion>,
): Admitted {
  const admitted: Admitted = { fresh: [], unsent: [], beyond: [] };
  for (const row of rows) {
    const version = versions.get(row.versionId);
    if (!version) admitted.unsent.push(settleWithoutVersion({ row, campaignId }));
    else if (row.bytes > rowBytesMax) admitted.unsent.push(settleTooLarge({ row, campaignId }));
    else if (!row.fits) admitted.beyond.push({ row, campaignId });
    else admitted.fresh.push({ row, campaignId, version });
  }
  return admitted;
}
