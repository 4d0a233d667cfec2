import type { CampaignStatus } from "../campaigns/index.ts";
import { type Context, parseInstant, run } from "../storage/index.ts";
import { selectStatusEvents } from "./sql/select-status-events.ts";

/** A campaign went from one status to another. */
export type StatusEvent = {
  readonly id: string;
  readonly campaignId: string;
  readonly from: CampaignStatus;
  readonly to: CampaignStatus;
  readonly reason: string | null;
  readonly at: Date;
  readonly actor: string;
};

export type StatusEventsInput = { readonly campaignId: string | null; readonly since: Date };

/** Changes at or after `since` of campaigns within the actor's reach, oldest first. */
export async function findStatusEvents(ctx: Pick<Context, "em" | "actor">, input: StatusEventsInput): Promise<StatusEvent[]> {
  const rows = await run(ctx, selectStatusEvents(input, ctx.actor));
  return rows.map((row) => ({ ...row, at: parseInstant(row.at) }));
}
