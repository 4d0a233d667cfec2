import { Arg, type ClassType, Ctx, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from "type-graphql";
import { type Channel, channels } from "../../../base/index.ts";
import {
  type ChannelConfiguration,
  listChannelConfigurations,
  listSandboxMessages,
  type SandboxMessage,
  type SaveChannelConfigurationInput,
  saveChannelConfiguration,
  shownSettings,
} from "../../../channels/index.ts";
import { type ConnectionOf, toConnection } from "../shared/connection.ts";
import type { RequestContext } from "../shared/request-context.ts";
import { ChannelConfigurationInput } from "./channel-configuration.input.ts";
import { ChannelConfigurationType } from "./channel-configuration.type.ts";
import { providerSettingsTypes } from "./provider-settings.ts";
import { SandboxMessageConnection, SandboxMessageType } from "./sandbox-message.type.ts";

@Resolver(() => ChannelConfigurationType)
export class ChannelConfigurationResolver {
  @Query(() => [ChannelConfigurationType], {
    description: "Every channel configuration, by name. Three sandbox ones exist from the first start.",
  })
  channelConfigurations(
    @Arg("channel", () => channels, { nullable: true, description: "Only for this channel." }) channel: Channel | null,
    @Arg("provider", () => String, { nullable: true, description: "Only of this provider, such as sandbox." })
    provider: string | null,
    @Ctx() ctx: RequestContext,
  ): Promise<ChannelConfiguration[]> {
    return listChannelConfigurations(ctx, { channel, provider });
  }

  @Mutation(() => ChannelConfigurationType, {
    description: "Makes a channel configuration, or changes what is sent of the one with the given id and leaves the rest.",
  })
  saveChannelConfiguration(
    @Arg("input", () => ChannelConfigurationInput) input: ChannelConfigurationInput,
    @Ctx() ctx: RequestContext,
  ): Promise<ChannelConfiguration> {
    return saveChannelConfiguration(ctx, input as SaveChannelConfigurationInput, ctx.services.sealer);
  }
}

for (const { provider, output } of providerSettingsTypes) addProviderField(provider, () => output);

function addProviderField(provider: string, type: () => ClassType): void {
  const resolver = ChannelConfigurationResolver.prototype;
  const value = (configuration: ChannelConfiguration, ctx: RequestContext) =>
    shownSettings(ctx, configuration, { provider, sealer: ctx.services.sealer });
  Object.defineProperty(resolver, provider, { value });
  FieldResolver(type, { nullable: true, description: `Of the provider ${provider}.` })(resolver, provider, { value });
  Root()(resolver, provider, 0);
  Ctx()(resolver, provider, 1);
}

@Resolver(() => SandboxMessageType)
export class SandboxMessageResolver {
  @Query(() => SandboxMessageConnection, {
    description: "The built-in mailbox, in the order of acceptance; the newest 100,000 are kept.",
  })
  async sandboxMessages(
    @Arg("campaignId", () => ID, { nullable: true }) campaignId: string | null,
    @Arg("address", () => String, { nullable: true, description: "In any spelling." }) address: string | null,
    @Arg("first", () => Int, { nullable: true }) first: number | null,
    @Arg("after", () => String, { nullable: true }) after: string | null,
    @Ctx() ctx: RequestContext,
  ): Promise<ConnectionOf<SandboxMessage>> {
    return toConnection(await listSandboxMessages(ctx, { campaignId, address, first, after }), after);
  }

  @FieldResolver(() => String, { nullable: true })
  subject(@Root() message: SandboxMessage): unknown {
    return message.content.subject;
  }

  @FieldResolver(() => String, { nullable: true })
  html(@Root() message: SandboxMessage): unknown {
    return message.content.html;
  }

  @FieldResolver(() => String, { nullable: true })
  text(@Root() message: SandboxMessage): unknown {
    return message.content.text;
  }

  @FieldResolver(() => String, { nullable: true })
  body(@Root() message: SandboxMessage): unknown {
    return message.content.body;
  }

  @FieldResolver(() => String, { nullable: true })
  title(@Root() message: SandboxMessage): unknown {
    return message.content.title;
  }
}
