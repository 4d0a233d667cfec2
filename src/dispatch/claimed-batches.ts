import type { ClaimedMessage } from "./claimed-message.ts";
import type { Marking } from "./sql/mark-sending.ts";

/** Whole batches of one configuration from the front, until there are `count` messages. They are taken out of `claimed`. */
export function takeBatches(claimed: ClaimedMessage[], count: number): ClaimedMessage[] {
  const isAlike = ({ version }: ClaimedMessage): boolean =>
    version.channelConfigurationId === claimed[0]?.version.channelConfigurationId;
  let end = 0;
  for (const [index, message] of claimed.entries()) {
    const isStarted = message.row.batchId === claimed[index - 1]?.row.batchId;
    if (!isAlike(message) || (index >= count && !isStarted)) break;
    end = index + 1;
  }
  return claimed.splice(0, end);
}

export function markingOf(ready: readonly ClaimedMessage[]): Marking {
  const configurations = new Map(ready.map(({ row, version }) => [row.batchId, version.channelConfigurationId]));
  return {
    batchIds: [...configurations.keys()],
    configurationIds: [...configurations.values()],
    executionIds: [...new Set(ready.map((message) => message.row.executionId))],
  };
}
