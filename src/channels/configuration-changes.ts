import { changesBetween, type EventChange, hiddenChange } from "../storage/index.ts";
import type { ChannelConfiguration } from "./channel-configuration.entity.ts";
import { providerList } from "./providers/list.ts";
import { namesOf } from "./setting.ts";

export type ConfigurationState = Omit<
  ChannelConfiguration,
  "id" | "channel" | "revision" | "createdAt" | "updatedAt" | "sealedSecrets"
>;

/** Settings of providers whose values the audit trail may tell, `provider.setting`. All others are told by name alone. */
const toldSettings: ReadonlySet<string> = new Set(
  providerList.flatMap(({ name, settings }) =>
    namesOf(settings, ({ isTold }) => isTold === true).map((setting) => `${name}.${setting}`),
  ),
);

export type ConfigurationSaving = {
  readonly before: ConfigurationState | null;
  readonly after: ConfigurationState;
  /** Whether they were also changed is not looked at. */
  readonly secretsGiven: readonly string[];
};

export function configurationChanges({ before, after, secretsGiven }: ConfigurationSaving): EventChange[] {
  return [
    ...changesBetween(before && plainFields(before), plainFields(after)),
    ...changesBetween(before?.settings ?? null, after.settings, (field) => !toldSettings.has(field)),
    ...secretsGiven.map(hiddenChange),
  ];
}

function plainFields(state: ConfigurationState) {
  const { name, provider, category, active, defaultCountry, quotaPerSecond, concurrency, retryPeriodSeconds } = state;
  return { name, provider, category, active, defaultCountry, quotaPerSecond, concurrency, retryPeriodSeconds };
}
