import { Arg, Ctx, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from "type-graphql";
import {
  type ApprovalComment,
  type ApprovalPolicy,
  type ApprovalRequest,
  type ApprovalStatus,
  approvalStatuses,
  approveCampaign,
  canApprove,
  cancelApprovalRequest,
  commentOnApproval,
  findApprovalRequest,
  listApprovalRequests,
  requestApproval,
  requestChanges,
} from "../../../approvals/index.ts";
import type { Campaign, CampaignVersion } from "../../../campaigns/index.ts";
import { CampaignType, CampaignVersionType } from "../campaigns/campaign.type.ts";
import { type ConnectionOf, toConnection } from "../shared/connection.ts";
import { ExpectedRevision } from "../shared/expected-revision.ts";
import type { RequestContext } from "../shared/request-context.ts";
import { ApprovalPolicyType } from "./approval-policy.type.ts";
import { ApprovalCommentType, ApprovalRequestConnection, ApprovalRequestType } from "./approval-request.type.ts";

@Resolver(() => ApprovalRequestType)
export class ApprovalsResolver {
  @Query(() => ApprovalRequestType, { nullable: true, description: "One approval request, or null." })
  approvalRequest(@Arg("id", () => ID) id: string, @Ctx() ctx: RequestContext): Promise<ApprovalRequest | null> {
    return findApprovalRequest(ctx, id);
  }

  @Query(() => ApprovalRequestConnection, { description: "Approval requests, newest first." })
  async approvalRequests(
    @Arg("status", () => [approvalStatuses], { nullable: true }) status: ApprovalStatus[] | null,
    @Arg("campaignId", () => ID, { nullable: true }) campaignId: string | null,
    @Arg("mine", () => Boolean, {
      nullable: true,
      description: "Only those that wait for you: open, and this key may approve them.",
    })
    mine: boolean | null,
    @Arg("first", () => Int, { nullable: true }) first: number | null,
    @Arg("after", () => String, { nullable: true }) after: string | null,
    @Ctx() ctx: RequestContext,
  ): Promise<ConnectionOf<ApprovalRequest>> {
    return toConnection(await listApprovalRequests(ctx, { status, campaignId, mine, first, after }), after);
  }

  @Mutation(() => CampaignType, {
    description:
      "Asks for the draft to be approved, and locks it until then. Where no policy matches, it goes live at once: that takes the permission to publish.",
  })
  requestApproval(
    @Arg("id", () => ID) id: string,
    @Arg("message", () => String, { nullable: true, description: "For the approvers, up to 5,000 characters." })
    message: string | null,
    @ExpectedRevision() expectedRevision: number | null,
    @Ctx() ctx: RequestContext,
  ): Promise<Campaign> {
    return requestApproval(ctx, { id, message, expectedRevision });
  }

  @Mutation(() => CampaignType, {
    description: "Approves the draft, which goes live as by activateCampaign. For those whom the policy names.",
  })
  approveCampaign(
    @Arg("id", () => ID) id: string,
    @Arg("message", () => String, { nullable: true, description: "Up to 5,000 characters." }) message: string | null,
    @ExpectedRevision() expectedRevision: number | null,
    @Ctx() ctx: RequestContext,
  ): Promise<Campaign> {
    return approveCampaign(ctx, { id, message, expectedRevision });
  }

  @Mutation(() => CampaignType, { description: "Gives the draft back to be edited. For those whom the policy names." })
  requestChanges(
    @Arg("id", () => ID) id: string,
    @Arg("message", () => String, { description: "What to change, up to 5,000 characters." }) message: string,
    @Ctx() ctx: RequestContext,
  ): Promise<Campaign> {
    return requestChanges(ctx, { id, message });
  }

  @Mutation(() => CampaignType, {
    description: "Takes the open request back, so that the draft can be edited. For whoever made it, and approvers.",
  })
  cancelApprovalRequest(@Arg("id", () => ID) id: string, @Ctx() ctx: RequestContext): Promise<Campaign> {
    return cancelApprovalRequest(ctx, id);
  }

  @Mutation(() => ApprovalRequestType, { description: "Adds to the thread of a request, also of one that is decided." })
  commentOnApproval(
    @Arg("approvalRequestId", () => ID) approvalRequestId: string,
    @Arg("body", () => String, { description: "1 to 5,000 characters." }) body: string,
    @Ctx() ctx: RequestContext,
  ): Promise<ApprovalRequest> {
    return commentOnApproval(ctx, { approvalRequestId, body });
  }

  @FieldResolver(() => CampaignType)
  campaign(@Root() request: ApprovalRequest, @Ctx() ctx: RequestContext): Promise<Campaign> {
    return ctx.loaders.campaign.load(request.campaignId);
  }

  @FieldResolver(() => CampaignVersionType)
  version(@Root() request: ApprovalRequest, @Ctx() ctx: RequestContext): Promise<CampaignVersion> {
    return ctx.loaders.version.load(request.versionId);
  }

  @FieldResolver(() => Boolean)
  canApprove(@Root() request: ApprovalRequest, @Ctx() ctx: RequestContext): boolean {
    return canApprove(request, ctx.actor);
  }

  @FieldResolver(() => [ApprovalCommentType])
  comments(@Root() request: ApprovalRequest, @Ctx() ctx: RequestContext): Promise<ApprovalComment[]> {
    return ctx.loaders.comments.load(request.id);
  }
}

@Resolver(() => CampaignType)
export class CampaignApprovalResolver {
  @FieldResolver(() => ApprovalRequestType, {
    nullable: true,
    description: "The open request: while there is one, the draft is locked.",
  })
  approvalRequest(@Root() campaign: Campaign, @Ctx() ctx: RequestContext): Promise<ApprovalRequest> | null {
    return campaign.approvalRequestId ? ctx.loaders.approvalRequest.load(campaign.approvalRequestId) : null;
  }

  @FieldResolver(() => ApprovalPolicyType, {
    nullable: true,
    description: "The policy by which this key would have to request approval. Null: it would go live at once.",
  })
  approvalPolicy(@Root() campaign: Campaign, @Ctx() ctx: RequestContext): Promise<ApprovalPolicy | null> {
    return ctx.loaders.policy.load(campaign);
  }
}
