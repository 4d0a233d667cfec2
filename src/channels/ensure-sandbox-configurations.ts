import { channels } from "../base/index.ts";
import type { Context, Sealer } from "../storage/index.ts";
import { ChannelConfigurationSchema } from "./channel-configuration.entity.ts";
import { saveChannelConfiguration } from "./save-channel-configuration.ts";

const names = { EMAIL: "Sandbox email", SMS: "Sandbox SMS", PUSH: "Sandbox push" } as const;

/** On a database without any configuration: one sandbox for each channel, so that a first campaign needs no provider. */
export async function ensureSandboxConfigurations(ctx: Context, sealer: Sealer): Promise<void> {
  if ((await ctx.em.count(ChannelConfigurationSchema)) > 0) return;
  for (const channel of Object.values(channels)) {
    await saveChannelConfiguration(ctx, { name: names[channel], channel, provider: "sandbox" }, sealer);
  }
}
