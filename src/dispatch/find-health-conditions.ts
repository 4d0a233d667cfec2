import { requirePermission } from "../access/index.ts";
import type { Campaign } from "../campaigns/index.ts";
import { type Context, run } from "../storage/index.ts";
import { readWorkers, type Worker } from "./list-workers.ts";
import { type CampaignConfigurations, selectCampaignConfigurations } from "./sql/select-campaign-configurations.ts";
import type { Trouble } from "./trouble.ts";

/** What keeps a campaign's messages from being sent. `worker`: nothing sends at all. */
export type HealthCondition = {
  readonly kind: Trouble["kind"] | "worker";
  /** Null when that is not known. */
  readonly since: Date | null;
  readonly detail: string;
  readonly channelConfigurationId: string | null;
};

type Asked = Pick<Campaign, "id" | "status" | "deliveryRate">;

/** For each of these campaigns; empty where nothing is in its way, or it is not meant to send. Two statements, however many. */
export async function findHealthConditions(ctx: Context, campaigns: readonly Asked[]): Promise<HealthCondition[][]> {
  requirePermission(ctx, "campaigns:read");
  const live = campaigns.filter(({ status }) => status === "LIVE");
  if (live.length === 0) return campaigns.map(() => []);
  const workers = await readWorkers(ctx);
  const configurations = await run(ctx, selectCampaignConfigurations(live.map(({ id }) => id)));
  return campaigns.map((campaign) =>
    healthConditionsOf(
      campaign,
      workers,
      configurations.filter(({ campaignId }) => campaignId === campaign.id),
    ),
  );
}

const nobodySends: HealthCondition = {
  kind: "worker",
  since: null,
  detail: "No worker sends for this database: what is accepted waits until one starts.",
  channelConfigurationId: null,
};

/** Pure. */
export function healthConditionsOf(
  campaign: Asked,
  workers: readonly Pick<Worker, "troubles">[],
  configurations: readonly CampaignConfigurations[],
): HealthCondition[] {
  if (campaign.status !== "LIVE") return [];
  if (workers.length === 0) return [nobodySends];
  const isLimited = campaign.deliveryRate !== null || configurations.some(({ hasQuota }) => hasQuota);
  const own = new Set(configurations.map((configuration) => configuration.channelConfigurationId));
  const isInTheWay = ({ kind, channelConfigurationId, campaignIds }: Trouble): boolean => {
    if (campaignIds) return campaignIds.includes(campaign.id);
    if (channelConfigurationId !== undefined) return own.has(channelConfigurationId);
    return kind !== "redis" || isLimited;
  };
  return workers
    .flatMap((worker) => worker.troubles)
    .filter(isInTheWay)
    .map(({ kind, since, detail, channelConfigurationId = null }) => ({ kind, since, detail, channelConfigurationId }));
}
