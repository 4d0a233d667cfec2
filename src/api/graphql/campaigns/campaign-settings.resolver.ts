import { Ctx, FieldResolver, Resolver, Root } from "type-graphql";
import {
  type Campaign,
  type CampaignVersion,
  localTimeOf,
  onUncertainChoices,
  presentVersionId,
} from "../../../campaigns/index.ts";
import type { ChannelConfiguration } from "../../../channels/index.ts";
import type { CampaignContent, ContentFragment, EmailContent } from "../../../content/index.ts";
import { ChannelConfigurationType } from "../channels/channel-configuration.type.ts";
import { ContentFragmentType } from "../fragments/fragment.type.ts";
import type { RequestContext } from "../shared/request-context.ts";
import { DateTime } from "../shared/scalars.ts";
import { CampaignType, CampaignVersionType } from "./campaign.type.ts";
import { CampaignContentType, EmailContentType } from "./content.type.ts";

const noContent = { email: null, sms: null, push: null };

/** Fields of a campaign that are those of its present version. */
@Resolver(() => CampaignType)
export class CampaignSettingsResolver {
  @FieldResolver(() => ChannelConfigurationType)
  async channelConfiguration(@Root() campaign: Campaign, @Ctx() ctx: RequestContext): Promise<ChannelConfiguration> {
    return ctx.loaders.configuration.load((await present(campaign, ctx)).channelConfigurationId);
  }

  @FieldResolver(() => CampaignContentType)
  async content(@Root() campaign: Campaign, @Ctx() ctx: RequestContext): Promise<CampaignVersion["content"]> {
    return (await present(campaign, ctx)).content ?? noContent;
  }

  @FieldResolver(() => String)
  async namespace(@Root() campaign: Campaign, @Ctx() ctx: RequestContext): Promise<string> {
    return (await present(campaign, ctx)).namespace;
  }

  @FieldResolver(() => DateTime, { nullable: true })
  async startAt(@Root() campaign: Campaign, @Ctx() ctx: RequestContext): Promise<Date | null> {
    return (await present(campaign, ctx)).startAt;
  }

  @FieldResolver(() => DateTime, { nullable: true })
  async endAt(@Root() campaign: Campaign, @Ctx() ctx: RequestContext): Promise<Date | null> {
    return (await present(campaign, ctx)).endAt;
  }

  @FieldResolver(() => String)
  async timeZone(@Root() campaign: Campaign, @Ctx() ctx: RequestContext): Promise<string> {
    return (await present(campaign, ctx)).timeZone;
  }

  @FieldResolver(() => Boolean)
  async oneShot(@Root() campaign: Campaign, @Ctx() ctx: RequestContext): Promise<boolean> {
    return (await present(campaign, ctx)).oneShot;
  }

  @FieldResolver(() => Boolean)
  async createProfiles(@Root() campaign: Campaign, @Ctx() ctx: RequestContext): Promise<boolean> {
    return (await present(campaign, ctx)).createProfiles;
  }

  @FieldResolver(() => Boolean)
  async highThroughput(@Root() campaign: Campaign, @Ctx() ctx: RequestContext): Promise<boolean> {
    return (await present(campaign, ctx)).highThroughput;
  }

  @FieldResolver(() => onUncertainChoices)
  async onUncertain(@Root() campaign: Campaign, @Ctx() ctx: RequestContext): Promise<CampaignVersion["onUncertain"]> {
    return (await present(campaign, ctx)).onUncertain;
  }
}

function present(campaign: Campaign, ctx: RequestContext): Promise<CampaignVersion> {
  return ctx.loaders.version.load(presentVersionId(campaign));
}

@Resolver(() => CampaignContentType)
export class CampaignContentResolver {
  @FieldResolver(() => [ContentFragmentType])
  fragments(@Root() content: CampaignContent): readonly ContentFragment[] {
    return content.fragments ?? [];
  }
}

@Resolver(() => EmailContentType)
export class EmailContentResolver {
  @FieldResolver(() => String, { nullable: true })
  compiledHtml(@Root() email: EmailContent): string | null {
    return email.compiled?.html ?? null;
  }
}

@Resolver(() => CampaignVersionType)
export class CampaignVersionResolver {
  @FieldResolver(() => ChannelConfigurationType)
  channelConfiguration(@Root() version: CampaignVersion, @Ctx() ctx: RequestContext): Promise<ChannelConfiguration> {
    return ctx.loaders.configuration.load(version.channelConfigurationId);
  }

  @FieldResolver(() => String, { nullable: true })
  startAtLocal(@Root() { startAt, timeZone }: CampaignVersion): string | null {
    return localTimeOf(startAt, timeZone);
  }

  @FieldResolver(() => String, { nullable: true })
  endAtLocal(@Root() { endAt, timeZone }: CampaignVersion): string | null {
    return localTimeOf(endAt, timeZone);
  }

  @FieldResolver(() => CampaignContentType)
  content(@Root() version: CampaignVersion): NonNullable<CampaignVersion["content"]> {
    return version.content ?? noContent;
  }
}
