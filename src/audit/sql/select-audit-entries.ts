import { type RawBuilder, sql } from "kysely";
import type { AuditRow } from "../audit-entry.ts";
import type { ParsedFilter } from "../audit-filter.ts";

export type Stretch = {
  /** Newest first for pages, oldest first for streams and exports. */
  readonly order: "newest-first" | "oldest-first";
  /** Entries beyond this one in that order; null begins at the end. */
  readonly beyond: string | null;
  /** Positions above are left for the next look. */
  readonly until?: string;
  readonly limit: number;
};

/**
 * Every filter has an index that ends in the position, so a page is read in its order and stops when it is full. Several
 * types are a look-up each: merged, since an index of types alone gives no order.
 */
export function selectAuditEntries(filter: ParsedFilter, stretch: Stretch): RawBuilder<AuditRow> {
  const isNewestFirst = stretch.order === "newest-first";
  const order = isNewestFirst ? sql`order by event.position desc` : sql`order by event.position`;
  const conditions = [...conditionsOf(filter)];
  if (stretch.beyond !== null)
    conditions.push(isNewestFirst ? sql`position < ${stretch.beyond}::bigint` : sql`position > ${stretch.beyond}::bigint`);
  if (stretch.until !== undefined) conditions.push(sql`position <= ${stretch.until}::bigint`);
  const where = sql.join(conditions, sql` and `);
  const limit = sql`limit ${stretch.limit}`;
  if (!filter.types) return sql`select ${columns} from ${source(filter)} where ${where} ${order} ${limit}`;
  return sql`
    select ${columns} from unnest(${filter.types}::text[]) as wanted (wanted_type)
    cross join lateral (select * from ${source(filter)} where type = wanted_type and ${where} ${order} ${limit}) event
    ${order} ${limit}`;
}

/** Not by an index alone: a million entries take about half a second. */
export function countAuditEntries(filter: ParsedFilter): RawBuilder<{ count: number }> {
  const types = filter.types ? sql`type = any(${filter.types}::text[])` : sql`true`;
  return sql`
    select count(*) as count from ${source(filter)}
    where ${types} and ${sql.join([...conditionsOf(filter)], sql` and `)}`;
}

/** As text a position sorts otherwise: statements sort by `event.position`. */
const columns = sql`
  id, position::text as position, at, type, entity_type as "entityType", entity_id as "entityId", entity_name as "entityName",
  campaign_id as "campaignId", actor_kind as "actorKind", actor_id as "actorId", actor_name as "actorName",
  request_id as "requestId", changes, data`;

/** Of one person the entries are found first (`offset 0`): without statistics the planner would read the trail from its end. */
function source({ entityType, entityId }: ParsedFilter): RawBuilder<unknown> {
  return entityType === "PROFILE" && entityId !== null
    ? sql`(select * from event where profile_ids @> array[${entityId}::uuid] offset 0) event`
    : sql`event`;
}

function* conditionsOf(filter: ParsedFilter): Generator<RawBuilder<unknown>> {
  yield sql`position is not null`;
  if (filter.actorId !== null) yield sql`actor_id = ${filter.actorId}`;
  if (filter.entityType !== null) yield sql`entity_type = ${filter.entityType}`;
  if (filter.entityId !== null && filter.entityType !== "PROFILE") yield sql`entity_id = ${filter.entityId}`;
  if (filter.campaignId !== null) yield sql`campaign_id = ${filter.campaignId}::uuid`;
  if (filter.requestId !== null) yield sql`request_id = ${filter.requestId}`;
  // Time never runs backwards along positions, so an instant is a position, found by one look-up.
  if (filter.from !== null)
    yield sql`position >= (select position from event where at >= ${filter.from.toISOString()}::timestamptz order by at, position limit 1)`;
  if (filter.to !== null)
    yield sql`position <= (select position from event where at < ${filter.to.toISOString()}::timestamptz order by at desc, position desc limit 1)`;
  const pattern = filter.search && `%${filter.search.replace(/[\\%_]/g, "\\$&")}%`;
  if (pattern) yield sql`(entity_name ilike ${pattern} or actor_name ilike ${pattern})`;
}

export type HistoryPage = { readonly campaignId: string; readonly size: number; readonly beyond: string | null };

/** Pages of the histories of several campaigns, each with one row more than it holds. */
export function selectHistories(pages: readonly HistoryPage[]): RawBuilder<AuditRow & { readonly page: number }> {
  return sql`
    select (asked.page - 1)::int as page, ${columns}
    from unnest(${pages.map((page) => page.campaignId)}::uuid[], ${pages.map((page) => page.size)}::int[],
                ${pages.map((page) => page.beyond)}::bigint[]) with ordinality as asked (wanted_campaign, size, beyond, page)
    cross join lateral (
      select * from event
      where campaign_id = asked.wanted_campaign and (asked.beyond is null or position < asked.beyond)
      order by position desc limit asked.size + 1
    ) event
    order by asked.page, event.position desc`;
}

export function countHistories(campaignIds: readonly string[]): RawBuilder<{ campaignId: string; count: number }> {
  return sql`
    select campaign_id as "campaignId", count(*) as count from event
    where campaign_id = any(${campaignIds}::uuid[]) group by campaign_id`;
}
