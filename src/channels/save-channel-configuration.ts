import { LockMode } from "@mikro-orm/postgresql";
import { requireEverywhere } from "../access/index.ts";
import {
  type Channel,
  channels,
  checkRevision,
  conflict,
  createId,
  faultsFound,
  invalid,
  isId,
  notFound,
  parseInput,
} from "../base/index.ts";
import { announce, type Context, inTransaction, recordEvent, type Sealer } from "../storage/index.ts";
import { type ChannelConfiguration, ChannelConfigurationSchema } from "./channel-configuration.entity.ts";
import { type ConfigurationState, configurationChanges } from "./configuration-changes.ts";
import {
  type CommonInput,
  inputSchema,
  type SaveChannelConfigurationInput,
  secretsIn,
  settingsIn,
  withPresent,
} from "./configuration-input.ts";
import { type NextSecrets, nextSecrets } from "./next-secrets.ts";
import { providerOf } from "./providers/list.ts";

/**
 * Makes a configuration, or changes what was sent of the one with `id` and leaves the rest. Its channel stays. Secrets can be
 * written, never read. A stale `expectedRevision` fails with VERSION_CONFLICT.
 */
export async function saveChannelConfiguration(
  ctx: Context,
  input: SaveChannelConfigurationInput,
  sealer: Sealer,
): Promise<ChannelConfiguration> {
  requireEverywhere(ctx, { permission: "configurations:write", what: "Channel configurations carry every campaign" });
  return inTransaction(ctx, async (tx) => {
    const present = input.id ? await lockConfiguration(tx, input.id) : null;
    if (present) checkRevision("channel configuration", present, input.expectedRevision);
    const before: ConfigurationState | null = present && { ...present };
    const parsed = parseInput(inputSchema, withPresent(input, present));
    if (present) requireSameChannel(present, parsed.channel);
    checkChannel(parsed);
    checkCountry(parsed);
    await requireFreeName(tx, { id: present?.id, name: parsed.name });
    const configuration = present ?? newConfiguration(tx, parsed);
    const settings = settingsIn(parsed);
    const secrets = nextSecrets(sealer, configuration, secretsIn(parsed, input));
    checkSettings(parsed, settings, secrets);
    Object.assign(configuration, fieldsOf(tx, parsed, configuration), { settings, sealedSecrets: secrets.sealed });
    await tx.em.persist(configuration).flush();
    const { id: configurationId, name, channel } = configuration;
    await recordEvent(tx, {
      type: "channel-configuration.saved",
      campaignId: null,
      data: { configurationId, name, channel },
      changes: configurationChanges({ before, after: configuration, secretsGiven: secrets.changed }),
    });
    await announce(tx, { topic: "channel-configuration", id: configuration.id });
    return configuration;
  });
}

function checkChannel({ provider, channel }: CommonInput): void {
  if (providerOf(provider).capabilities.channels.includes(channel)) return;
  throw invalid("INPUT_INVALID", `The provider ${provider} does not carry ${channel}.`, { field: "provider" });
}

function checkSettings(
  { provider }: CommonInput,
  settings: Readonly<Record<string, unknown>>,
  secrets: Pick<NextSecrets, "has">,
): void {
  const definition = providerOf(provider);
  const isNeeded = Object.keys(definition.settings).length > 0;
  if (isNeeded && !settings[provider])
    throw invalid("INPUT_INVALID", `A configuration with the provider ${provider} needs its ${provider} settings.`, {
      field: provider,
    });
  const faults = definition.check(settings[provider], (secret) => secrets.has(provider, secret));
  if (faults.length > 0) throw faultsFound(faults.map((fault) => ({ ...fault, field: `${provider}.${fault.field}` })));
}

function checkCountry({ channel, defaultCountry }: CommonInput): void {
  if (defaultCountry === null || channel === channels.SMS) return;
  throw invalid("INPUT_INVALID", `defaultCountry is for numbers, and a configuration of ${channel} has none.`, {
    field: "defaultCountry",
  });
}

/** Before a new one is made: the next look-up would write it, and the index would refuse it in its own words. */
async function requireFreeName(
  ctx: Context,
  { id, name }: { readonly id: string | undefined; readonly name: string },
): Promise<void> {
  const homonym = await ctx.em.findOne(ChannelConfigurationSchema, { name });
  if (homonym && homonym.id !== id)
    throw conflict(
      "NAME_TAKEN",
      `Another channel configuration is called ${name}. Take another name, or give its id to change it.`,
    );
}

async function lockConfiguration(ctx: Context, id: string): Promise<ChannelConfiguration> {
  const options = { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true } as const;
  const configuration = isId(id) ? await ctx.em.findOne(ChannelConfigurationSchema, { id }, options) : null;
  if (!configuration) throw notFound("CHANNEL_CONFIGURATION_NOT_FOUND", `There is no channel configuration ${id}.`, { id });
  return configuration;
}

function requireSameChannel(present: ChannelConfiguration, channel: Channel): void {
  if (present.channel === channel) return;
  throw invalid("INPUT_INVALID", `The channel of a configuration cannot change: it is ${present.channel}.`, { field: "channel" });
}

function newConfiguration(ctx: Context, input: CommonInput): ChannelConfiguration {
  const now = ctx.clock.now();
  return ctx.em.create(ChannelConfigurationSchema, {
    id: createId(),
    name: input.name,
    channel: input.channel,
    provider: input.provider,
    active: input.active,
    concurrency: input.concurrency,
    retryPeriodSeconds: input.retryPeriodSeconds,
    settings: {},
    revision: 0,
    createdAt: now,
    updatedAt: now,
  });
}

function fieldsOf(ctx: Context, input: CommonInput, present: ChannelConfiguration): Partial<ChannelConfiguration> {
  return {
    name: input.name,
    provider: input.provider,
    category: input.category,
    active: input.active,
    defaultCountry: input.defaultCountry,
    quotaPerSecond: input.quotaPerSecond,
    concurrency: input.concurrency,
    retryPeriodSeconds: input.retryPeriodSeconds,
    revision: present.revision + 1,
    updatedAt: ctx.clock.now(),
  };
}
