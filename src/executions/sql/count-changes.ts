import { type RawBuilder, sql } from "kysely";

const finals = ["sent", "delivered", "bounced", "failed", "uncertain", "excluded"] as const;

const deltas = sql.join(
  finals.map((name) => {
    const status = sql.lit(name.toUpperCase());
    return sql`count(*) filter (where is_now = ${status}) - count(*) filter (where was = ${status}) as ${sql.ref(name)}`;
  }),
);
const columns = sql.join(finals.map((name) => sql.ref(name)));
const sums = sql.join(finals.map((name) => sql`${sql.ref(name)} = total.${sql.ref(name)} + excluded.${sql.ref(name)}`));
const openMessages = sql`total.accepted - ${sql.join(
  finals.map((name) => sql`total.${sql.ref(name)}`),
  sql` - `,
)}`;

/**
 * Carries changed messages into the totals, in the statement that changes them. Comes after a CTE named `changed`
 * (campaign_id, execution_id, was, is_now, exclusion), where `was` is null for a message just accepted and any
 * status that is not final counts alike. Also marks executions FINISHED of which nothing is open any more.
 *
 * Executions are found by their ids whatever the planner believes of the table (`is true` hides the other index).
 * Totals are locked in the order of their ids, so two writers wait for each other and never deadlock here.
 */
export const countChanges: RawBuilder<unknown> = sql`
  scoped as (
    select execution_id as scope_id, was, is_now, exclusion from changed
    union all
    select campaign_id, was, is_now, exclusion from changed
  ),
  counted as (
    insert into delivery_total as total (scope_id, accepted, ${columns})
    select scope_id, count(*) filter (where was is null), ${deltas} from scoped group by scope_id order by scope_id
    on conflict (scope_id) do update set accepted = total.accepted + excluded.accepted, ${sums}
    returning scope_id, ${openMessages} as open
  ),
  reasons as (
    insert into exclusion_total as total (scope_id, reason, count)
    select scope_id, exclusion, count(*) from scoped
    where is_now = 'EXCLUDED' and exclusion is not null
    group by scope_id, exclusion order by scope_id, exclusion
    on conflict (scope_id, reason) do update set count = total.count + excluded.count
  ),
  seconds as (
    insert into delivery_second as total (campaign_id, second, sent, failed, excluded)
    select campaign_id, date_trunc('second', now()),
           count(*) filter (where is_now = 'SENT'), count(*) filter (where is_now = 'FAILED'), count(*) filter (where is_now = 'EXCLUDED')
    from changed where is_now in ('SENT', 'FAILED', 'EXCLUDED')
    group by campaign_id order by campaign_id
    on conflict (campaign_id, second) do update set
      sent = total.sent + excluded.sent, failed = total.failed + excluded.failed, excluded = total.excluded + excluded.excluded
  ),
  finished as (
    update execution set status = 'FINISHED', finished_at = now()
    where id = any(array(select scope_id from counted where open = 0)) and (status = 'RUNNING') is true
    returning execution.id
  )`;

/**
 * The same where every changed message was just accepted and is queued: of the totals only `accepted` moves, and no execution ends.
 * A statement of half the size, which counts: most calls bring one message, and starting the statement is what costs.
 */
export const countAccepted: RawBuilder<unknown> = sql`
  counted as (
    insert into delivery_total as total (scope_id, accepted)
    select scope_id, count(*)
    from (select execution_id as scope_id from changed union all select campaign_id from changed) scoped
    group by scope_id order by scope_id
    on conflict (scope_id) do update set accepted = total.accepted + excluded.accepted
  )`;
