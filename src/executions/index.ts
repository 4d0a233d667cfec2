/**
 * Executions: what runs. Accepting a call, who is excluded and why, the messages and their totals, and the control
 * of a running campaign (pause, resume, stop, rate). Promises: an accepted call is committed; the same requestId never
 * makes a second execution; accepted is always the sum of every other status.
 */
export { type Acceptor, createAcceptor, quickMilliseconds } from "./accept/acceptor.ts";
export type { ExecuteCampaignInput, RecipientInput } from "./accept/parse-call.ts";
export { createCampaignClock } from "./control/campaign-clock.ts";
export { cancelExecution } from "./control/cancel-execution.ts";
export { pauseCampaign, resumeCampaign } from "./control/pause-campaign.ts";
export { resolveUncertain } from "./control/resolve-uncertain.ts";
export { retryMessages } from "./control/retry-messages.ts";
export { setDeliveryRate } from "./control/set-delivery-rate.ts";
export { stopCampaign } from "./control/stop-campaign.ts";
export { type Exclusion, type ExclusionReason, exclusionReasons } from "./exclusion.ts";
export { type ExecuteDependencies, executeCampaign } from "./execute-campaign.ts";
export { type Execution, ExecutionSchema, type ExecutionStatus, executionStatus, executionStatuses } from "./execution.entity.ts";
export { findDeadLetterReasons, findDeadLetters } from "./find-dead-letters.ts";
export { findExcluded } from "./find-excluded.ts";
export { findExecution, findExecutionPages, findExecutions, findExecutionsOf, getExecution } from "./find-execution.ts";
export { findMessage, findMessagePages, findSettledSince, type MessageFilter } from "./find-message.ts";
export { findMessages, findMessagesOfProfile, type MessagesFilter } from "./find-messages.ts";
export { refuse } from "./judge-recipient.ts";
export {
  type Message,
  type MessageEvent,
  type MessageStatus,
  messageStatuses,
  messageTimeline,
  type RecipientType,
  recipientTypes,
  replayableUntil,
} from "./message.ts";
export { previewContent } from "./preview-content.ts";
export { parseData, renderRecipient } from "./render-recipient.ts";
export { eraseExpiredReplays } from "./retention/erase-expired-replays.ts";
export { eraseOldExecutions } from "./retention/erase-old-executions.ts";
export { createContextSealing } from "./seal-contexts.ts";
export { openContext } from "./sealed-context.ts";
export { type ProofDependencies, type ProofResult, type ProofStatus, proofStatuses, sendProof } from "./send-proof.ts";
export { type RecipientVerdict, type SimulateOptions, type Simulation, simulateExecution } from "./simulate-execution.ts";
export { countChanges } from "./sql/count-changes.ts";
export type { DeadLetterReason } from "./sql/select-dead-letters.ts";
export type { ExcludedRecipient } from "./sql/select-excluded.ts";
