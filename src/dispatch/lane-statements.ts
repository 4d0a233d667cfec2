import { type Context, isDatabaseAway, run } from "../storage/index.ts";
import { createGatherer } from "./gatherer.ts";
import { type Claim, type ClaimedRow, claimMessages } from "./sql/claim-messages.ts";
import { type MarkedBatch, type Marking, markSending } from "./sql/mark-sending.ts";

/** Two cores are busy with so many; more would only stand in each other's way. */
const atOnce = 3;
/** Messages that one statement claims or marks. */
const messagesMax = 1000;
/** A lane costs about as much as so many messages, however few it takes. */
const messagesPerLane = 4;

type Sized = { readonly messages: number; readonly isUrgent: boolean };

/** What lanes ask of the database all the time. Ten thousand of them with three messages each ask a hundred times. */
export type LaneStatements = {
  claim(claim: Claim, isUrgent: boolean): Promise<readonly ClaimedRow[]>;
  mark(marking: Marking, size: Sized): Promise<readonly MarkedBatch[]>;
};

export function createLaneStatements(context: () => Pick<Context, "em">): LaneStatements {
  const shared = {
    atOnce,
    weightMax: messagesMax,
    weightOf: ({ messages }: Sized) => messages + messagesPerLane,
    isUrgent: ({ isUrgent }: Sized) => isUrgent,
    isForAll: isDatabaseAway,
  };
  const claims = createGatherer<Sized & { readonly claim: Claim }, readonly ClaimedRow[]>({
    ...shared,
    answer: async (asked) => {
      const rows = await run(context(), claimMessages(...asked.map(({ claim }) => claim)));
      const byCampaign = groupBy(rows, (row) => row.campaignId);
      return asked.map(({ claim }) => byCampaign.get(claim.campaignId) ?? []);
    },
  });
  const markings = createGatherer<Sized & { readonly marking: Marking }, readonly MarkedBatch[]>({
    ...shared,
    answer: async (asked) => {
      const batches = await run(context(), markSending(together(asked.map(({ marking }) => marking))));
      const byId = new Map(batches.map((batch) => [batch.id, batch]));
      return asked.map(({ marking }) => marking.batchIds.flatMap((id) => byId.get(id) ?? []));
    },
  });
  return {
    claim: (claim, isUrgent) => claims.ask({ claim, isUrgent, messages: claim.limit }),
    mark: (marking, size) => markings.ask({ marking, ...size }),
  };
}

function together(markings: readonly Marking[]): Marking {
  return {
    batchIds: markings.flatMap((marking) => marking.batchIds),
    configurationIds: markings.flatMap((marking) => marking.configurationIds),
    executionIds: markings.flatMap((marking) => marking.executionIds),
  };
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}
