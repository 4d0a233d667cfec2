import { setTimeout as pause } from "node:timers/promises";
import { type Log, toError } from "../../base/index.ts";
import { lockCampaign, selectCampaignsToComplete, startDueCampaigns } from "../../campaigns/index.ts";
import { type Context, databaseNow, inTransaction, run } from "../../storage/index.ts";
import { endCampaign } from "./stop-campaign.ts";

const tickMilliseconds = 250;

/** Campaigns whose end has come are COMPLETED; who still waits is excluded with CAMPAIGN_ENDED. */
export async function completeDueCampaigns(ctx: Context): Promise<void> {
  for (const { id } of await run(ctx, selectCampaignsToComplete())) {
    await inTransaction(ctx, async (tx) => {
      const campaign = await lockCampaign(tx, id);
      const isDue = campaign.closesAt && campaign.closesAt <= (await databaseNow(tx));
      if (!isDue || !["LIVE", "PAUSED"].includes(campaign.status)) return;
      const detail = "The campaign's end came before this message was sent.";
      await endCampaign(tx, campaign, { action: "COMPLETE", to: "COMPLETED", exclusion: "CAMPAIGN_ENDED", detail });
    });
  }
}

export type CampaignClock = { start(): void; stop(): Promise<void> };

/**
 * Starts and completes campaigns when their time comes, within a second. It looks at the campaigns themselves, so
 * a restart after any pause catches up in the right order and nothing can be missed (docs/decisions/0004).
 */
export function createCampaignClock(options: { readonly context: () => Context; readonly log: Log }): CampaignClock {
  const stopping = new AbortController();
  let running: Promise<void> = Promise.resolve();

  const tick = async (): Promise<void> => {
    try {
      await startDueCampaigns(options.context());
      await completeDueCampaigns(options.context());
    } catch (error) {
      options.log.error({ err: toError(error) }, "campaign clock: a look failed, the next follows");
    }
  };

  const loop = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await tick();
      await pause(tickMilliseconds, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  };

  return {
    start() {
      running = loop();
    },
    async stop() {
      stopping.abort();
      await running;
    },
  };
}
