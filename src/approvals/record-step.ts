import { announce, type Context, recordEvent } from "../storage/index.ts";
import type { ApprovalRequest } from "./approval-request.entity.ts";

type Step = `approval.${"requested" | "not-needed" | "granted" | "changes-requested" | "cancelled" | "commented"}`;

/** Each step is an event, and news for those who watch. What people wrote stays with the request. */
export async function recordStep(ctx: Context, request: ApprovalRequest, type: Step): Promise<void> {
  const { id: approvalRequestId, campaignId, versionId, versionNumber, policyId, policyName } = request;
  const data = { approvalRequestId, versionId, versionNumber, policyId, policyName };
  await recordEvent(ctx, { type, campaignId, data });
  await announce(ctx, { topic: "approval", approvalRequestId, campaignId });
}
