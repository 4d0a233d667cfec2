import { Arg, ID, Resolver, Root, Subscription } from "type-graphql";
import type { ApprovalRequest } from "../../../approvals/index.ts";
import { iterate, type Started } from "../shared/subscription.ts";
import { ApprovalRequestType } from "./approval-request.type.ts";

@Resolver(() => ApprovalRequestType)
export class ApprovalStreamResolver {
  @Subscription(() => ApprovalRequestType, {
    description: "The open requests first, then each one that is made, commented or decided, as it is then.",
    subscribe: ({ args, context }: Started<{ campaignId?: string | null; mine?: boolean | null }>) =>
      iterate(context, () => context.services.live.approvalRequests(context, args)),
  })
  approvalRequests(
    @Root() request: ApprovalRequest,
    @Arg("campaignId", () => ID, { nullable: true }) _campaignId: string | null,
    @Arg("mine", () => Boolean, { nullable: true, description: "Only those of which this key is an approver." })
    _mine: boolean | null,
  ): ApprovalRequest {
    return request;
  }
}
