import { z } from "zod";
import { categories, channels, type Loose, sentFields } from "../base/index.ts";
import type { ChannelConfiguration } from "./channel-configuration.entity.ts";
import type { ProviderDefinition } from "./define-provider.ts";
import { isCountry } from "./phone-number.ts";
import { type Provider, providerList, providerNames } from "./providers/list.ts";
import { emptiableSettings, orNull } from "./setting.ts";

const day = 86_400;
const orElse = <T extends z.ZodType>(schema: T, value: z.output<T>) => schema.nullish().transform((given) => given ?? value);

const commonSchema = z.object({
  name: z
    .string()
    .trim()
    .regex(/^\p{L}[\p{L}\p{N}_. -]{0,99}$/u, "must start with a letter and have up to 100 letters, digits, spaces or _ . -"),
  channel: z.enum(channels),
  provider: z.enum(providerNames),
  category: orNull(z.enum(categories)),
  defaultCountry: orNull(z.string().refine(isCountry, "must be the two capital letters of a country (ISO 3166-1), such as FR")),
  active: orElse(z.boolean(), true),
  quotaPerSecond: orNull(z.int().min(1).max(1_000_000)),
  concurrency: orElse(z.int().min(1).max(200), 20),
  retryPeriodSeconds: orElse(
    z
      .int()
      .min(600)
      .max(84 * 3600),
    day,
  ),
});

export type CommonInput = z.output<typeof commonSchema>;
/** Settings and new secrets together, under the provider's name. */
type Parsed = CommonInput & Readonly<Record<string, Readonly<Record<string, unknown>> | null>>;

/** Providers that have something to set. */
const settable = providerList.filter(({ settings }) => Object.keys(settings).length > 0) as readonly ProviderDefinition[];

export const inputSchema = commonSchema.extend(
  Object.fromEntries(settable.map((definition) => [definition.name, orNull(schemaOf(definition))])),
) as unknown as z.ZodType<Parsed>;

function schemaOf({ settings, secrets }: ProviderDefinition) {
  const ofSettings = Object.entries(settings).map(([name, { schema }]) => [name, schema]);
  const ofSecrets = Object.entries(secrets).map(([name, { schema }]) => [name, schema.optional()]);
  return z.object(Object.fromEntries([...ofSettings, ...ofSecrets]) as Record<string, z.ZodType>);
}

/** Name, channel and provider are needed for a new one. */
export type SaveChannelConfigurationInput = Loose<CommonInput> & {
  /** Of the one to change; absent for a new one. */
  readonly id?: string | null | undefined;
  readonly expectedRevision?: number | null | undefined;
  /** Of a secret: absent keeps the present one; an empty text removes it. */
} & { readonly [K in Provider]?: object | null | undefined };

/** What sending null empties. */
const emptiable = new Set(["category", "defaultCountry", "quotaPerSecond"]);
const emptiableOf = new Map(settable.map(({ name, settings }) => [name, emptiableSettings(settings)]));

/** The whole configuration as it would be written: what was sent, and the rest as it is. */
export function withPresent(
  { id: _id, expectedRevision: _revision, ...input }: SaveChannelConfigurationInput,
  present: ChannelConfiguration | null,
): Record<string, unknown> {
  const ofProviders = settable.flatMap(({ name, secrets }) => {
    const kept = present?.settings[name];
    const sent = (input as Record<string, object | null | undefined>)[name];
    if (!sent) return kept ? [[name, kept]] : [];
    const changes = Object.entries(sentFields(sent, emptiableOf.get(name) ?? new Set()));
    return [[name, { ...kept, ...Object.fromEntries(changes.filter(([field, value]) => !(field in secrets && value === ""))) }]];
  });
  return { ...(present && pick(present)), ...sentFields(input, emptiable), ...Object.fromEntries(ofProviders) };
}

function pick(present: ChannelConfiguration) {
  const { name, channel, provider, category, active, defaultCountry, quotaPerSecond, concurrency, retryPeriodSeconds } = present;
  return { name, channel, provider, category, active, defaultCountry, quotaPerSecond, concurrency, retryPeriodSeconds };
}

/** The settings of every provider that has some. */
export function settingsIn(parsed: Parsed): Record<string, Record<string, unknown>> {
  const found = settable.flatMap(({ name, settings }) => {
    const given = parsed[name];
    return given ? [[name, Object.fromEntries(Object.keys(settings).map((setting) => [setting, given[setting]]))]] : [];
  });
  return Object.fromEntries(found);
}

/** Those secrets that were sent, by provider; an empty text is one to remove. */
export function secretsIn(
  parsed: Parsed,
  input: SaveChannelConfigurationInput,
): Readonly<Record<string, Readonly<Record<string, string>>>> {
  const found = settable.flatMap(({ name, secrets }) => {
    const sent = (input as Record<string, Record<string, unknown> | null | undefined>)[name] ?? {};
    const given = Object.keys(secrets).flatMap((secret) => {
      const text = sent[secret] === "" ? "" : parsed[name]?.[secret];
      return typeof text === "string" ? [[secret, text]] : [];
    });
    return given.length > 0 ? [[name, Object.fromEntries(given)]] : [];
  });
  return Object.fromEntries(found);
}
