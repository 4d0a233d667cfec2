import type { EntityManager } from "@mikro-orm/postgresql";
import { type Channel, type Fault, type Log, parseInput } from "../base/index.ts";
import type { Sealer } from "../storage/index.ts";
import type { ParseFeedback } from "./feedback-event.ts";
import type { PrivateHostRule } from "./host-rules.ts";
import { type Secret, type Settings, type SettingsOf, settingsSchema } from "./setting.ts";
import type { Transport } from "./transport.ts";

export type TransportDependencies = {
  readonly em: () => EntityManager;
  readonly sealer: Sealer;
  readonly sandboxMessagesMax: number;
  readonly privateHosts: PrivateHostRule;
  /** Of what is called over HTTP. */
  readonly privateHttpHosts: PrivateHostRule;
  readonly log: Log;
};

export type Capabilities = {
  readonly channels: readonly Channel[];
  /** Takes many messages in one hand-over; the others use a connection or a stream for each that is under way. */
  readonly isBulk: boolean;
};

export type SecretsOf<Name extends string> = { readonly [K in Name]?: string };

/** What a provider's transport is made from. */
export type Opened<S extends Settings = Settings, SecretName extends string = string> = {
  readonly settings: SettingsOf<S>;
  readonly secrets: SecretsOf<SecretName>;
  /** How many hand-overs may be under way at once. */
  readonly connections: number;
};

type Definition<Name extends string, S extends Settings, SecretName extends string> = {
  /** In the API its settings stand under this name. */
  readonly name: Name;
  /** After the name, in the list of providers that the API describes. */
  readonly description: string;
  readonly capabilities: Capabilities;
  readonly settings: S;
  readonly secrets: Readonly<Record<SecretName, Secret>>;
  /** What no single setting can tell: faults of the whole, with the field that mends it. `has` says which secrets there will be. */
  readonly check?: (settings: SettingsOf<S>, has: (secret: SecretName) => boolean) => readonly Fault[];
  readonly createTransport: (opened: Opened<S, SecretName>, dependencies: TransportDependencies) => Transport;
  /** Null where the provider tells nothing after its answer. */
  readonly parseFeedback: ParseFeedback | null;
};

/** A provider as the rest of the server sees it: its settings are read by their schema before it gets them. */
export type ProviderDefinition<Name extends string = string> = {
  readonly name: Name;
  readonly description: string;
  readonly capabilities: Capabilities;
  readonly settings: Settings;
  readonly secrets: Readonly<Record<string, Secret>>;
  readonly check: (settings: unknown, has: (secret: string) => boolean) => readonly Fault[];
  readonly createTransport: (opened: StoredSettings, dependencies: TransportDependencies) => Transport;
  readonly parseFeedback: ParseFeedback | null;
};

type StoredSettings = {
  /** As they were stored, perhaps by an earlier release: what came since gets its default. */
  readonly settings: unknown;
  readonly secrets: SecretsOf<string>;
  readonly connections: number;
};

/** The one place that says what a provider is. */
export function defineProvider<const Name extends string, S extends Settings, SecretName extends string>(
  definition: Definition<Name, S, SecretName>,
): ProviderDefinition<Name> {
  const { check, createTransport, ...rest } = definition;
  const schema = settingsSchema(definition.settings);
  const read = (settings: unknown): SettingsOf<S> => parseInput(schema, settings ?? {});
  return {
    ...rest,
    check: (settings, has) => check?.(read(settings), has) ?? [],
    createTransport: ({ settings, secrets, connections }, dependencies) =>
      createTransport({ settings: read(settings), secrets: secrets as SecretsOf<SecretName>, connections }, dependencies),
  };
}
