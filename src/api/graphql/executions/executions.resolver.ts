import { Arg, Ctx, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from "type-graphql";
import type { Campaign } from "../../../campaigns/index.ts";
import {
  cancelExecution,
  type ExecuteCampaignInput,
  type Execution,
  type ExecutionStatus,
  executeCampaign,
  executionStatus,
  executionStatuses,
  findExecution,
  findMessage,
  type Message,
  type MessageStatus,
  messageStatuses,
  messageTimeline,
} from "../../../executions/index.ts";
import type { DeliveryStats } from "../../../reports/index.ts";
import { CampaignType } from "../campaigns/campaign.type.ts";
import { DeliveryStatsType } from "../reports/delivery-stats.type.ts";
import { type ConnectionOf, toConnection } from "../shared/connection.ts";
import { NeedsFirst, needsPage, needsPermission } from "../shared/precondition.ts";
import type { RequestContext } from "../shared/request-context.ts";
import { ExecuteCampaignInputType } from "./execution.input.ts";
import {
  ExecuteCampaignPayload,
  ExecutionConnection,
  ExecutionType,
  MessageConnection,
  MessageEventType,
  type MessageStep,
  MessageType,
  toStep,
} from "./execution.type.ts";

@Resolver(() => ExecutionType)
export class ExecutionResolver {
  @Mutation(() => ExecuteCampaignPayload, {
    description:
      "Triggers a campaign. Its answer means: committed. The same requestId with the same arguments answers the first execution again.",
  })
  async executeCampaign(
    @Arg("input", () => ExecuteCampaignInputType) input: ExecuteCampaignInputType,
    @Ctx() ctx: RequestContext,
  ) {
    const { execution, replayed } = await executeCampaign(ctx, input as ExecuteCampaignInput, ctx.services.execute);
    const { acceptedCount, excludedCount } = execution;
    return { execution, replayed, acceptedCount, excludedCount, toSendCount: acceptedCount - excludedCount };
  }

  @Mutation(() => ExecutionType, { description: "Who of it still waits is excluded with EXECUTION_CANCELLED." })
  cancelExecution(@Arg("id", () => ID) id: string, @Ctx() ctx: RequestContext): Promise<Execution> {
    return cancelExecution(ctx, id);
  }

  @Query(() => ExecutionType, { nullable: true, description: "One execution, by its id or by campaignId and requestId." })
  execution(
    @Arg("id", () => ID, { nullable: true }) id: string | null,
    @Arg("campaignId", () => ID, { nullable: true }) campaignId: string | null,
    @Arg("requestId", () => String, { nullable: true }) requestId: string | null,
    @Ctx() ctx: RequestContext,
  ): Promise<Execution | null> {
    return findExecution(ctx, { id, campaignId, requestId });
  }

  @FieldResolver(() => executionStatuses)
  status(@Root() execution: Execution, @Ctx() ctx: RequestContext): ExecutionStatus {
    return executionStatus(execution, ctx.clock.now());
  }

  @FieldResolver(() => CampaignType)
  @NeedsFirst(needsPermission("campaigns:read"))
  campaign(@Root() execution: Execution, @Ctx() ctx: RequestContext): Promise<Campaign> {
    return ctx.loaders.campaign.load(execution.campaignId);
  }

  @FieldResolver(() => DeliveryStatsType)
  stats(@Root() execution: Execution, @Ctx() ctx: RequestContext): Promise<DeliveryStats> {
    return ctx.loaders.stats.load({ campaignId: execution.campaignId, executionId: execution.id });
  }

  @FieldResolver(() => MessageConnection, { description: "Its messages, in the order of its recipients." })
  @NeedsFirst(needsPage("messages:read"))
  async messages(
    @Root() execution: Execution,
    @Arg("status", () => messageStatuses, { nullable: true }) status: MessageStatus | null,
    @Arg("first", () => Int, { nullable: true }) first: number | null,
    @Arg("after", () => String, { nullable: true }) after: string | null,
    @Ctx() ctx: RequestContext,
  ): Promise<ConnectionOf<Message>> {
    return toConnection(await ctx.loaders.messagePage.load({ execution, filter: { status, first, after } }), after);
  }
}

@Resolver(() => CampaignType)
export class CampaignExecutionsResolver {
  @FieldResolver(() => ExecutionConnection, { description: "Its executions, newest first." })
  @NeedsFirst(needsPage("campaigns:read"))
  async executions(
    @Root() campaign: Campaign,
    @Arg("first", () => Int, { nullable: true }) first: number | null,
    @Arg("after", () => String, { nullable: true }) after: string | null,
    @Ctx() ctx: RequestContext,
  ): Promise<ConnectionOf<Execution>> {
    return toConnection(await ctx.loaders.executionPage.load({ campaignId: campaign.id, page: { first, after } }), after);
  }
}

@Resolver(() => MessageType)
export class MessageResolver {
  @Query(() => MessageType, { nullable: true, description: "One message, with why it got nothing if so." })
  message(@Arg("id", () => ID) id: string, @Ctx() ctx: RequestContext): Promise<Message | null> {
    return findMessage(ctx, id);
  }

  @FieldResolver(() => [MessageEventType])
  timeline(@Root() message: Message): MessageStep[] {
    return messageTimeline(message).map((event) => toStep(message, event));
  }
}
