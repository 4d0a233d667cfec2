import { requirePermission } from "../access/index.ts";
import { type Channel, notFound } from "../base/index.ts";
import type { Context } from "../storage/index.ts";
import { type ChannelConfiguration, ChannelConfigurationSchema } from "./channel-configuration.entity.ts";
import { isProvider } from "./providers/list.ts";

export type ConfigurationFilter = { readonly channel?: Channel | null; readonly provider?: string | null };

/** Every configuration that fits, by name. */
export async function listChannelConfigurations(
  ctx: Context,
  { channel = null, provider = null }: ConfigurationFilter = {},
): Promise<ChannelConfiguration[]> {
  requirePermission(ctx, "configurations:read");
  // Of a provider that there is not there are none.
  if (provider !== null && !isProvider(provider)) return [];
  const where = { ...(channel ? { channel } : {}), ...(provider ? { provider } : {}) };
  return ctx.em.find(ChannelConfigurationSchema, where, { orderBy: { name: "asc" } });
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
