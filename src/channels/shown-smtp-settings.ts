import type { Context } from "../storage/index.ts";
import type { ChannelConfiguration } from "./channel-configuration.entity.ts";
import type { SmtpSettings } from "./provider.ts";

/** With the user name only for whoever may change it: with some providers it is the key, or half of it. */
export function shownSmtpSettings(
  { actor }: Pick<Context, "actor">,
  { settings: { smtp } }: Pick<ChannelConfiguration, "settings">,
): SmtpSettings | null {
  if (!smtp) return null;
  const mayChange = actor.permissions.has("configurations:write") && actor.reach === null;
  return mayChange ? smtp : { ...smtp, username: null };
}
