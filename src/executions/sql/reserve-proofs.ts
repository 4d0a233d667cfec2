import { type RawBuilder, sql } from "kysely";

export type Reservation = { readonly actor: string; readonly count: number; readonly max: number };

/**
 * Takes so many of an actor's proofs of this day (UTC), all or none: a row when they were left. Of two calls at once the
 * second waits for the first. Days that are over are dropped on the way.
 */
export function reserveProofs({ actor, count, max }: Reservation): RawBuilder<{ left: number }> {
  return sql`
    with over as (delete from proof_count where actor = ${actor} and day < (now() at time zone 'UTC')::date)
    insert into proof_count (actor, day, count)
    select ${actor}, (now() at time zone 'UTC')::date, ${count}::int where ${count}::int <= ${max}::int
    on conflict (actor, day) do update set count = proof_count.count + excluded.count
      where proof_count.count + excluded.count <= ${max}::int
    returning ${max}::int - count as left`;
}

export function secondsUntilTomorrow(): RawBuilder<{ seconds: number }> {
  return sql`select ceil(extract(epoch from date_trunc('day', now() at time zone 'UTC') + interval '1 day'
    - (now() at time zone 'UTC')))::int as seconds`;
}
