import type { Context, Sealer } from "../storage/index.ts";
import type { ChannelConfiguration } from "./channel-configuration.entity.ts";
import { isProvider, providerOf } from "./providers/list.ts";
import { findSecrets } from "./secrets.ts";
import { namesOf } from "./setting.ts";

/** In the API beside the settings of a provider, for each of its secrets. */
export const isSetName = (secret: string): string => `${secret}IsSet`;

/**
 * The settings of one provider, and of its secrets whether they are set: null when they cannot be opened. Null when there are
 * no settings. What is reserved is shown only to whoever may change it.
 */
export function shownSettings(
  { actor }: Pick<Context, "actor">,
  configuration: Pick<ChannelConfiguration, "id" | "settings" | "sealedSecrets">,
  { provider, sealer }: { readonly provider: string; readonly sealer: Sealer },
): Record<string, unknown> | null {
  const stored = configuration.settings[provider];
  if (!stored || !isProvider(provider)) return null;
  const { settings, secrets } = providerOf(provider);
  const mayChange = actor.permissions.has("configurations:write") && actor.reach === null;
  const reserved = mayChange ? [] : namesOf(settings, ({ isReserved }) => isReserved === true);
  const names = Object.keys(secrets);
  const opened = names.length > 0 ? findSecrets(sealer, configuration) : {};
  return {
    ...stored,
    ...Object.fromEntries(reserved.map((name) => [name, null])),
    ...Object.fromEntries(names.map((name) => [isSetName(name), opened && opened[provider]?.[name] !== undefined])),
  };
}
