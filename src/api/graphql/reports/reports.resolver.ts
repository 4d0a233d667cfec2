import { Arg, Ctx, Field, FieldResolver, ID, Int, ObjectType, Query, Resolver, Root, Subscription } from "type-graphql";
import { type Campaign, type CampaignStatus, campaignStatuses } from "../../../campaigns/index.ts";
import { type Execution, type Message, type MessageStatus, messageStatuses } from "../../../executions/index.ts";
import {
  type DeliveryStats,
  deliveryTimeline,
  type Progress,
  type StatusEvent,
  type TimelinePoint,
  type Told,
} from "../../../reports/index.ts";
import { CampaignType } from "../campaigns/campaign.type.ts";
import { ExecutionType, MessageEventType, type MessageStep, toLastStep } from "../executions/execution.type.ts";
import type { RequestContext } from "../shared/request-context.ts";
import { DateTime } from "../shared/scalars.ts";
import { iterate, type Started } from "../shared/subscription.ts";
import { DeliveryStatsType, TimelinePointType } from "./delivery-stats.type.ts";

@ObjectType("CampaignStatusChange", { description: "A campaign went from one status to another." })
export class CampaignStatusChangeType implements Pick<StatusEvent, "from" | "to" | "at" | "actor"> {
  @Field(() => CampaignType, { description: "As it is now." })
  campaign!: CampaignType;

  @Field(() => campaignStatuses, { description: "Before." })
  from!: CampaignStatus;

  @Field(() => campaignStatuses, { description: "After." })
  to!: CampaignStatus;

  @Field(() => String, { nullable: true, description: "Why, if there is more to say." })
  reason!: string | null;

  @Field(() => DateTime, { description: "When." })
  at!: Date;

  @Field(() => String, { description: "Name of the key that asked for it, or Envoi for its clock." })
  actor!: string;
}

@Resolver(() => CampaignStatusChangeType)
export class ReportsResolver {
  @Query(() => [TimelinePointType], {
    description: "What left over time. Default: the last hour by the minute. At most 2,000 points; empty ones are left out.",
  })
  deliveryTimeline(
    @Arg("campaignId", () => ID) campaignId: string,
    @Arg("from", () => DateTime, { nullable: true }) from: Date | null,
    @Arg("to", () => DateTime, { nullable: true }) to: Date | null,
    @Arg("bucketSeconds", () => Int, { nullable: true }) bucketSeconds: number | null,
    @Ctx() ctx: RequestContext,
  ): Promise<TimelinePoint[]> {
    return deliveryTimeline(ctx, { campaignId, from, to, bucketSeconds });
  }

  @Subscription(() => CampaignStatusChangeType, {
    description: "Every change of status, of one campaign or of all, from now on.",
    subscribe: ({ args, context }: Started<{ campaignId?: string | null }>) =>
      iterate(context, () => context.services.live.campaignStatusChanged(context, args.campaignId ?? null)),
  })
  campaignStatusChanged(
    @Root() event: StatusEvent,
    @Arg("campaignId", () => ID, { nullable: true }) _campaignId: string | null,
  ): StatusEvent {
    return event;
  }

  @Subscription(() => DeliveryStatsType, {
    description: "The present totals first, then changes, at most four a second; the final totals always.",
    subscribe: ({ args, context }: Started<{ campaignId: string }>) =>
      iterate(context, () => context.services.live.deliveryStats(context, args.campaignId)),
  })
  deliveryStats(@Root() stats: DeliveryStats, @Arg("campaignId", () => ID) _campaignId: string): DeliveryStats {
    return stats;
  }

  @Subscription(() => ExecutionType, {
    description: "An execution whenever its totals or its status change; ends when nothing of it is open.",
    subscribe: ({ args, context }: Started<{ executionId: string }>) =>
      iterate(context, () => context.services.live.executionProgress(context, args.executionId)),
  })
  executionProgress(@Root() { execution }: Progress, @Arg("executionId", () => ID) _executionId: string): Execution {
    return execution;
  }

  @Subscription(() => MessageEventType, {
    description:
      "Messages as they reach a status, from now on; with `statuses` only these. Of what waits for a reader the oldest beyond 2,000 is left out, and `missed` says how many.",
    subscribe: ({ args, context }: Started<{ campaignId: string; statuses?: MessageStatus[] | null }>) =>
      iterate(context, () => context.services.live.messageEvents(context, args)),
  })
  messageEvents(
    @Root() { item, missed }: Told<Message>,
    @Arg("campaignId", () => ID) _campaignId: string,
    @Arg("statuses", () => [messageStatuses], { nullable: true }) _statuses: MessageStatus[] | null,
  ): MessageStep {
    return { ...toLastStep(item), missed };
  }

  @FieldResolver(() => CampaignType)
  campaign(@Root() event: StatusEvent, @Ctx() ctx: RequestContext): Promise<Campaign> {
    return ctx.loaders.campaign.load(event.campaignId);
  }
}
