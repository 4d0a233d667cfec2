/** What a campaign is doing. Versions have a status of their own (`versionStatuses`). */
export const campaignStatuses = {
  DRAFT: "DRAFT",
  IN_REVIEW: "IN_REVIEW",
  SCHEDULED: "SCHEDULED",
  LIVE: "LIVE",
  PAUSED: "PAUSED",
  STOPPED: "STOPPED",
  COMPLETED: "COMPLETED",
  FAILED: "FAILED",
  ARCHIVED: "ARCHIVED",
} as const;
export type CampaignStatus = keyof typeof campaignStatuses;

export const versionStatuses = { DRAFT: "DRAFT", IN_REVIEW: "IN_REVIEW", LIVE: "LIVE", RETIRED: "RETIRED" } as const;
export type VersionStatus = keyof typeof versionStatuses;

/** What a person can ask for. */
export const campaignActions = {
  UPDATE: "UPDATE",
  ACTIVATE: "ACTIVATE",
  EXECUTE: "EXECUTE",
  SET_DELIVERY_RATE: "SET_DELIVERY_RATE",
  PAUSE: "PAUSE",
  RESUME: "RESUME",
  STOP: "STOP",
  ARCHIVE: "ARCHIVE",
  DELETE: "DELETE",
  DUPLICATE: "DUPLICATE",
} as const;
export type CampaignAction = keyof typeof campaignActions;

/** What the clock does by itself. */
type ClockAction = "START" | "FAIL" | "COMPLETE";

type Move = {
  /** The statuses that it may lead to; empty when the status stays. */
  readonly to: readonly CampaignStatus[];
};

const stays: Move = { to: [] };
const anytime = { UPDATE: stays, DUPLICATE: stays } as const;

/**
 * Every move there is. The same table answers "may I?", lists what can be done now and draws docs/architecture.md.
 * UPDATE changes title, description and tags in any status; content and settings go into a draft version.
 */
export const moves: Readonly<Record<CampaignStatus, Partial<Readonly<Record<CampaignAction | ClockAction, Move>>>>> = {
  DRAFT: { ...anytime, SET_DELIVERY_RATE: stays, ACTIVATE: { to: ["SCHEDULED", "LIVE"] }, DELETE: stays },
  IN_REVIEW: { DUPLICATE: stays },
  SCHEDULED: {
    ...anytime,
    SET_DELIVERY_RATE: stays,
    ACTIVATE: { to: ["SCHEDULED", "LIVE"] },
    START: { to: ["LIVE"] },
    FAIL: { to: ["FAILED"] },
    STOP: { to: ["STOPPED"] },
  },
  LIVE: {
    ...anytime,
    EXECUTE: stays,
    SET_DELIVERY_RATE: stays,
    ACTIVATE: stays,
    PAUSE: { to: ["PAUSED"] },
    STOP: { to: ["STOPPED"] },
    COMPLETE: { to: ["COMPLETED"] },
  },
  PAUSED: {
    ...anytime,
    EXECUTE: stays,
    SET_DELIVERY_RATE: stays,
    ACTIVATE: stays,
    RESUME: { to: ["LIVE"] },
    STOP: { to: ["STOPPED"] },
    COMPLETE: { to: ["COMPLETED"] },
  },
  STOPPED: { ...anytime, ARCHIVE: { to: ["ARCHIVED"] } },
  COMPLETED: { ...anytime, ARCHIVE: { to: ["ARCHIVED"] } },
  FAILED: { ...anytime, SET_DELIVERY_RATE: stays, ACTIVATE: { to: ["SCHEDULED", "LIVE"] }, ARCHIVE: { to: ["ARCHIVED"] } },
  ARCHIVED: { ...anytime },
};

/** Once it ran to its end, only its title, description and tags can be changed. */
const endedStatuses: ReadonlySet<CampaignStatus> = new Set(["STOPPED", "COMPLETED", "ARCHIVED"]);

export function isEnded(status: CampaignStatus): boolean {
  return endedStatuses.has(status);
}

export function isAllowed(status: CampaignStatus, action: CampaignAction | ClockAction): boolean {
  return moves[status][action] !== undefined;
}

export type ActionState = { readonly status: CampaignStatus; readonly hasDraftBesideLive: boolean };

/** ACTIVATE of a running campaign means its draft version, so there has to be one. */
export function availableActions(state: ActionState): CampaignAction[] {
  return Object.values(campaignActions).filter(
    (action) => isAllowed(state.status, action) && !(action === "ACTIVATE" && lacksDraft(state)),
  );
}

function lacksDraft(state: ActionState): boolean {
  return ["SCHEDULED", "LIVE", "PAUSED"].includes(state.status) && !state.hasDraftBesideLive;
}
