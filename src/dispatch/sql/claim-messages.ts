import { type RawBuilder, sql } from "kysely";
import { isDue, risen } from "./risen.ts";

/**
 * A claimed message with everything needed to judge and render it. What may be large is JSON text: as objects it would take up
 * to twenty times its bytes, for as long as the message waits.
 */
export type ClaimedRow = {
  readonly id: string;
  readonly campaignId: string;
  readonly batchId: string;
  readonly executionId: string;
  readonly versionId: string;
  readonly userId: string;
  readonly address: string;
  readonly attempts: number;
  /** Workers that died while they had it. */
  readonly deaths: number;
  readonly ageSeconds: number;
  readonly isCancelled: boolean;
  readonly isLate: boolean;
  readonly context: string | null;
  readonly profileData: string | null;
  /** Of a replayed message: its context and profile data, sealed. */
  readonly sealed: Uint8Array | null;
  /** Of the stored profile. */
  readonly attributes: string | null;
  /** Of context, profile data and attributes. */
  readonly bytes: number;
  /** False when the claim was full before it: then it comes without its data, and has to go back to the queue. */
  readonly fits: boolean;
  readonly consent: "OPTED_IN" | "OPTED_OUT" | null;
  readonly isSuppressed: boolean;
};

/** So many of those with so many deaths. */
export type SuspectClaim = { readonly deathsMin: number; readonly deathsMax: number; readonly limit: number };

export type Claim = {
  readonly campaignId: string;
  readonly workerId: string;
  readonly limit: number;
  readonly batchSize: number;
  /** Of context, profile data and attributes: how much may come; without a bound if absent. The first message comes whatever it has, up to `rowBytesMax`. */
  readonly bytesMax?: number;
  /** Of those that workers had when they died, which may come beside the others, in batches of their own. Absent: they come as all do. */
  readonly suspects?: SuspectClaim | null;
  /** Their provider is down: messages of these versions stay where they are. */
  readonly exceptVersionIds?: readonly string[];
  /** The present instant as the worker knows it. */
  readonly at?: Date;
};

/** No call brings nearly as much for one recipient; what has more comes without its data. */
export const rowBytesMax = 8_000_000;

/** The last messages of a full window may be a moment late without falling out of it. */
const windowGrace = sql.lit("1 minute");

/**
 * Takes the next due messages of some campaigns, each up to its own limit: about 40,000 a second in claims of 500, and
 * campaigns with a few messages each go together at the cost of one. Only of campaigns that are LIVE and inside their
 * window, and only for a worker that still has its lease. Within a campaign the order is that of `message_queue`;
 * rows that another worker is taking are passed over. A batch holds messages of one version, and of suspects or others.
 *
 * The campaigns are locked until the commit, so a stop, a cancellation or a pause comes wholly before a claim or wholly after
 * it: between its statements nobody would find the batches of a claim that is not committed. Of a campaign that one of them
 * has locked nothing is claimed.
 */
export function claimMessages(...claims: readonly Claim[]): RawBuilder<ClaimedRow> {
  const exceptVersionIds = claims.flatMap((claim) => claim.exceptVersionIds ?? []);
  const at = claims[0]?.at;
  const others = exceptVersionIds.length > 0 ? sql`and version_id <> all(${exceptVersionIds}::uuid[])` : sql``;
  return sql`
    with asked as (
      select * from unnest(${claims.map((claim) => claim.campaignId)}::uuid[], ${claims.map((claim) => claim.workerId)}::uuid[],
                           ${claims.map((claim) => claim.limit)}::int[], ${claims.map((claim) => claim.batchSize)}::int[],
                           ${claims.map((claim) => claim.bytesMax ?? null)}::float8[],
                           ${claims.map((claim) => claim.suspects?.deathsMin ?? 1)}::int[], ${claims.map((claim) => claim.suspects?.deathsMax ?? 0)}::int[],
                           ${claims.map((claim) => claim.suspects?.limit ?? 0)}::int[], ${claims.map((claim) => claim.suspects === undefined)}::boolean[])
        as asked (campaign_id, worker_id, size, batch_size, bytes_max, deaths_min, deaths_max, suspects, takes_all)
    ),
    open as materialized (
      select asked.* from asked join campaign on campaign.id = asked.campaign_id
      where campaign.status = 'LIVE' and (campaign.closes_at is null or campaign.closes_at > now())
        and exists (select from worker where id = asked.worker_id)
      order by campaign.id
      for share of campaign skip locked
    ),
    picked as materialized (
      select taken.*, open.* from open
      cross join lateral (
        select id, version_id, available_at from message
        where campaign_id = open.campaign_id and status = 'QUEUED' and (deaths = 0 or open.takes_all) and ${isDue(at)} ${others}
        order by available_at, id
        limit open.size
        for update skip locked
      ) taken
    ),
    suspected as materialized (
      select taken.*, open.* from open
      cross join lateral (
        select id, version_id, available_at from message
        where campaign_id = open.campaign_id and status = 'QUEUED' and deaths > 0
          and deaths between open.deaths_min and open.deaths_max and ${isDue(at)} ${others}
        order by deaths, available_at
        limit open.suspects
        for update skip locked
      ) taken
      where open.suspects > 0
    ),
    numbered as (
      select id, version_id, campaign_id, worker_id, is_suspect,
             (row_number() over (partition by version_id, is_suspect order by available_at, id) - 1) / batch_size as slot
      from (select *, false as is_suspect from picked union all select *, true from suspected) taken
    ),
    slots as (
      select version_id, is_suspect, slot, worker_id, campaign_id, gen_random_uuid() as batch_id
      from numbered group by version_id, is_suspect, slot, worker_id, campaign_id
    ),
    made as (insert into batch (id, worker_id, campaign_id) select batch_id, worker_id, campaign_id from slots),
    claimed as (
      update message set status = 'CLAIMED', batch_id = slots.batch_id, attempts = attempts + 1, claimed_at = ${risen(at)}
      from numbered join slots using (version_id, is_suspect, slot)
      where message.id = numbered.id
      returning message.*
    ),
    person as materialized (
      select claimed.id, claimed.available_at, claimed.campaign_id as "campaignId", claimed.batch_id as "batchId", claimed.execution_id as "executionId", claimed.version_id as "versionId",
             claimed.user_id as "userId", claimed.address, claimed.attempts, claimed.deaths, claimed.context::text as context, claimed.profile_data::text as "profileData",
             claimed.sealed, coalesce(extract(epoch from ${risen(at)} - claimed.deferred_at), 0)::float8 as "ageSeconds",
             execution.status = 'CANCELLED' as "isCancelled",
             campaign.delivery_rate is not null and claimed.attempts = 1
               and execution.window_ends_at + interval ${windowGrace} < now() as "isLate",
             profile.attributes::text as attributes,
             (select state from profile_consent
              where profile_id = coalesce(claimed.profile_id, known.profile_id) and channel = campaign.channel) as consent,
             exists (select from suppression
                     where channel = campaign.channel and kind = 'ADDRESS' and value = address.key) or
             exists (select from suppression
                     where channel = campaign.channel and kind = 'DOMAIN' and value = split_part(address.key, '@', 2)) as "isSuppressed"
      from claimed
      join campaign on campaign.id = claimed.campaign_id
      join execution on execution.id = claimed.execution_id
      cross join lateral (select coalesce(claimed.address_key, claimed.address) as key) address
      left join profile on profile.id = claimed.profile_id
      left join lateral (
        select profile_id from profile_identity
        where claimed.profile_id is null and campaign.category = 'MARKETING'
          and namespace = case campaign.channel when 'EMAIL' then 'email' when 'SMS' then 'phone' else 'pushToken' end
          and value = address.key
        limit 1
      ) known on true
    ),
    sized as (
      select *, coalesce(octet_length(context), 0) + coalesce(octet_length("profileData"), 0) + coalesce(octet_length(sealed), 0)
        + coalesce(octet_length(attributes), 0) as bytes
      from person
    ),
    weighed as (
      select sized.*, bytes <= ${rowBytesMax}::int and (bytes_max is null
        or coalesce(sum(bytes) filter (where bytes <= ${rowBytesMax}::int) over before, 0) < bytes_max) as fits
      from sized join asked on asked.campaign_id = sized."campaignId"
      window before as (partition by "campaignId" order by "versionId", available_at, id rows between unbounded preceding and 1 preceding)
    )
    select id, "campaignId", "batchId", "executionId", "versionId", "userId", address, attempts, deaths, "ageSeconds", "isCancelled", "isLate",
           consent, "isSuppressed", bytes, fits,
           case when fits then context end as context, case when fits then "profileData" end as "profileData",
           case when fits then sealed end as sealed, case when fits then attributes end as attributes
    from weighed order by "versionId", available_at, id`;
}
