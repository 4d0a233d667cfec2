import { defineEntity, type InferEntity, p } from "@mikro-orm/postgresql";
import type { Category, Channel } from "../base/index.ts";
import type { Provider } from "./providers/list.ts";

/** By provider. What is stored was read by the provider's schema. */
type ProviderSettings = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

export const ChannelConfigurationSchema = defineEntity({
  name: "ChannelConfiguration",
  tableName: "channel_configuration",
  properties: {
    id: p.uuid().primary(),
    name: p.text(),
    channel: p.text().$type<Channel>(),
    provider: p.text().$type<Provider>(),
    category: p.text().$type<Category>().strictNullable(),
    defaultCountry: p.text().strictNullable(),
    active: p.boolean(),
    quotaPerSecond: p.integer().strictNullable(),
    concurrency: p.integer(),
    retryPeriodSeconds: p.integer(),
    settings: p.json().$type<ProviderSettings>(),
    revision: p.integer(),
    sealedSecrets: p.blob().strictNullable(),
    createdAt: p.datetime(3),
    updatedAt: p.datetime(3),
  },
});

export type ChannelConfiguration = InferEntity<typeof ChannelConfigurationSchema>;
