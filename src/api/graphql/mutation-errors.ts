import type { GraphQLSchema } from "graphql";
import { type ErrorCode, invariant } from "../../base/index.ts";

/** What every call can be answered, whatever it asks: docs/errors.md. */
export const errorsOfEveryCall: readonly ErrorCode[] = [
  ...([
    "INPUT_INVALID",
    "BODY_TOO_LARGE",
    "MEDIA_TYPE_UNSUPPORTED",
    "UNAUTHENTICATED",
    "PERMISSION_MISSING",
    "ORIGIN_NOT_ALLOWED",
  ] as const),
  ...(["GRAPHQL_PARSE_FAILED", "GRAPHQL_VALIDATION_FAILED", "PERSISTED_QUERY_NOT_FOUND"] as const),
  ...(["DOCUMENT_TOO_LONG", "DOCUMENT_TOO_DEEP", "DOCUMENT_TOO_COSTLY", "ALIASES_TOO_MANY"] as const),
  ...(["ROOT_FIELDS_TOO_MANY", "DIRECTIVES_TOO_MANY", "DOCUMENT_NOT_ALLOWED", "INTROSPECTION_DISABLED"] as const),
  ...(["RATE_LIMITED", "TIMED_OUT", "DATABASE_UNAVAILABLE", "IDENTITY_PROVIDER_UNAVAILABLE"] as const),
  ...(["SHUTTING_DOWN", "CALL_BROKE_OFF"] as const),
  // Of whatever two calls change in the same moment.
  "VERSION_CONFLICT",
];

const policy = ["APPROVAL_POLICY_NOT_FOUND"] as const;
const key = ["API_KEY_NOT_FOUND", "ACTION_NOT_ALLOWED"] as const;
/** A step in a campaign's life: its status decides. */
const step = ["CAMPAIGN_NOT_FOUND", "ACTION_NOT_ALLOWED"] as const;
const goingLive = [...step, "CAMPAIGN_HAS_ERRORS"] as const;

/** What each mutation can be answered besides. The test client refuses an answer that is not in this table. */
export const mutationErrors: Readonly<Record<string, readonly ErrorCode[]>> = {
  createCampaign: ["CHANNEL_CONFIGURATION_NOT_FOUND", "DELIVERY_RATE_OUT_OF_RANGE"],
  updateCampaign: [...step, "APPROVAL_REQUIRED", "CHANNEL_CONFIGURATION_NOT_FOUND", "DELIVERY_RATE_OUT_OF_RANGE"],
  duplicateCampaign: ["CAMPAIGN_NOT_FOUND"],
  deleteCampaign: step,
  archiveCampaign: step,
  unarchiveCampaign: step,
  restoreVersion: [...step, "VERSION_NOT_FOUND"],
  discardDraft: step,
  requestApproval: goingLive,
  approveCampaign: [...goingLive, "NOT_AN_APPROVER", "SELF_APPROVAL"],
  requestChanges: [...step, "NOT_AN_APPROVER"],
  cancelApprovalRequest: [...step, "NOT_AN_APPROVER"],
  commentOnApproval: ["APPROVAL_REQUEST_NOT_FOUND", "NOT_AN_APPROVER"],
  saveApprovalPolicy: [...policy, "NAME_TAKEN", "ACTION_NOT_ALLOWED"],
  duplicateApprovalPolicy: [...policy, "NAME_TAKEN"],
  activateApprovalPolicy: [...policy, "ACTION_NOT_ALLOWED"],
  deactivateApprovalPolicy: [...policy, "ACTION_NOT_ALLOWED"],
  deleteApprovalPolicy: [...policy, "ACTION_NOT_ALLOWED"],
  activateCampaign: [...goingLive, "APPROVAL_REQUIRED"],
  pauseCampaign: step,
  resumeCampaign: step,
  stopCampaign: step,
  setDeliveryRate: [...step, "DELIVERY_RATE_OUT_OF_RANGE"],
  executeCampaign: [
    ...(["CAMPAIGN_NOT_FOUND", "CAMPAIGN_NOT_LIVE", "OUTSIDE_WINDOW", "REQUEST_ID_REUSED"] as const),
    ...(["RECIPIENTS_TOO_MANY", "RECIPIENTS_DUPLICATED", "CONTEXT_TOO_LARGE", "CONTEXT_RESERVED"] as const),
  ],
  cancelExecution: ["EXECUTION_NOT_FOUND", "ACTION_NOT_ALLOWED"],
  retryMessages: ["CAMPAIGN_NOT_FOUND", "CAMPAIGN_NOT_LIVE", "EXECUTION_NOT_FOUND", "REPLAY_EXPIRED"],
  resolveUncertain: [],
  sendProof: [
    ...(["CAMPAIGN_NOT_FOUND", "CAMPAIGN_HAS_ERRORS", "SECRET_UNREADABLE"] as const),
    ...(["CONTEXT_TOO_LARGE", "CONTEXT_RESERVED"] as const),
  ],
  saveFragment: ["FRAGMENT_NOT_FOUND", "NAME_TAKEN"],
  deleteFragment: ["FRAGMENT_NOT_FOUND", "FRAGMENT_IN_USE"],
  saveChannelConfiguration: ["CHANNEL_CONFIGURATION_NOT_FOUND", "NAME_TAKEN"],
  upsertProfiles: ["IDENTITY_TAKEN"],
  setConsent: ["PROFILE_NOT_FOUND"],
  addSuppressions: [],
  removeSuppressions: [],
  createApiKey: [],
  updateApiKey: [...key, "LAST_ADMIN_KEY"],
  rotateApiKey: key,
  revokeApiKey: [...key, "LAST_ADMIN_KEY"],
};

/** Puts the table into the descriptions, where whoever reads the schema looks. */
export function describeMutationErrors(schema: GraphQLSchema): void {
  for (const field of Object.values(schema.getMutationType()?.getFields() ?? {})) {
    const codes = mutationErrors[field.name];
    invariant(codes, `the mutation ${field.name} does not say which errors it answers`);
    const own = codes.length > 0 ? `Errors: ${codes.join(", ")}, and those of every call` : "Errors: those of every call";
    field.description = `${field.description ?? ""}\n\n${own} (docs/errors.md).`.trim();
  }
}
