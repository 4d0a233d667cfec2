import { Ctx, Field, FieldResolver, ID, ObjectType, Resolver, Root } from "type-graphql";
import type { Campaign } from "../../../campaigns/index.ts";
import type { HealthCondition } from "../../../dispatch/index.ts";
import { CampaignType } from "../campaigns/campaign.type.ts";
import type { RequestContext } from "../shared/request-context.ts";
import { DateTime } from "../shared/scalars.ts";

@ObjectType("CampaignHealthCondition", { description: "What keeps the messages of a LIVE campaign from being sent." })
export class CampaignHealthConditionType implements HealthCondition {
  @Field(() => String, { description: "As in WorkerTrouble; or worker: no process sends at all." })
  kind!: HealthCondition["kind"];

  @Field(() => DateTime, { nullable: true, description: "Since when. Null when that is not known." })
  since!: Date | null;

  @Field(() => String, { description: "In a sentence: what is in the way, and the code of the fault." })
  detail!: string;

  @Field(() => ID, { nullable: true, description: "The channel configuration that it is about." })
  channelConfigurationId!: string | null;
}

@Resolver(() => CampaignType)
export class CampaignHealthResolver {
  @FieldResolver(() => [CampaignHealthConditionType], {
    description:
      "Everything that keeps its messages from being sent at present, as the workers say; empty when nothing does, and while the campaign is not LIVE.",
  })
  healthConditions(@Root() campaign: Campaign, @Ctx() ctx: RequestContext): Promise<readonly HealthCondition[]> {
    return ctx.loaders.healthConditions.load(campaign);
  }
}
