import type { World } from "./world.ts";

/**
 * Who may ask what, written by hand: one line for each field of Query, Mutation and Subscription. A field of the schema
 * without a line fails the test.
 *
 * - `may` names the roles that are let in, by their first letters in the order of `roleLetters`. All others get
 *   PERMISSION_MISSING.
 * - `says` is what those get who are let in: `data`, `empty` where the world of the test has nothing to list, or the code
 *   that it leads to.
 * - `outside` is what keys get that may do everything except making keys, and are limited to another campaign: a code,
 *   `null`, `empty` for a list with nothing in it, or `same` for what does not belong to a campaign.
 */
export const roleLetters = { V: "VIEWER", A: "AUTHOR", P: "APPROVER", O: "OPERATOR", T: "TRIGGER", X: "ADMIN" } as const;

export type Line = {
  readonly may: string;
  readonly says: string;
  readonly outside: string;
  readonly ask: (world: World) => string;
};

/** Who writes campaigns, and who publishes them. */
const partners = "APOX";
const everybody = "VAPOTX";
const readers = "VAPOX";
const authors = "APX";
const publishers = "POX";
const operators = "OX";
const admins = "X";

type Ask = (world: World) => string;
const line = (may: string, says: string, outside: string, ask: Ask): Line => ({ may, says, outside, ask });
/** A mutation that takes a campaign's id: unknown to limited keys. */
const step = (may: string, says: string, ask: Ask): Line => line(may, says, "CAMPAIGN_NOT_FOUND", ask);

const recipient = `recipients: [{ userId: "a@example.com", context: { name: "A" } }]`;
const call = (world: World, requestId: string) =>
  `{ campaignId: "${world.campaignId}", requestId: "${requestId}", ${recipient} }`;

export const queries: Readonly<Record<string, Line>> = {
  viewer: line(everybody, "data", "same", () => "viewer { id name kind permissions campaignIds labels }"),
  campaign: line(readers, "data", "null", (w) => `campaign(id: "${w.campaignId}") { id }`),
  campaigns: line(readers, "data", "empty", () => `campaigns(status: [ARCHIVED]) { totalCount edges { node { id } } }`),
  execution: line(readers, "data", "null", (w) => `execution(id: "${w.executionId}") { id }`),
  message: line(operators, "data", "null", (w) => `message(id: "${w.messageId}") { id }`),
  messages: line(
    operators,
    "data",
    "empty",
    (w) => `messages(filter: { executionId: "${w.executionId}" }) { edges { node { id } } }`,
  ),
  deadLetters: line(operators, "empty", "empty", (w) => `deadLetters(campaignId: "${w.campaignId}") { edges { node { id } } }`),
  deadLetterReasons: line(operators, "empty", "empty", (w) => `deadLetterReasons(campaignId: "${w.campaignId}") { count }`),
  deliveryTimeline: line(readers, "data", "CAMPAIGN_NOT_FOUND", (w) => `deliveryTimeline(campaignId: "${w.campaignId}") { at }`),
  checkContent: line(
    readers,
    "data",
    "same",
    () => `checkContent(channel: SMS, content: { sms: { body: "B" } }) { canActivate }`,
  ),
  previewContent: line(
    ...([readers, "data", "CAMPAIGN_NOT_FOUND"] as const),
    (w) => `previewContent(campaignId: "${w.campaignId}", sample: { userId: "a@example.com" }) { subject }`,
  ),
  simulateExecution: line(
    ...([operators, "data", "CAMPAIGN_NOT_FOUND"] as const),
    (w) => `simulateExecution(input: ${call(w, "simulated")}) { acceptedCount }`,
  ),
  fragment: line(readers, "data", "same", (w) => `fragment(id: "${w.fragmentId}") { id content versions { totalCount } }`),
  fragments: line(readers, "data", "same", () => "fragments { edges { node { id } } }"),
  channelConfigurations: line(readers, "data", "same", () => "channelConfigurations { id }"),
  workers: line(readers, "data", "same", () => "workers { id }"),
  profile: line(
    "APOX",
    "data",
    "same",
    () => `profile(namespace: "email", userId: "person0@example.com") { id identities { value } }`,
  ),
  sandboxMessages: line(
    ...([operators, "data", "empty"] as const),
    (w) => `sandboxMessages(campaignId: "${w.campaignId}") { totalCount edges { node { id } } }`,
  ),
  compareVersions: line(
    ...([readers, "data", "CAMPAIGN_NOT_FOUND"] as const),
    (w) => `compareVersions(campaignId: "${w.campaignId}", from: 1, to: 1) { from { number } }`,
  ),
  approvalPolicy: line(readers, "data", "same", (w) => `approvalPolicy(id: "${w.policyId}") { id }`),
  approvalPolicies: line(readers, "data", "same", () => "approvalPolicies { edges { node { id } } }"),
  approvalRequest: line(readers, "data", "null", (w) => `approvalRequest(id: "${w.approvalRequestId}") { id }`),
  approvalRequests: line(readers, "data", "empty", () => "approvalRequests { totalCount edges { node { id } } }"),
  apiKeys: line(admins, "data", "PERMISSION_MISSING", () => "apiKeys { edges { node { id } } }"),
  auditTrail: line("POX", "data", "PERMISSION_MISSING", () => "auditTrail(first: 1) { edges { node { id } } }"),
};

export const mutations: Readonly<Record<string, Line>> = {
  createCampaign: line(
    ...([authors, "CHANNEL_CONFIGURATION_NOT_FOUND", "PERMISSION_MISSING or CHANNEL_CONFIGURATION_NOT_FOUND"] as const),
    (w) =>
      `createCampaign(input: { title: "T", category: TRANSACTIONAL, channel: EMAIL, channelConfigurationId: "${w.campaignId}" }) { id }`,
  ),
  updateCampaign: step(
    authors,
    "VERSION_CONFLICT",
    (w) => `updateCampaign(id: "${w.campaignId}", input: { expectedRevision: 999 }) { id }`,
  ),
  duplicateCampaign: line(
    ...([authors, "INPUT_INVALID", "PERMISSION_MISSING or CAMPAIGN_NOT_FOUND"] as const),
    (w) => `duplicateCampaign(id: "${w.campaignId}", title: " ") { id }`,
  ),
  deleteCampaign: step(authors, "ACTION_NOT_ALLOWED", (w) => `deleteCampaign(id: "${w.campaignId}")`),
  archiveCampaign: step(authors, "ACTION_NOT_ALLOWED", (w) => `archiveCampaign(id: "${w.campaignId}") { id }`),
  unarchiveCampaign: step(authors, "ACTION_NOT_ALLOWED", (w) => `unarchiveCampaign(id: "${w.draftCampaignId}") { id }`),
  restoreVersion: step(
    ...([authors, "ACTION_NOT_ALLOWED"] as const),
    (w) => `restoreVersion(campaignId: "${w.campaignId}", number: 1, expectedRevision: 1) { id }`,
  ),
  discardDraft: step(authors, "ACTION_NOT_ALLOWED", (w) => `discardDraft(id: "${w.campaignId}") { id }`),
  requestApproval: step(partners, "ACTION_NOT_ALLOWED", (w) => `requestApproval(id: "${w.campaignId}") { id }`),
  approveCampaign: step(publishers, "ACTION_NOT_ALLOWED", (w) => `approveCampaign(id: "${w.campaignId}") { id }`),
  requestChanges: step(publishers, "ACTION_NOT_ALLOWED", (w) => `requestChanges(id: "${w.campaignId}", message: "M") { id }`),
  cancelApprovalRequest: step(partners, "ACTION_NOT_ALLOWED", (w) => `cancelApprovalRequest(id: "${w.campaignId}") { id }`),
  commentOnApproval: line(
    ...([partners, "data", "APPROVAL_REQUEST_NOT_FOUND"] as const),
    (w) => `commentOnApproval(approvalRequestId: "${w.approvalRequestId}", body: "B") { id }`,
  ),
  saveApprovalPolicy: line(
    ...([admins, "VERSION_CONFLICT", "PERMISSION_MISSING"] as const),
    (w) =>
      `saveApprovalPolicy(input: { id: "${w.policyId}", expectedRevision: 99, name: "asked", approverRoles: [ADMIN] }) { id }`,
  ),
  duplicateApprovalPolicy: line(
    ...([admins, "APPROVAL_POLICY_NOT_FOUND", "PERMISSION_MISSING"] as const),
    (w) => `duplicateApprovalPolicy(id: "${w.campaignId}") { id }`,
  ),
  activateApprovalPolicy: line(
    ...([admins, "APPROVAL_POLICY_NOT_FOUND", "PERMISSION_MISSING"] as const),
    (w) => `activateApprovalPolicy(id: "${w.campaignId}") { id }`,
  ),
  deactivateApprovalPolicy: line(
    ...([admins, "data", "PERMISSION_MISSING"] as const),
    (w) => `deactivateApprovalPolicy(id: "${w.policyId}") { id }`,
  ),
  deleteApprovalPolicy: line(
    ...([admins, "APPROVAL_POLICY_NOT_FOUND", "PERMISSION_MISSING"] as const),
    (w) => `deleteApprovalPolicy(id: "${w.campaignId}")`,
  ),
  activateCampaign: step(publishers, "ACTION_NOT_ALLOWED", (w) => `activateCampaign(id: "${w.campaignId}") { id }`),
  pauseCampaign: step(publishers, "ACTION_NOT_ALLOWED", (w) => `pauseCampaign(id: "${w.campaignId}") { id }`),
  resumeCampaign: step(publishers, "ACTION_NOT_ALLOWED", (w) => `resumeCampaign(id: "${w.campaignId}") { id }`),
  stopCampaign: step(publishers, "ACTION_NOT_ALLOWED", (w) => `stopCampaign(id: "${w.campaignId}") { id }`),
  setDeliveryRate: step(publishers, "ACTION_NOT_ALLOWED", (w) => `setDeliveryRate(id: "${w.campaignId}", perSecond: 1) { id }`),
  executeCampaign: step("OTX", "CAMPAIGN_NOT_LIVE", (w) => `executeCampaign(input: ${call(w, "new")}) { replayed }`),
  cancelExecution: line(
    ...([publishers, "ACTION_NOT_ALLOWED", "EXECUTION_NOT_FOUND"] as const),
    (w) => `cancelExecution(id: "${w.executionId}") { id }`,
  ),
  retryMessages: step(operators, "CAMPAIGN_NOT_LIVE", (w) => `retryMessages(campaignId: "${w.campaignId}", statuses: [FAILED])`),
  resolveUncertain: line(operators, "data", "same", (w) => `resolveUncertain(ids: ["${w.messageId}"], as: SENT)`),
  sendProof: step(authors, "data", (w) => `sendProof(campaignId: "${w.campaignId}", to: ["a@example.com"]) { status }`),
  saveFragment: line(
    ...([authors, "VERSION_CONFLICT", "same"] as const),
    (w) =>
      `saveFragment(input: { id: "${w.fragmentId}", name: "asked", channel: EMAIL, content: "C", expectedRevision: 99 }) { id }`,
  ),
  deleteFragment: line(authors, "FRAGMENT_IN_USE", "same", (w) => `deleteFragment(id: "${w.fragmentId}")`),
  saveChannelConfiguration: line(
    ...([admins, "CHANNEL_CONFIGURATION_NOT_FOUND", "PERMISSION_MISSING"] as const),
    (w) => `saveChannelConfiguration(input: { id: "${w.campaignId}", name: "N", channel: EMAIL, provider: "sandbox" }) { id }`,
  ),
  upsertProfiles: line(
    ...([operators, "data", "same"] as const),
    () => `upsertProfiles(profiles: [{ namespace: "email", userId: "b@example.com" }]) { createdCount }`,
  ),
  setConsent: line(
    ...([operators, "data", "same"] as const),
    () =>
      `setConsent(namespace: "email", userId: "person0@example.com", channel: SMS, consent: OPTED_IN) { attributes consents { state } }`,
  ),
  addSuppressions: line(
    operators,
    "data",
    "same",
    () => `addSuppressions(entries: [{ channel: EMAIL, value: "s@example.com" }])`,
  ),
  removeSuppressions: line(
    operators,
    "data",
    "same",
    () => `removeSuppressions(entries: [{ channel: EMAIL, value: "r@example.com" }])`,
  ),
  createApiKey: line(
    ...([admins, "INPUT_INVALID", "PERMISSION_MISSING"] as const),
    () => `createApiKey(input: { name: " ", role: VIEWER }) { secret }`,
  ),
  updateApiKey: line(
    ...([admins, "ACTION_NOT_ALLOWED", "PERMISSION_MISSING"] as const),
    (w) => `updateApiKey(id: "${w.revokedKeyId}", input: { name: "N" }) { id }`,
  ),
  rotateApiKey: line(
    admins,
    "ACTION_NOT_ALLOWED",
    "PERMISSION_MISSING",
    (w) => `rotateApiKey(id: "${w.revokedKeyId}") { secret }`,
  ),
  revokeApiKey: line(admins, "data", "PERMISSION_MISSING", (w) => `revokeApiKey(id: "${w.revokedKeyId}") { id }`),
};

/** `data` is the first value; `open` is a stream that says nothing as long as nothing happens. */
export const subscriptions: Readonly<Record<string, Line>> = {
  campaignStatusChanged: line(
    ...([readers, "open", "CAMPAIGN_NOT_FOUND"] as const),
    (w) => `campaignStatusChanged(campaignId: "${w.campaignId}") { to }`,
  ),
  approvalRequests: line(
    ...([readers, "open", "CAMPAIGN_NOT_FOUND"] as const),
    (w) => `approvalRequests(campaignId: "${w.campaignId}") { id }`,
  ),
  deliveryStats: line(readers, "data", "CAMPAIGN_NOT_FOUND", (w) => `deliveryStats(campaignId: "${w.campaignId}") { sent }`),
  executionProgress: line(
    ...([readers, "data", "EXECUTION_NOT_FOUND"] as const),
    (w) => `executionProgress(executionId: "${w.executionId}") { id }`,
  ),
  auditTrail: line("POX", "open", "PERMISSION_MISSING", () => "auditTrail { id }"),
  messageEvents: line(operators, "open", "CAMPAIGN_NOT_FOUND", (w) => `messageEvents(campaignId: "${w.campaignId}") { at }`),
};

/** What a TRIGGER key reads of the execution in the answer to executing, by field of Execution; `no` is PERMISSION_MISSING. */
export const executionOfTrigger: Readonly<Record<string, "yes" | "no">> = {
  id: "yes",
  requestId: "yes",
  versionId: "yes",
  status: "yes",
  acceptedAt: "yes",
  executeAt: "yes",
  plannedFinishAt: "yes",
  finishedAt: "yes",
  erasedAt: "yes",
  stats: "yes",
  campaign: "no",
  messages: "no",
};

export const selectionOfExecution: Readonly<Record<string, string>> = {
  stats: "stats { accepted }",
  campaign: "campaign { id }",
  messages: "messages { totalCount }",
};
