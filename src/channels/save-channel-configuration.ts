import { LockMode } from "@mikro-orm/postgresql";
import { z } from "zod";
import { requireEverywhere } from "../access/index.ts";
import {
  type Channel,
  categories,
  channels,
  checkRevision,
  conflict,
  createId,
  invalid,
  isId,
  isStorableText,
  type Loose,
  notFound,
  parseInput,
  sentFields,
} from "../base/index.ts";
import { announce, type Context, inTransaction, recordEvent, type Sealer } from "../storage/index.ts";
import { type ChannelConfiguration, ChannelConfigurationSchema } from "./channel-configuration.entity.ts";
import { type ConfigurationState, configurationChanges } from "./configuration-changes.ts";
import { isCountry } from "./phone-number.ts";
import { providers, providerTraits, type SmtpSettings, smtpSettingsSchema } from "./provider.ts";
import { sealSecrets } from "./secrets.ts";

const day = 86_400;
const optional = <T extends z.ZodType>(schema: T) => schema.nullish().transform((value) => value ?? null);

const inputSchema = z.object({
  name: z
    .string()
    .trim()
    .regex(/^\p{L}[\p{L}\p{N}_. -]{0,99}$/u, "must start with a letter and have up to 100 letters, digits, spaces or _ . -"),
  channel: z.enum(channels),
  provider: z.enum(providers),
  category: optional(z.enum(categories)),
  defaultCountry: optional(z.string().refine(isCountry, "must be the two capital letters of a country (ISO 3166-1), such as FR")),
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

type Parsed = z.output<typeof inputSchema>;

/** Name, channel and provider are needed for a new one. */
export type SaveChannelConfigurationInput = Omit<Loose<Parsed>, "smtp"> & {
  /** Of the one to change; absent for a new one. */
  readonly id?: string | null | undefined;
  readonly expectedRevision?: number | null | undefined;
  readonly smtp?: Loose<SmtpSettings> | null | undefined;
};

/** What sending null empties. */
const emptiable = new Set(["category", "defaultCountry", "quotaPerSecond"]);
const emptiableSmtp = new Set(["username", "caCertificate", "fromName", "replyToAddress"]);

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
    checkProvider(parsed);
    checkCountry(parsed);
    await requireFreeName(tx, { id: present?.id, name: parsed.name });
    const configuration = present ?? newConfiguration(tx, parsed);
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

/** The whole configuration as it would be written: what was sent, and the rest as it is. */
function withPresent(
  { id: _id, expectedRevision: _revision, ...input }: SaveChannelConfigurationInput,
  present: ChannelConfiguration | null,
) {
  const smtp = input.smtp && { ...present?.settings.smtp, ...sentFields(input.smtp, emptiableSmtp) };
  const kept = present && { ...pick(present), smtp: present.settings.smtp };
  return { ...kept, ...sentFields(input, emptiable), ...(smtp ? { smtp } : {}) };
}

function pick(present: ChannelConfiguration) {
  const { name, channel, provider, category, active, defaultCountry, quotaPerSecond, concurrency, retryPeriodSeconds } = present;
  return { name, channel, provider, category, active, defaultCountry, quotaPerSecond, concurrency, retryPeriodSeconds };
}

function checkProvider(input: Parsed): void {
  if (!providerTraits[input.provider].channels.includes(input.channel))
    throw invalid("INPUT_INVALID", `The provider ${input.provider} does not carry ${input.channel}.`, { field: "provider" });
  if (input.provider === "smtp" && !input.smtp)
    throw invalid("INPUT_INVALID", "A configuration with the provider smtp needs its smtp settings.", { field: "smtp" });
}

function checkCountry({ channel, defaultCountry }: Parsed): void {
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
    revision: 0,
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
    defaultCountry: input.defaultCountry,
    quotaPerSecond: input.quotaPerSecond,
    concurrency: input.concurrency,
    retryPeriodSeconds: input.retryPeriodSeconds,
    settings: input.smtp ? { smtp: input.smtp } : {},
    sealedSecrets: sealedSecrets ?? null,
    revision: present.revision + 1,
    updatedAt: ctx.clock.now(),
  };
}
