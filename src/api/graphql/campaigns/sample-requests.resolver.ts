import { Ctx, Field, FieldResolver, ObjectType, Resolver, Root } from "type-graphql";
import { createId } from "../../../base/index.ts";
import { actionsOf, type Campaign } from "../../../campaigns/index.ts";
import { checkContentFor } from "../../../content/index.ts";
import type { RequestContext } from "../shared/request-context.ts";
import { CampaignType } from "./campaign.type.ts";
import { graphqlCurl, restCurl } from "./sample-requests.ts";

@ObjectType("SampleRequests", { description: "Ready-made calls that trigger the campaign, each with a requestId of its own." })
export class SampleRequestsType {
  @Field(() => String, {
    description:
      "The GraphQL call as a cURL command, with every variable that the live content uses. Run it as it stands; the shell variable ENVOI_KEY holds the API key.",
  })
  graphqlCurl!: string;

  @Field(() => String, {
    nullable: true,
    description: "The same over REST, run in the same way. Null for a MARKETING campaign, which REST does not execute.",
  })
  restCurl!: string | null;
}

@Resolver(() => CampaignType)
export class SampleRequestsResolver {
  @FieldResolver(() => SampleRequestsType, { nullable: true, description: "Null while the campaign cannot be triggered." })
  async sampleRequests(@Root() campaign: Campaign, @Ctx() ctx: RequestContext): Promise<SampleRequestsType | null> {
    if (!campaign.liveVersionId || !actionsOf(campaign).includes("EXECUTE")) return null;
    const version = await ctx.loaders.version.load(campaign.liveVersionId);
    const { content = null, contextSchema } = version;
    const asked = { channel: campaign.channel, content, rules: { contextSchema } };
    const { sampleData } = await checkContentFor(ctx.actor.id, asked);
    const shown = { campaign, version, sampleData, publicUrl: ctx.services.publicUrl() };
    const input = () => ({ ...shown, requestId: `sample-${createId()}` });
    return { graphqlCurl: graphqlCurl(input()), restCurl: restCurl(input()) };
  }
}
