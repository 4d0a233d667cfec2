/**
 * Approvals: who lets a campaign go out. Policies say which drafts need another pair of eyes and whose; everything
 * else is activated at once. Promises: what is in review cannot be edited, and exactly what was reviewed goes live;
 * where a policy matches, nothing goes live without one of those whom it names; each step is recorded.
 */
export { activateCampaign } from "./activate-campaign.ts";
export { type ApprovalPolicy, ApprovalPolicySchema } from "./approval-policy.entity.ts";
export {
  type ApprovalComment,
  ApprovalCommentSchema,
  type ApprovalRequest,
  ApprovalRequestSchema,
  type ApprovalStatus,
  approvalStatuses,
} from "./approval-request.entity.ts";
export { isApprover } from "./approver.ts";
export { commentOnApproval, findApprovalComments } from "./comment-on-approval.ts";
export { approveCampaign, cancelApprovalRequest, requestChanges, withdrawRequest } from "./decide-request.ts";
export { findApprovalPolicy, findPoliciesFor, listApprovalPolicies } from "./list-policies.ts";
export {
  canApprove,
  findApprovalRequest,
  findApprovalRequests,
  findChangedRequests,
  listApprovalRequests,
} from "./list-requests.ts";
export { requestApproval } from "./request-approval.ts";
export { requireApprovedLabels } from "./require-approved-labels.ts";
export { duplicateApprovalPolicy, saveApprovalPolicy } from "./save-policy.ts";
export { activateApprovalPolicy, deactivateApprovalPolicy, deleteApprovalPolicy } from "./set-policy-active.ts";
