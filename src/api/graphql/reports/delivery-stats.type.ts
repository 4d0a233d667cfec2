import { Field, Float, ObjectType } from "type-graphql";
import { type ExclusionReason, exclusionReasons } from "../../../executions/index.ts";
import type { DeliveryStats, TimelinePoint } from "../../../reports/index.ts";
import { Count, DateTime } from "../shared/scalars.ts";

@ObjectType("ExclusionCount", { description: "How many got nothing for one reason." })
export class ExclusionCountType {
  @Field(() => exclusionReasons, { description: "The reason." })
  reason!: ExclusionReason;

  @Field(() => Count, { description: "Recipients." })
  count!: number;
}

@ObjectType("DeliveryStats", {
  description: "Totals at one instant. `accepted` is always the sum of all the others down to `excluded`.",
})
export class DeliveryStatsType implements DeliveryStats {
  @Field(() => Count, { description: "Every recipient of every accepted call." })
  accepted!: number;

  @Field(() => Count, { description: "Waiting." })
  queued!: number;

  @Field(() => Count, { description: "Taken by a worker, not yet on the wire." })
  claimed!: number;

  @Field(() => Count, { description: "Being handed to the provider." })
  sending!: number;

  @Field(() => Count, { description: "Taken by the provider." })
  sent!: number;

  @Field(() => Count, { description: "Reported as delivered." })
  delivered!: number;

  @Field(() => Count, { description: "Reported as bounced." })
  bounced!: number;

  @Field(() => Count, { description: "Refused for good, or given up after retries." })
  failed!: number;

  @Field(() => Count, { description: "The provider may have taken it; a person has to decide." })
  uncertain!: number;

  @Field(() => Count, { description: "Gets nothing, for a reason." })
  excluded!: number;

  @Field(() => [ExclusionCountType], { description: "The reasons, most frequent first." })
  exclusions!: ExclusionCountType[];

  @Field(() => Count, { nullable: true, description: "Null: not measured by this configuration." })
  opens?: number | null;

  @Field(() => Count, { nullable: true, description: "Null: not measured by this configuration." })
  uniqueOpens?: number | null;

  @Field(() => Count, { nullable: true, description: "Null: not measured by this configuration." })
  clicks?: number | null;

  @Field(() => Count, { nullable: true, description: "Null: not measured by this configuration." })
  uniqueClicks?: number | null;

  @Field(() => Count, { nullable: true, description: "Null: not measured by this configuration." })
  unsubscribes?: number | null;

  @Field(() => Count, { nullable: true, description: "Null: not measured by this configuration." })
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

  @Field(() => Count, { description: "Messages sent." })
  sent!: number;

  @Field(() => Count, { description: "Messages failed." })
  failed!: number;

  @Field(() => Count, { description: "Recipients excluded." })
  excluded!: number;
}
