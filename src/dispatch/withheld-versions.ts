import type { ClaimedMessage } from "./claimed-message.ts";

/** Versions whose channel configuration is shut, for one lane: passed over, so that its other messages go on. */
export type WithheldVersions = {
  /** The messages apart: those that may go, and those that may not, whose versions are withheld from now on. */
  sort<M extends ClaimedMessage>(messages: readonly M[]): { readonly going: M[]; readonly shut: M[] };
  /** The versions whose configuration is still shut; the others are withheld no more. */
  versionIds(): string[];
  /** What they wait for. */
  configurationIds(): Iterable<string>;
};

export function createWithheldVersions(isShut: (configurationId: string) => boolean): WithheldVersions {
  const configurations = new Map<string, string>();
  return {
    sort(messages) {
      const { going = [], shut = [] } = Object.groupBy(messages, ({ version }) =>
        isShut(version.channelConfigurationId) ? "shut" : "going",
      );
      for (const { row, version } of shut) configurations.set(row.versionId, version.channelConfigurationId);
      return { going, shut };
    },
    versionIds() {
      for (const [versionId, configurationId] of configurations) if (!isShut(configurationId)) configurations.delete(versionId);
      return [...configurations.keys()];
    },
    configurationIds: () => configurations.values(),
  };
}
