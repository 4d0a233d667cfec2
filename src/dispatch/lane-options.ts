import type { Category } from "../base/index.ts";
import type { CampaignHealth } from "./campaign-health.ts";
import type { ClaimedMessage, ClaimedOf } from "./claimed-message.ts";
import type { LaneStatements } from "./lane-statements.ts";
import type { Limits } from "./limits.ts";
import type { ProviderRegistry } from "./provider-registry.ts";
import type { RenderAheadOptions } from "./render-ahead.ts";
import type { ClaimedRow } from "./sql/claim-messages.ts";
import type { Suspects } from "./suspects.ts";
import type { VersionCache } from "./version-cache.ts";

export type LaneOptions = RenderAheadOptions & {
  readonly campaignId: string;
  readonly category: Category;
  /** Of the live version. */
  readonly channelConfigurationId: string;
  readonly deliveryRate: number | null;
  readonly limits: Limits;
  readonly statements: LaneStatements;
  readonly suspects: Suspects;
  readonly workerId: () => string;
  /** False while the lease may have lapsed, or while too many of its outcomes cannot be written. */
  readonly maySend: () => boolean;
  readonly versions: VersionCache;
  readonly providers: ProviderRegistry;
  /** How much context, profile data and attributes it may claim now; less while it and others hold much. */
  readonly claimBytes: (isHolding: boolean) => number;
  readonly onClaimed: (rows: readonly ClaimedRow[]) => void;
  /** Claimed, and not to be handed over for now. False when they cannot go back to the queue for now. */
  readonly onReturned: (messages: readonly ClaimedOf[]) => Promise<boolean>;
  /** Claimed, and taken back by a pause or a stop before they were marked. */
  readonly onWithdrawn: (messages: readonly ClaimedMessage[]) => void;
  /** It has nothing in hand. */
  readonly onIdle: () => void;
  readonly health: CampaignHealth;
};
