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
  RESTORE_VERSION: "RESTORE_VERSION",
  DISCARD_DRAFT: "DISCARD_DRAFT",
  REQUEST_APPROVAL: "REQUEST_APPROVAL",
  APPROVE: "APPROVE",
  REQUEST_CHANGES: "REQUEST_CHANGES",
  CANCEL_APPROVAL_REQUEST: "CANCEL_APPROVAL_REQUEST",
  ACTIVATE: "ACTIVATE",
  EXECUTE: "EXECUTE",
  SET_DELIVERY_RATE: "SET_DELIVERY_RATE",
  PAUSE: "PAUSE",
  RESUME: "RESUME",
  STOP: "STOP",
  ARCHIVE: "ARCHIVE",
  UNARCHIVE: "UNARCHIVE",
  DELETE: "DELETE",
  DUPLICATE: "DUPLICATE",
} as const;
export type CampaignAction = keyof typeof campaignActions;

/** What the clock does by itself. */
export type ClockAction = "START" | "FAIL" | "COMPLETE";

/** Where the draft version stands: there is none, it can be edited, or it is in review and so locked. */
export type DraftState = "NONE" | "OPEN" | "IN_REVIEW";

export type Move = {
  /** The statuses that it may lead to; empty when the status stays. */
  readonly to: readonly CampaignStatus[];
  /** Where the draft has to stand for it. Absent: anywhere. */
  readonly draft?: readonly DraftState[];
};

const stays: Move = { to: [] };
const unlessInReview: Move = { to: [], draft: ["NONE", "OPEN"] };
const ofDraft: Move = { to: [], draft: ["OPEN"] };
const ofReview: Move = { to: [], draft: ["IN_REVIEW"] };
const started: readonly CampaignStatus[] = ["SCHEDULED", "LIVE"];

/** A version that is live, or about to be, with perhaps a draft beside it. */
const besideLive = {
  UPDATE: unlessInReview,
  RESTORE_VERSION: unlessInReview,
  DISCARD_DRAFT: ofDraft,
  REQUEST_APPROVAL: ofDraft,
  APPROVE: ofReview,
  REQUEST_CHANGES: ofReview,
  CANCEL_APPROVAL_REQUEST: ofReview,
  ACTIVATE: ofDraft,
  SET_DELIVERY_RATE: stays,
  DUPLICATE: stays,
} as const;

/** Only title, description and tags can still be changed. */
const ended = { UPDATE: stays, DUPLICATE: stays } as const;

/**
 * Every move there is. The same table answers "may I?", lists what can be done now and draws docs/architecture.md.
 * UPDATE of what was activated changes its labels, or goes into a draft version.
 */
export const moves: Readonly<Record<CampaignStatus, Partial<Readonly<Record<CampaignAction | ClockAction, Move>>>>> = {
  DRAFT: {
    UPDATE: stays,
    RESTORE_VERSION: stays,
    REQUEST_APPROVAL: { to: ["IN_REVIEW"] },
    ACTIVATE: { to: started },
    SET_DELIVERY_RATE: stays,
    DELETE: stays,
    DUPLICATE: stays,
  },
  IN_REVIEW: {
    APPROVE: { to: started },
    REQUEST_CHANGES: { to: ["DRAFT"] },
    CANCEL_APPROVAL_REQUEST: { to: ["DRAFT"] },
    DUPLICATE: stays,
  },
  SCHEDULED: {
    ...besideLive,
    ACTIVATE: { to: started, draft: ["OPEN"] },
    APPROVE: { to: started, draft: ["IN_REVIEW"] },
    STOP: { to: ["STOPPED"] },
    START: { to: ["LIVE"] },
    FAIL: { to: ["FAILED"] },
  },
  LIVE: { ...besideLive, EXECUTE: stays, PAUSE: { to: ["PAUSED"] }, STOP: { to: ["STOPPED"] }, COMPLETE: { to: ["COMPLETED"] } },
  PAUSED: {
    ...besideLive,
    EXECUTE: stays,
    RESUME: { to: ["LIVE"] },
    STOP: { to: ["STOPPED"] },
    COMPLETE: { to: ["COMPLETED"] },
  },
  STOPPED: { ...ended, ARCHIVE: { to: ["ARCHIVED"] } },
  COMPLETED: { ...ended, ARCHIVE: { to: ["ARCHIVED"] } },
  FAILED: {
    UPDATE: unlessInReview,
    RESTORE_VERSION: unlessInReview,
    REQUEST_APPROVAL: { to: ["IN_REVIEW"], draft: ["OPEN"] },
    APPROVE: { to: started, draft: ["IN_REVIEW"] },
    REQUEST_CHANGES: ofReview,
    CANCEL_APPROVAL_REQUEST: ofReview,
    ACTIVATE: { to: started, draft: ["OPEN"] },
    SET_DELIVERY_RATE: stays,
    ARCHIVE: { to: ["ARCHIVED"], draft: ["NONE", "OPEN"] },
    DUPLICATE: stays,
  },
  ARCHIVED: { ...ended, UNARCHIVE: { to: ["STOPPED", "COMPLETED", "FAILED"] } },
};

/** Once it ran to its end, only its title, description and tags can be changed. */
const endedStatuses: ReadonlySet<CampaignStatus> = new Set(["STOPPED", "COMPLETED", "ARCHIVED"]);

export function isEnded(status: CampaignStatus): boolean {
  return endedStatuses.has(status);
}

export type ActionState = { readonly status: CampaignStatus; readonly draft: DraftState };

export function availableActions(state: ActionState): CampaignAction[] {
  return Object.values(campaignActions).filter((action) => refusalOf(state, action) === null);
}

const draftFaults: Readonly<Record<DraftState, string>> = {
  NONE: " and has no draft version: change content or settings first",
  OPEN: " and its draft is not in review: requestApproval comes first",
  IN_REVIEW: " and its draft is in review: approve it, ask for changes, or cancel the request first",
};

/** Why not, as the end of a sentence; null when the action is allowed. */
export function refusalOf({ status, draft }: ActionState, action: CampaignAction): string | null {
  const move = moves[status][action];
  if (!move) return `while the campaign is ${status}`;
  return !move.draft || move.draft.includes(draft) ? null : `while the campaign is ${status}${draftFaults[draft]}`;
}
