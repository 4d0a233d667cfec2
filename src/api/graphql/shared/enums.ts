import { registerEnumType } from "type-graphql";
import { keyStatuses, roles } from "../../../access/index.ts";
import { approvalStatuses } from "../../../approvals/index.ts";
import { auditEntities, categories, channels, severities } from "../../../base/index.ts";
import {
  campaignActions,
  campaignStatuses,
  missingContextChoices,
  onUncertainChoices,
  versionStatuses,
} from "../../../campaigns/index.ts";
import {
  exclusionReasons,
  executionStatuses,
  messageStatuses,
  proofStatuses,
  recipientTypes,
} from "../../../executions/index.ts";
import { consentStates, suppressionKinds } from "../../../profiles/index.ts";
import { changeForms } from "../../../storage/index.ts";

/** Every enum of the schema, named once. The values are those of the rooms and of the database. */
export function registerEnums(): void {
  registerEnumType(channels, { name: "Channel", description: "How a message reaches its recipient." });
  registerEnumType(categories, {
    name: "Category",
    description: "MARKETING asks for consent; TRANSACTIONAL answers an action of the person.",
  });
  registerEnumType(severities, { name: "Severity", description: "ERROR blocks activation, WARNING does not." });
  registerEnumType(campaignStatuses, { name: "CampaignStatus", description: "What a campaign is doing." });
  registerEnumType(campaignActions, { name: "CampaignAction", description: "What can be asked of a campaign." });
  registerEnumType(versionStatuses, {
    name: "VersionStatus",
    description: "Where a version stands between draft and retirement.",
  });
  registerEnumType(approvalStatuses, { name: "ApprovalStatus", description: "What became of a request for approval." });
  registerEnumType(onUncertainChoices, {
    name: "OnUncertain",
    description:
      "What happens to messages in flight when a worker dies: RESEND them under the same key, or HOLD them as UNCERTAIN.",
  });
  registerEnumType(missingContextChoices, {
    name: "MissingContext",
    description: "What a printed context variable without a value does: EXCLUDE the recipient, or PRINT_NOTHING.",
  });
  registerEnumType(executionStatuses, {
    name: "ExecutionStatus",
    description: "FINISHED: nothing is queued, claimed or sending.",
  });
  registerEnumType(messageStatuses, {
    name: "MessageStatus",
    description: "QUEUED → CLAIMED → SENDING → SENT → DELIVERED or BOUNCED; or FAILED, UNCERTAIN, EXCLUDED.",
  });
  registerEnumType(exclusionReasons, { name: "ExclusionReason", description: "Why a recipient gets nothing: a closed list." });
  registerEnumType(proofStatuses, { name: "ProofStatus", description: "Whether the provider took a proof." });
  registerEnumType(recipientTypes, {
    name: "RecipientType",
    description: "PROFILE is looked up (and created, if the campaign says so); EXTERNAL is neither.",
  });
  registerEnumType(consentStates, { name: "ConsentState", description: "What a person said about a channel." });
  registerEnumType(suppressionKinds, { name: "SuppressionKind", description: "One address, or every address of a domain." });
  registerEnumType(keyStatuses, { name: "ApiKeyStatus", description: "ACTIVE: the key is let in. The others are not." });
  registerEnumType(auditEntities, { name: "AuditEntityType", description: "What an entry of the audit trail is about." });
  registerEnumType(changeForms, {
    name: "AuditChangeForm",
    description:
      "WHOLE: both values. DIGEST: texts of more than 1,000 characters as {characters, sha256, beginning}. HIDDEN: only that it changed.",
  });
  registerEnumType(roles, { name: "Role", description: "What a key may do." });
}
