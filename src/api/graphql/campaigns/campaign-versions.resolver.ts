import { Arg, Ctx, Field, FieldResolver, ID, Int, Mutation, ObjectType, Query, Resolver, Root } from "type-graphql";
import {
  type Campaign,
  type CampaignVersion,
  compareVersions,
  discardDraft,
  restoreVersion,
  type VersionChange,
  type VersionComparison,
} from "../../../campaigns/index.ts";
import { type ConnectionOf, toConnection } from "../shared/connection.ts";
import { ExpectedRevision } from "../shared/expected-revision.ts";
import { NeedsFirst, needsPage } from "../shared/precondition.ts";
import type { RequestContext } from "../shared/request-context.ts";
import { Json } from "../shared/scalars.ts";
import { CampaignType, CampaignVersionConnection, CampaignVersionType } from "./campaign.type.ts";

@ObjectType("VersionChange", { description: "One setting or text in which two versions differ." })
export class VersionChangeType implements VersionChange {
  @Field(() => String, { description: "Such as startAt, contextSchema.properties.code or content.email.subject." })
  path!: string;

  @Field(() => Json, { nullable: true, description: "In `from`; null where it was empty." })
  before!: unknown;

  @Field(() => Json, { nullable: true, description: "In `to`; null where it is empty." })
  after!: unknown;
}

@ObjectType("VersionComparison", { description: "What differs between two versions of a campaign." })
export class VersionComparisonType implements Pick<VersionComparison, "from" | "to"> {
  @Field(() => CampaignVersionType, { description: "The one that is compared." })
  from!: VersionComparison["from"];

  @Field(() => CampaignVersionType, { description: "The one that it is compared with." })
  to!: VersionComparison["to"];

  @Field(() => [VersionChangeType], { description: "By path; empty when the two say the same." })
  changes!: VersionChangeType[];
}

@Resolver(() => CampaignType)
export class CampaignVersionsResolver {
  @Query(() => VersionComparisonType, {
    description: "Settings and content in which two versions of a campaign differ, each as it is or would be sent.",
  })
  compareVersions(
    @Arg("campaignId", () => ID) campaignId: string,
    @Arg("from", () => Int, { description: "Number of a version." }) from: number,
    @Arg("to", () => Int, { description: "Number of a version." }) to: number,
    @Ctx() ctx: RequestContext,
  ): Promise<VersionComparison> {
    return compareVersions(ctx, { campaignId, from, to });
  }

  @Mutation(() => CampaignType, {
    description:
      "Puts content and settings of an earlier version into the draft: a new one, or in place of what the present draft says. Nothing goes live by it.",
  })
  restoreVersion(
    @Arg("campaignId", () => ID) campaignId: string,
    @Arg("number", () => Int, { description: "Number of the version." }) number: number,
    @Arg("expectedRevision", () => Int, { description: "The revision that was read; a stale one fails with VERSION_CONFLICT." })
    expectedRevision: number,
    @Ctx() ctx: RequestContext,
  ): Promise<Campaign> {
    return restoreVersion(ctx, { campaignId, number, expectedRevision });
  }

  @Mutation(() => CampaignType, {
    description: "Gives up the draft beside a live version. It stays in the history as RETIRED, and can be restored from there.",
  })
  discardDraft(
    @Arg("id", () => ID) id: string,
    @ExpectedRevision() expectedRevision: number | null,
    @Ctx() ctx: RequestContext,
  ): Promise<Campaign> {
    return discardDraft(ctx, { id, expectedRevision });
  }

  @NeedsFirst(needsPage("campaigns:read"))
  @FieldResolver(() => CampaignVersionConnection, { description: "Every version there was, newest first." })
  async versions(
    @Root() campaign: Campaign,
    @Arg("first", () => Int, { nullable: true }) first: number | null,
    @Arg("after", () => String, { nullable: true }) after: string | null,
    @Ctx() ctx: RequestContext,
  ): Promise<ConnectionOf<CampaignVersion>> {
    const page = { first, after };
    return toConnection(await ctx.loaders.campaignVersionPage.load({ campaignId: campaign.id, page }), after);
  }
}
