import { Arg, Ctx, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from "type-graphql";
import { activateCampaign, requireApprovedLabels } from "../../../approvals/index.ts";
import { type Category, type Channel, categories, channels } from "../../../base/index.ts";
import {
  archiveCampaign,
  type Campaign,
  type CampaignAction,
  type CampaignStatus,
  type CampaignVersion,
  type CreateCampaignInput,
  campaignActions,
  campaignStatuses,
  createCampaign,
  deleteCampaign,
  duplicateCampaign,
  findCampaign,
  latestVersionId,
  listCampaigns,
  permittedActions,
  presentVersionId,
  type Review,
  reviewWith,
  type UpdateCampaignInput,
  unarchiveCampaign,
  updateCampaign,
} from "../../../campaigns/index.ts";
import { pauseCampaign, resumeCampaign, setDeliveryRate, stopCampaign } from "../../../executions/index.ts";
import type { DeliveryStats } from "../../../reports/index.ts";
import { DeliveryStatsType } from "../reports/delivery-stats.type.ts";
import { type ConnectionOf, toConnection } from "../shared/connection.ts";
import { ExpectedRevision } from "../shared/expected-revision.ts";
import { ReviewType } from "../shared/issue.type.ts";
import type { RequestContext } from "../shared/request-context.ts";
import { CreateCampaignInputType, UpdateCampaignInputType } from "./campaign.input.ts";
import { CampaignConnection, CampaignType, CampaignVersionType } from "./campaign.type.ts";

@Resolver(() => CampaignType)
export class CampaignResolver {
  @Query(() => CampaignType, { nullable: true, description: "One campaign, or null." })
  campaign(@Arg("id", () => ID) id: string, @Ctx() ctx: RequestContext): Promise<Campaign | null> {
    return findCampaign(ctx, id);
  }

  @Query(() => CampaignConnection, { description: "Campaigns, newest first. `search` finds part of a title." })
  async campaigns(
    @Arg("status", () => [campaignStatuses], { nullable: true }) status: CampaignStatus[] | null,
    @Arg("channel", () => channels, { nullable: true }) channel: Channel | null,
    @Arg("category", () => categories, { nullable: true }) category: Category | null,
    @Arg("tag", () => String, { nullable: true }) tag: string | null,
    @Arg("fragmentId", () => ID, {
      nullable: true,
      description: "Whose draft uses this fragment, perhaps through others, or that went live with it.",
    })
    fragmentId: string | null,
    @Arg("search", () => String, { nullable: true }) search: string | null,
    @Arg("first", () => Int, { nullable: true }) first: number | null,
    @Arg("after", () => String, { nullable: true }) after: string | null,
    @Ctx() ctx: RequestContext,
  ): Promise<ConnectionOf<Campaign>> {
    return toConnection(await listCampaigns(ctx, { status, channel, category, tag, fragmentId, search, first, after }), after);
  }

  @Mutation(() => CampaignType, { description: "Makes a campaign as a DRAFT." })
  createCampaign(
    @Arg("input", () => CreateCampaignInputType) input: CreateCampaignInputType,
    @Ctx() ctx: RequestContext,
  ): Promise<Campaign> {
    return createCampaign(ctx, input as CreateCampaignInput);
  }

  @Mutation(() => CampaignType, {
    description:
      "Changes what is sent and leaves the rest. Content and settings of a campaign that went live go into a draft beside it: read them back from `latestVersion`.",
  })
  updateCampaign(
    @Arg("id", () => ID) id: string,
    @Arg("input", () => UpdateCampaignInputType) input: UpdateCampaignInputType,
    @Ctx() ctx: RequestContext,
  ): Promise<Campaign> {
    return updateCampaign(ctx, { ...(input as UpdateCampaignInput), id }, requireApprovedLabels);
  }

  @Mutation(() => CampaignType, { description: "A new DRAFT with the same content and settings." })
  duplicateCampaign(
    @Arg("id", () => ID) id: string,
    @Arg("title", () => String, { nullable: true }) title: string | null,
    @Ctx() ctx: RequestContext,
  ): Promise<Campaign> {
    return duplicateCampaign(ctx, { id, title });
  }

  @Mutation(() => ID, { description: "Removes a DRAFT for good; answers its id." })
  deleteCampaign(@Arg("id", () => ID) id: string, @Ctx() ctx: RequestContext): Promise<string> {
    return deleteCampaign(ctx, id);
  }

  @Mutation(() => CampaignType, {
    description:
      "Makes the draft version live: SCHEDULED if its start lies ahead, else LIVE. Fails with APPROVAL_REQUIRED where a policy asks for requestApproval.",
  })
  activateCampaign(
    @Arg("id", () => ID) id: string,
    @ExpectedRevision() expectedRevision: number | null,
    @Ctx() ctx: RequestContext,
  ): Promise<Campaign> {
    return activateCampaign(ctx, { id, expectedRevision });
  }

  @Mutation(() => CampaignType, { description: "Keeps every waiting message queued; triggers are still taken." })
  pauseCampaign(@Arg("id", () => ID) id: string, @Ctx() ctx: RequestContext): Promise<Campaign> {
    return pauseCampaign(ctx, id);
  }

  @Mutation(() => CampaignType, { description: "Goes on where it was paused." })
  resumeCampaign(@Arg("id", () => ID) id: string, @Ctx() ctx: RequestContext): Promise<Campaign> {
    return resumeCampaign(ctx, id);
  }

  @Mutation(() => CampaignType, { description: "Final. Who still waits is excluded with CAMPAIGN_STOPPED." })
  stopCampaign(@Arg("id", () => ID) id: string, @Ctx() ctx: RequestContext): Promise<Campaign> {
    return stopCampaign(ctx, id);
  }

  @Mutation(() => CampaignType, {
    description:
      "Marks an ended campaign as ARCHIVED. Lists show it all the same: leave it out with `status`. unarchiveCampaign takes it back.",
  })
  archiveCampaign(@Arg("id", () => ID) id: string, @Ctx() ctx: RequestContext): Promise<Campaign> {
    return archiveCampaign(ctx, id);
  }

  @Mutation(() => CampaignType, { description: "Makes an ARCHIVED campaign what it was before: STOPPED, COMPLETED or FAILED." })
  unarchiveCampaign(@Arg("id", () => ID) id: string, @Ctx() ctx: RequestContext): Promise<Campaign> {
    return unarchiveCampaign(ctx, id);
  }

  @Mutation(() => CampaignType, {
    description:
      "Changes the delivery rate, of a live campaign too, within a second. Null is unthrottled. Its stats show who fell out of the 12 hours.",
  })
  setDeliveryRate(
    @Arg("id", () => ID) id: string,
    @Arg("perSecond", () => Int, { nullable: true }) perSecond: number | null,
    @Ctx() ctx: RequestContext,
  ): Promise<Campaign> {
    return setDeliveryRate(ctx, { id, perSecond });
  }

  @FieldResolver(() => [campaignActions])
  availableActions(@Root() campaign: Campaign, @Ctx() ctx: RequestContext): CampaignAction[] {
    return permittedActions(campaign, ctx.actor);
  }

  @FieldResolver(() => CampaignVersionType)
  version(@Root() campaign: Campaign, @Ctx() ctx: RequestContext): Promise<CampaignVersion> {
    return ctx.loaders.version.load(presentVersionId(campaign));
  }

  @FieldResolver(() => CampaignVersionType, { nullable: true })
  draftVersion(@Root() campaign: Campaign, @Ctx() ctx: RequestContext): Promise<CampaignVersion> | null {
    return campaign.liveVersionId && campaign.draftVersionId ? ctx.loaders.version.load(campaign.draftVersionId) : null;
  }

  @FieldResolver(() => CampaignVersionType)
  latestVersion(@Root() campaign: Campaign, @Ctx() ctx: RequestContext): Promise<CampaignVersion> {
    return ctx.loaders.version.load(latestVersionId(campaign));
  }

  @FieldResolver(() => ReviewType)
  async review(@Root() campaign: Campaign, @Ctx() ctx: RequestContext): Promise<Review> {
    const version = await ctx.loaders.version.load(latestVersionId(campaign));
    return reviewWith(ctx, {
      campaign,
      version,
      content: await ctx.loaders.content.load({ channel: campaign.channel, version }),
      configuration: await ctx.loaders.configuration.load(version.channelConfigurationId),
    });
  }

  @FieldResolver(() => DeliveryStatsType)
  stats(@Root() campaign: Campaign, @Ctx() ctx: RequestContext): Promise<DeliveryStats> {
    return ctx.loaders.stats.load({ campaignId: campaign.id, executionId: null });
  }
}
