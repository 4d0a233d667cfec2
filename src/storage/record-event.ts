import { sql } from "kysely";
import { createId } from "../base/index.ts";
import type { Context } from "./context.ts";
import { run } from "./transaction.ts";

export type EventInput = {
  /** Noun and past participle: `campaign.status-changed`. */
  readonly type: string;
  readonly campaignId: string | null;
  /** Never an address, an attribute or a context value. */
  readonly data: Readonly<Record<string, unknown>>;
};

/** Writes what happened, by whom, in the transaction of `ctx`. Returns the event's id. */
export async function recordEvent(ctx: Context, event: EventInput): Promise<string> {
  const id = createId();
  await run(
    ctx,
    sql`insert into event (id, type, campaign_id, actor_id, actor_name, data, at)
        values (${id}, ${event.type}, ${event.campaignId}, ${ctx.actor.id}, ${ctx.actor.name}, ${JSON.stringify(event.data)}, now())`,
  );
  return id;
}
