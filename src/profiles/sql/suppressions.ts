import { type RawBuilder, sql } from "kysely";

type Key = { readonly channel: string; readonly kind: string; readonly value: string };
export type SuppressionRow = Key & { readonly reason: string; readonly comment: string | null };

export function insertSuppressions(entries: readonly SuppressionRow[]): RawBuilder<{ value: string }> {
  return sql`
    insert into suppression (channel, kind, value, reason, comment, created_at)
    select channel, kind, value, reason, comment, now()
    from unnest(${entries.map((e) => e.channel)}::text[], ${entries.map((e) => e.kind)}::text[], ${entries.map((e) => e.value)}::text[],
                ${entries.map((e) => e.reason)}::text[], ${entries.map((e) => e.comment)}::text[])
      as given (channel, kind, value, reason, comment)
    order by channel, kind, value
    on conflict do nothing
    returning value`;
}

export function deleteSuppressions(entries: readonly Key[]): RawBuilder<{ value: string }> {
  return sql`
    delete from suppression
    where (channel, kind, value) in (select * from unnest(
      ${entries.map((e) => e.channel)}::text[], ${entries.map((e) => e.kind)}::text[], ${entries.map((e) => e.value)}::text[]))
    returning value`;
}
