import { sql } from "kysely";
import { createId, type EventType, entityIdNames, eventCatalogue } from "../base/index.ts";
import type { Context } from "./context.ts";
import type { EventChange } from "./event-changes.ts";
import { notifyStatement } from "./news.ts";
import { run } from "./transaction.ts";

export type EventInput = {
  readonly type: EventType;
  readonly campaignId: string | null;
  /**
   * Never an address, an attribute or a context value. `entityIdNames` says under which name it has the id of what
   * changed; `name` is its name.
   */
  readonly data: Readonly<Record<string, unknown>>;
  /** What is different now; made by `changesBetween`. */
  readonly changes?: readonly EventChange[];
  /** The people concerned. */
  readonly profileIds?: readonly string[];
};

/**
 * Writes what happened, by whom, in the transaction of `ctx`: it stays if and only if the change does. The database gives
 * the event its place in the trail when the transaction commits (docs/decisions/0018). Returns the event's id.
 */
export async function recordEvent(ctx: Context, event: EventInput): Promise<string> {
  const id = createId();
  const { type, campaignId, data, changes = [], profileIds = null } = event;
  const { entity } = eventCatalogue[type];
  await run(
    ctx,
    sql`with recorded as (
          insert into event (id, type, campaign_id, actor_kind, actor_id, actor_name, entity_type, entity_id, entity_name,
            profile_ids, changes, request_id, data, at)
          values (${id}, ${type}, ${campaignId}, ${ctx.actor.kind}, ${ctx.actor.id}, ${ctx.actor.name}, ${entity},
            ${entityIdOf(event)}, coalesce(${textOrNull(data.name)}, (select title from campaign
              where ${entity} = 'CAMPAIGN' and id = ${campaignId}::uuid)),
            ${profileIds}::uuid[], ${JSON.stringify(changes)}, ${ctx.requestId ?? null}, ${JSON.stringify(data)}, now())
        )
        ${notifyStatement({ topic: "audit" })}`,
  );
  return id;
}

function entityIdOf({ type, campaignId, data, profileIds }: EventInput): string | null {
  const { entity } = eventCatalogue[type];
  if (entity === "PROFILE") return profileIds?.length === 1 ? (profileIds[0] ?? null) : null;
  if (entity === "CAMPAIGN") return campaignId;
  const name = entityIdNames[entity];
  return name === undefined ? null : textOrNull(data[name]);
}

function textOrNull(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
