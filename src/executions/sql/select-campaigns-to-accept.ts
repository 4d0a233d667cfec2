import { type RawBuilder, sql } from "kysely";
import type { Category, Channel } from "../../base/index.ts";
import type { CampaignStatus } from "../../campaigns/index.ts";

export type AcceptingCampaign = {
  readonly id: string;
  readonly labels: readonly string[];
  /** Rises with every change, of its labels too. */
  readonly revision: number;
  readonly status: CampaignStatus;
  readonly channel: Channel;
  readonly category: Category;
  readonly deliveryRate: number | null;
  readonly opensAt: string | null;
  readonly closesAt: string | null;
  readonly versionId: string | null;
  readonly namespace: string;
  readonly createProfiles: boolean;
  readonly highThroughput: boolean;
  /** Of the channel configuration. */
  readonly defaultCountry: string | null;
  /** The schema itself can be long: it is read once for each version. */
  readonly hasContextSchema: boolean;
  readonly now: string;
};

const columns = sql`
  campaign.id, campaign.labels, campaign.revision, campaign.status, campaign.channel, campaign.category, campaign.delivery_rate as "deliveryRate",
           campaign.opens_at as "opensAt", campaign.closes_at as "closesAt",
           version.id as "versionId", version.namespace, version.create_profiles as "createProfiles",
           version.high_throughput as "highThroughput",
           (select default_country from channel_configuration where id = version.channel_configuration_id) as "defaultCountry",
           (version.context_schema is not null) as "hasContextSchema", clock_timestamp()::timestamptz(3) as now`;

export type KnownExecution = {
  readonly id: string;
  readonly campaignId: string;
  readonly requestId: string;
  /** Hexadecimal. */
  readonly fingerprint: string;
};

export type Accepting = AcceptingCampaign & { readonly known: readonly KnownExecution[] };

/**
 * What a group of calls needs first, in one question: their campaigns, the executions that their requestIds already
 * have, and the time limit of the transaction's further statements. Share locks, in the order of ids: many may accept at
 * once, while a pause or a stop waits for them and they for it.
 */
export function selectCampaignsToAccept(
  calls: readonly { readonly campaignId: string; readonly requestId: string }[],
  timeoutMilliseconds: number,
): RawBuilder<Accepting> {
  const campaignIds = calls.map((call) => call.campaignId);
  return sql`
    select ${columns},
           array(
             select json_build_object('id', execution.id, 'campaignId', execution.campaign_id, 'requestId', execution.request_id,
               'fingerprint', encode(execution.fingerprint, 'hex'))
             from unnest(${campaignIds}::uuid[], ${calls.map((call) => call.requestId)}::text[]) as asked (campaign_id, request_id)
             join execution on execution.campaign_id = asked.campaign_id and execution.request_id = asked.request_id
             where asked.campaign_id = campaign.id
           ) as known,
           set_config('statement_timeout', ${String(Math.max(1, Math.floor(timeoutMilliseconds)))}, true) as timeout
    from campaign left join campaign_version version on version.id = campaign.live_version_id
    where campaign.id = any(${campaignIds}::uuid[])
    order by campaign.id
    for share of campaign`;
}

/**
 * What rate-limited lanes owe. Locked until the end of the transaction, so that two accepts cannot both count on
 * the same room in the 12 hours. The row is made when the campaign never accepted anything.
 */
export function lockOwed(campaignIds: readonly string[]): RawBuilder<{ campaignId: string; owed: number }> {
  return sql`
    insert into delivery_total as total (scope_id)
    select id from unnest(${campaignIds}::uuid[]) as lane (id) order by id
    on conflict (scope_id) do update set accepted = total.accepted
    returning scope_id as "campaignId",
              accepted - sent - delivered - bounced - failed - uncertain - excluded as owed`;
}

/** The same without a lock or a row made, for a simulation. */
export function selectOwed(campaignId: string): RawBuilder<{ owed: number }> {
  return sql`
    select accepted - sent - delivered - bounced - failed - uncertain - excluded as owed
    from delivery_total where scope_id = ${campaignId}`;
}

/** For a simulation: no lock, and a campaign that was never activated shows its draft. */
export function selectCampaignToSimulate(id: string): RawBuilder<AcceptingCampaign> {
  return sql`
    select ${columns}
    from campaign join campaign_version version on version.id = coalesce(campaign.live_version_id, campaign.draft_version_id)
    where campaign.id = ${id}`;
}
