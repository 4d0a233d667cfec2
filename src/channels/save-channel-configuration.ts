import { z } from "zod";
import { requireEverywhere } from "../access/index.ts";
import {
  type Category,
  type Channel,
  categories,
  channels,
  conflict,
  createId,
  invalid,
  isId,
  isStorableText,
  notFound,
  parseInput,
} from "../base/index.ts";
import { announce, type Context, inTransaction, recordEvent, type Sealer } from "../storage/index.ts";
import { type ChannelConfiguration, ChannelConfigurationSchema } from "./channel-configuration.entity.ts";
import { type ConfigurationState, configurationChanges } from "./configuration-changes.ts";
import { providers, providerTraits, smtpSettingsSchema } from "./provider.ts";
import { sealSecrets } from "./secrets.ts";

const day = 86_400;
const optional = <T extends z.ZodType>(schema: T) => schema.nullish().transform((value) => value ?? null);

const inputSchema = z.object({
  id: optional(z.uuid()),
  name: z
    .string()
    .trim()
    .regex(/^\p{L}[\p{L}\p{N}_. -]{0,99}$/u, "must start with a letter and have up to 100 letters, digits, spaces or _ . -"),
  channel: z.enum(channels),
  provider: z.enum(providers),
  category: optional(z.enum(categories)),
  active: z
    .boolean()
    .nullish()
    .transform((value) => value ?? true),
  quotaPerSecond: optional(z.int().min(1).max(1_000_000)),
  concurrency: z
    .int()
    .min(1)
    .max(200)
    .nullish()
    .transform((value) => value ?? 20),
  retryPeriodSeconds: z
    .int()
    .min(600)
    .max(84 * 3600)
    .nullish()
    .transform((value) => value ?? day),
  smtp: optional(smtpSettingsSchema),
  /** Absent keeps the present one; an empty text removes it. */
  smtpPassword: optional(z.string().max(1000).refine(isStorableText, "must not contain NUL characters")),
});

export type SaveChannelConfigurationInput = z.input<typeof inputSchema> & {
  readonly channel: Channel;
  readonly category?: Category | null;
};
type Parsed = z.output<typeof inputSchema>;

/** Makes a configuration, or changes the one with `id`. Its channel stays. Secrets can be written, never read. */
export async function saveChannelConfiguration(
  ctx: Context,
  input: SaveChannelConfigurationInput,
  sealer: Sealer,
): Promise<ChannelConfiguration> {
  requireEverywhere(ctx, { permission: "configurations:write", what: "Channel configurations carry every campaign" });
  const parsed = parseInput(inputSchema, input);
  checkProvider(parsed);
  return inTransaction(ctx, async (tx) => {
    await requireFreeName(tx, parsed);
    const configuration = parsed.id ? await findForChange(tx, parsed.id, parsed.channel) : newConfiguration(tx, parsed);
    const before: ConfigurationState | null = parsed.id ? { ...configuration } : null;
    Object.assign(configuration, settingsOf(tx, parsed, configuration, sealer));
    await tx.em.persist(configuration).flush();
    const { id: configurationId, name, channel } = configuration;
    await recordEvent(tx, {
      type: "channel-configuration.saved",
      campaignId: null,
      data: { configurationId, name, channel },
      changes: configurationChanges({ before, after: configuration, isPasswordGiven: parsed.smtpPassword !== null }),
    });
    await announce(tx, { topic: "channel-configuration", id: configuration.id });
    return configuration;
  });
}

function checkProvider(input: Parsed): void {
  if (!providerTraits[input.provider].channels.includes(input.channel))
    throw invalid("INPUT_INVALID", `The provider ${input.provider} does not carry ${input.channel}.`, { field: "provider" });
  if (input.provider === "smtp" && !input.smtp)
    throw invalid("INPUT_INVALID", "A configuration with the provider smtp needs its smtp settings.", { field: "smtp" });
}

/** Before a new one is made: the next look-up would write it, and the index would refuse it in its own words. */
async function requireFreeName(ctx: Context, { id, name }: Parsed): Promise<void> {
  const homonym = await ctx.em.findOne(ChannelConfigurationSchema, { name });
  if (homonym && homonym.id !== id)
    throw conflict(
      "NAME_TAKEN",
      `Another channel configuration is called ${name}. Take another name, or give its id to change it.`,
    );
}

async function findForChange(ctx: Context, id: string, channel: Channel): Promise<ChannelConfiguration> {
  const configuration = isId(id) ? await ctx.em.findOne(ChannelConfigurationSchema, { id }) : null;
  if (!configuration) throw notFound("CHANNEL_CONFIGURATION_NOT_FOUND", `There is no channel configuration ${id}.`, { id });
  if (configuration.channel !== channel)
    throw invalid("INPUT_INVALID", `The channel of a configuration cannot change: it is ${configuration.channel}.`, {
      field: "channel",
    });
  return configuration;
}

function newConfiguration(ctx: Context, input: Parsed): ChannelConfiguration {
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
    createdAt: now,
    updatedAt: now,
  });
}

function settingsOf(ctx: Context, input: Parsed, present: ChannelConfiguration, sealer: Sealer): Partial<ChannelConfiguration> {
  const { smtpPassword } = input;
  const sealedSecrets =
    smtpPassword === null ? present.sealedSecrets : sealSecrets(sealer, present.id, { password: smtpPassword || null });
  return {
    name: input.name,
    provider: input.provider,
    category: input.category,
    active: input.active,
    quotaPerSecond: input.quotaPerSecond,
    concurrency: input.concurrency,
    retryPeriodSeconds: input.retryPeriodSeconds,
    settings: input.smtp ? { smtp: input.smtp } : {},
    sealedSecrets: sealedSecrets ?? null,
    updatedAt: ctx.clock.now(),
  };
}
