import { Field, Float, Int, ObjectType } from "type-graphql";
import { type ExclusionReason, exclusionReasons } from "../../../executions/index.ts";
import type { DeliveryStats, TimelinePoint } from "../../../reports/index.ts";
import { DateTime } from "../shared/scalars.ts";

@ObjectType("ExclusionCount", { description: "How many got nothing for one reason." })
export class ExclusionCountType {
  @Field(() => exclusionReasons, { description: "The reason." })
  reason!: ExclusionReason;

  @Field(() => Int, { description: "Recipients." })
  count!: number;
}

@ObjectType("DeliveryStats", {
  description: "Totals at one instant. `accepted` is always the sum of all the others down to `excluded`.",
})
export class DeliveryStatsType implements DeliveryStats {
  @Field(() => Int, { description: "Every recipient of every accepted call." })
  accepted!: number;

  @Field(() => Int, { description: "Waiting." })
  queued!: number;

  @Field(() => Int, { description: "Taken by a worker, not yet on the wire." })
  claimed!: number;

  @Field(() => Int, { description: "Being handed to the provider." })
  sending!: number;

  @Field(() => Int, { description: "Taken by the provider." })
  sent!: number;

  @Field(() => Int, { description: "Reported as delivered." })
  delivered!: number;

  @Field(() => Int, { description: "Reported as bounced." })
  bounced!: number;

  @Field(() => Int, { description: "Refused for good, or given up after retries." })
  failed!: number;

  @Field(() => Int, { description: "The provider may have taken it; a person has to decide." })
  uncertain!: number;

  @Field(() => Int, { description: "Gets nothing, for a reason." })
  excluded!: number;

  @Field(() => [ExclusionCountType], { description: "The reasons, most frequent first." })
  exclusions!: ExclusionCountType[];

  @Field(() => Int, { nullable: true, description: "Null: not measured by this configuration." })
  opens?: number | null;

  @Field(() => Int, { nullable: true, description: "Null: not measured by this configuration." })
  uniqueOpens?: number | null;

  @Field(() => Int, { nullable: true, description: "Null: not measured by this configuration." })
  clicks?: number | null;

  @Field(() => Int, { nullable: true, description: "Null: not measured by this configuration." })
  uniqueClicks?: number | null;

  @Field(() => Int, { nullable: true, description: "Null: not measured by this configuration." })
  unsubscribes?: number | null;

  @Field(() => Int, { nullable: true, description: "Null: not measured by this configuration." })
  complaints?: number | null;

  @Field(() => Float, { description: "Messages a second that the campaign sent, over the last five seconds." })
  ratePerSecond!: number;

  @Field(() => DateTime, { description: "The instant of these totals." })
  asOf!: Date;
}

@ObjectType("TimelinePoint", { description: "What left in one stretch of time." })
export class TimelinePointType implements TimelinePoint {
  @Field(() => DateTime, { description: "Its beginning." })
  at!: Date;

  @Field(() => Int, { description: "Messages sent." })
  sent!: number;

  @Field(() => Int, { description: "Messages failed." })
  failed!: number;

  @Field(() => Int, { description: "Recipients excluded." })
  excluded!: number;
}
