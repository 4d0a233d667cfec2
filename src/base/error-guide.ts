import type { ErrorCode } from "./app-error.ts";

/** Of a code: when it is answered, and what its receiver does. Printed into docs/errors.md. */
export type ErrorGuide = { readonly when: string; readonly remedy: string };

const anotherId = "Check the id. A key that is limited to some campaigns is told the same of the others.";
const smaller = "Ask for less at once, or for parts in documents of their own.";

export const errorGuide: Readonly<Record<ErrorCode, ErrorGuide>> = {
  INPUT_INVALID: {
    when: "A value has the wrong form, is out of range, or two values contradict each other.",
    remedy: "Correct what the message and `details.faults` name. Sending it again unchanged cannot help.",
  },
  BODY_TOO_LARGE: {
    when: "The body is over 64 MB, or over 1 MB for an operation that takes no list of people, or its JSON has over 2,000,000 values.",
    remedy: "Split the call, each part under a requestId of its own.",
  },
  MEDIA_TYPE_UNSUPPORTED: {
    when: "The header of a call says that its body is something else than JSON.",
    remedy: "Send JSON, with the header `content-type: application/json`.",
  },
  METHOD_NOT_ALLOWED: {
    when: "The path is there, and takes other methods.",
    remedy: "Use a method that the header Allow names.",
  },
  GRAPHQL_PARSE_FAILED: {
    when: "The document breaks a rule of GraphQL's grammar.",
    remedy: "Correct the place that `locations` tells.",
  },
  GRAPHQL_VALIDATION_FAILED: {
    when: "The document does not fit the schema, or the operation that is named is not in it.",
    remedy: "Compare it with `schema/schema.graphql` of the server's version.",
  },
  PERSISTED_QUERY_NOT_FOUND: {
    when: "Only the hash of a document came, and this process has not seen the document.",
    remedy: "Send the document with its hash once; clients with automatic persisted queries do so by themselves.",
  },
  DOCUMENT_TOO_LONG: {
    when: "The document has more characters, or more words and signs, than allowed.",
    remedy: "Put values into variables.",
  },
  DOCUMENT_TOO_DEEP: { when: "Fields are nested deeper than allowed.", remedy: smaller },
  DOCUMENT_TOO_COSTLY: {
    when: "The operation may answer more rows and fields than allowed.",
    remedy: "Lower `first`, or ask for inner lists in operations of their own. `details` has the cost and its limit.",
  },
  ALIASES_TOO_MANY: { when: "The document has more aliases than allowed.", remedy: smaller },
  ROOT_FIELDS_TOO_MANY: { when: "The document has more fields at its top than allowed.", remedy: smaller },
  DIRECTIVES_TOO_MANY: { when: "One place has more directives than allowed.", remedy: smaller },
  RECIPIENTS_TOO_MANY: {
    when: "A call has no recipient, or more than `RECIPIENTS_MAX` (50,000).",
    remedy: "Split the call, each part under a requestId of its own.",
  },
  RECIPIENTS_DUPLICATED: {
    when: "One person is named twice in a call, perhaps in two spellings.",
    remedy: "Name each person once; `details` has the first of them.",
  },
  CONTEXT_TOO_LARGE: { when: "The context of a recipient is over 200 KB.", remedy: "Send what the content prints, and no more." },
  CONTEXT_RESERVED: { when: "A context has the key `system`.", remedy: "Take another name for it." },
  CAMPAIGN_NOT_TRANSACTIONAL: {
    when: "`/im/executions/unitary` and `/im/executions/highthroughput` are asked to execute a MARKETING campaign.",
    remedy: "Execute it with executeCampaign of GraphQL, or make a TRANSACTIONAL campaign.",
  },
  CAMPAIGN_NOT_HIGH_THROUGHPUT: {
    when: "`/im/executions/highthroughput` is asked to execute a campaign whose live version is not marked highThroughput.",
    remedy: "Call `/im/executions/unitary`, or activate a version with highThroughput.",
  },
  DELIVERY_RATE_OUT_OF_RANGE: {
    when: "A delivery rate is neither null nor a whole number from 1 to 2,000.",
    remedy: "Give a rate in that range, or null for none.",
  },
  UNAUTHENTICATED: {
    when: "No key came, or one that is wrong, expired or revoked; or a token that the provider did not sign for this server.",
    remedy: "Send `Authorization: Bearer <key>` with a key that is valid.",
  },
  PERMISSION_MISSING: {
    when: "The key is known, and its role or scopes do not allow this; of a mutation also when they do not allow a field of its answer.",
    remedy: "Use a key that has `details.permission`, or leave out the field that `details.path` names.",
  },
  NOT_AN_APPROVER: {
    when: "The policy names others as approvers of this draft.",
    remedy: "Ask one of `approvalPolicy { approverIds approverRoles }`.",
  },
  SELF_APPROVAL: {
    when: "Whoever asked for the approval tries to give it, and the policy blocks that.",
    remedy: "Let another approver decide.",
  },
  ORIGIN_NOT_ALLOWED: {
    when: "A page of another site asks.",
    remedy: "Name its origin in `ALLOWED_ORIGINS`. Programs send no Origin.",
  },
  DOCUMENT_NOT_ALLOWED: {
    when: "`PERSISTED_DOCUMENTS` is set, and the document is not in the list.",
    remedy: "Add it to the list and start the server again.",
  },
  INTROSPECTION_DISABLED: {
    when: "The schema is asked for, and `INTROSPECTION` is off.",
    remedy: "Read schema/schema.graphql of this version.",
  },
  PATH_NOT_FOUND: { when: "The path names nothing.", remedy: "Compare it with `/im/openapi.json`; GraphQL is at `/graphql`." },
  CAMPAIGN_NOT_FOUND: { when: "There is no such campaign.", remedy: anotherId },
  CHANNEL_CONFIGURATION_NOT_FOUND: {
    when: "There is no such channel configuration.",
    remedy: "Take an id of `channelConfigurations`.",
  },
  EXECUTION_NOT_FOUND: { when: "There is no such execution.", remedy: anotherId },
  SCHEDULE_NOT_FOUND: { when: "There is no such schedule: nothing can be scheduled for an audience yet.", remedy: anotherId },
  MESSAGE_NOT_FOUND: { when: "There is no such message.", remedy: anotherId },
  PROFILE_NOT_FOUND: { when: "Nobody has this identity.", remedy: "Make the person with upsertProfiles first." },
  API_KEY_NOT_FOUND: { when: "There is no such key.", remedy: "Take an id of `apiKeys`." },
  FRAGMENT_NOT_FOUND: { when: "There is no such fragment.", remedy: "Take an id of `fragments`." },
  VERSION_NOT_FOUND: {
    when: "The campaign has no version with this number.",
    remedy: "Take a number of `campaign { versions }`.",
  },
  APPROVAL_POLICY_NOT_FOUND: { when: "There is no such policy.", remedy: "Take an id of `approvalPolicies`." },
  APPROVAL_REQUEST_NOT_FOUND: { when: "There is no such approval request.", remedy: anotherId },
  CAMPAIGN_NOT_LIVE: {
    when: "The campaign takes no calls: it is a draft, in review, scheduled or over.",
    remedy: "Activate it, or duplicate one that is over. `details.status` says what it is.",
  },
  CAMPAIGN_HAS_ERRORS: {
    when: "The review finds errors in settings or content.",
    remedy: "Mend what `details.issues` lists, with line and column.",
  },
  ACTION_NOT_ALLOWED: {
    when: "The thing is in a state that does not allow this.",
    remedy: "Look at its state; of a campaign `availableActions` says what can be asked now.",
  },
  APPROVAL_REQUIRED: {
    when: "A policy asks for an approval before this draft goes live.",
    remedy: "Call requestApproval; an approver then calls approveCampaign.",
  },
  VERSION_CONFLICT: {
    when: "Somebody changed the same thing since it was read, or in the same moment.",
    remedy: "Read it again, decide, and repeat the change with the present revision.",
  },
  OUTSIDE_WINDOW: {
    when: "The call, or its executeAt, lies before the campaign's start or after its end.",
    remedy: "`details` has both instants.",
  },
  REQUEST_ID_REUSED: {
    when: "This requestId was used for this campaign with other arguments.",
    remedy: "Take a new requestId for a new call; repeat a call with the same arguments.",
  },
  REPLAY_EXPIRED: {
    when: "What the messages need to be sent again was erased at the end of `REPLAY_DAYS`.",
    remedy: "Trigger the campaign for those people again, under a new requestId.",
  },
  IDENTITY_TAKEN: {
    when: "An identity belongs to another person already, there or in the same call.",
    remedy: "`details` names the entry of the call and the identity.",
  },
  NAME_TAKEN: { when: "The name belongs to another one.", remedy: "Take another name, or give the id of the one to change." },
  FRAGMENT_IN_USE: {
    when: "A draft or another fragment uses the fragment.",
    remedy: "`campaigns(fragmentId:)` finds those that do. Take it out of them first.",
  },
  LAST_ADMIN_KEY: {
    when: "Without this key nobody could manage keys any more.",
    remedy: "Make another key with the role ADMIN first.",
  },
  RATE_LIMITED: {
    when: "A key, an address or a connection asked for more than it may at once.",
    remedy: "Come back after `details.retryAfterSeconds`, or the header Retry-After where there is one.",
  },
  TIMED_OUT: {
    when: "The call did not end within a minute, and may still be done. `executeCampaign`: it could not be committed in time, and was rolled back.",
    remedy: "Read before you repeat it; `executeCampaign` may be repeated under the same requestId.",
  },
  DATABASE_UNAVAILABLE: {
    when: "PostgreSQL does not answer, lost the connection, has no room left on its disk, or is read-only just now.",
    remedy: "Repeat the call; under the same requestId nothing happens twice.",
  },
  IDENTITY_PROVIDER_UNAVAILABLE: {
    when: "The OpenID Connect provider's keys cannot be read.",
    remedy: "Repeat the call later, or use an API key.",
  },
  SECRET_UNREADABLE: {
    when: "Something was sealed with another `ENVOI_SECRET`.",
    remedy: "Start with the secret of old, or enter the provider's secrets again.",
  },
  NOT_READY: {
    when: "`/im/health`: the server answers, and cannot do its work just now.",
    remedy: "`/health/ready` says with a key what is missing.",
  },
  SHUTTING_DOWN: {
    when: "The server is being stopped.",
    remedy: "Repeat the call under the same requestId, also at another server.",
  },
  CALL_BROKE_OFF: {
    when: "The thread of the server that worked on a large call ended in the middle: the call, or one beside it, took more memory or time than there is. It may have been done.",
    remedy: "Repeat the call under the same requestId; when that breaks off again, split it.",
  },
};
