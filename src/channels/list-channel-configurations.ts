import { requirePermission } from "../access/index.ts";
import { type Channel, notFound } from "../base/index.ts";
import type { Context } from "../storage/index.ts";
import { type ChannelConfiguration, ChannelConfigurationSchema } from "./channel-configuration.entity.ts";

/** Every configuration, by name. */
export async function listChannelConfigurations(
  ctx: Context,
  filter: { readonly channel?: Channel | null } = {},
): Promise<ChannelConfiguration[]> {
  requirePermission(ctx, "configurations:read");
  return ctx.em.find(ChannelConfigurationSchema, filter.channel ? { channel: filter.channel } : {}, { orderBy: { name: "asc" } });
}

export async function findChannelConfigurations(
  ctx: Pick<Context, "em">,
  ids: readonly string[],
): Promise<ChannelConfiguration[]> {
  return ctx.em.find(ChannelConfigurationSchema, { id: { $in: [...ids] } });
}

export async function getChannelConfiguration(ctx: Pick<Context, "em">, id: string): Promise<ChannelConfiguration> {
  const configuration = await ctx.em.findOne(ChannelConfigurationSchema, { id });
  if (!configuration) throw notFound("CHANNEL_CONFIGURATION_NOT_FOUND", `There is no channel configuration ${id}.`, { id });
  return configuration;
}
