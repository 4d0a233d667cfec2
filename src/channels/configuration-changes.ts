import { changesBetween, type EventChange, hiddenChange } from "../storage/index.ts";
import type { ChannelConfiguration } from "./channel-configuration.entity.ts";

export type ConfigurationState = Omit<
  ChannelConfiguration,
  "id" | "channel" | "revision" | "createdAt" | "updatedAt" | "sealedSecrets"
>;

/**
 * Settings of providers whose values the audit trail may tell. All others are told by name alone: with some providers the
 * user name is the key, and a new provider's settings are secrets until somebody puts them here.
 */
const toldSettings = new Set([
  ...["smtp.host", "smtp.port", "smtp.security", "smtp.verifyCertificate"],
  ...["smtp.fromName", "smtp.fromAddress", "smtp.replyToAddress"],
]);

export type ConfigurationSaving = {
  readonly before: ConfigurationState | null;
  readonly after: ConfigurationState;
  /** Whether it was also changed is not looked at: the old one is never opened for that. */
  readonly isPasswordGiven: boolean;
};

export function configurationChanges({ before, after, isPasswordGiven }: ConfigurationSaving): EventChange[] {
  const changes = [
    ...changesBetween(before && plainFields(before), plainFields(after)),
    ...changesBetween(before?.settings ?? null, after.settings, (field) => !toldSettings.has(field)),
  ];
  return isPasswordGiven ? [...changes, hiddenChange("smtp.password")] : changes;
}

function plainFields(state: ConfigurationState) {
  const { name, provider, category, active, defaultCountry, quotaPerSecond, concurrency, retryPeriodSeconds } = state;
  return { name, provider, category, active, defaultCountry, quotaPerSecond, concurrency, retryPeriodSeconds };
}
