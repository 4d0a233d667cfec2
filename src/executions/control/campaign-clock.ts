import { setTimeout as pause } from "node:timers/promises";
import { type Log, toError } from "../../base/index.ts";
import { selectCampaignsToComplete, selectCampaignsToStart, startDueCampaign } from "../../campaigns/index.ts";
import { type Context, isHeldByAnother, run } from "../../storage/index.ts";
import { completeDueCampaign } from "./complete-due-campaign.ts";
import { createWorkLine } from "./work-line.ts";

const tickMilliseconds = 250;
/** In its turn a start waits this long for whoever has its campaign locked, so that those behind it are not late. */
const turnMilliseconds = 10;
/** Beside the others it waits longer: callers who take turns with share locks leave gaps, and one of them is found. */
const patienceMilliseconds = 250;
/** An end with a million messages to exclude takes its time, and a campaign that is held a quarter of a second. */
const atOnce = 4;

export type CampaignClock = { start(): void; stop(): Promise<void> };

/**
 * Starts and completes campaigns when their time comes, within a second. It looks at the campaigns themselves, so
 * a restart after any pause catches up in the right order and nothing can be missed; one campaign that is locked, large or
 * faulty holds no other up (docs/decisions/0004).
 */
export function createCampaignClock(options: { readonly context: () => Context; readonly log: Log }): CampaignClock {
  const { context, log } = options;
  const stopping = new AbortController();
  const line = createWorkLine(atOnce);
  let running: Promise<void> = Promise.resolve();

  /** False when somebody else holds the campaign. A fault is this campaign's alone. */
  const attempt = async (campaignId: string, work: () => Promise<unknown>): Promise<boolean> => {
    try {
      await work();
    } catch (error) {
      if (isHeldByAnother(error)) return false;
      log.error({ err: toError(error), campaignId }, "campaign clock: this campaign did not change, the next look tries again");
    }
    return true;
  };

  const addToLine = (id: string, work: typeof startDueCampaign | typeof completeDueCampaign): void =>
    line.add(id, async () => {
      await attempt(id, () => work(context(), { id, waitMilliseconds: patienceMilliseconds }));
    });

  /** In the order of their times, one after the other; only who is held waits beside the rest. */
  const startThoseDue = async (): Promise<void> => {
    for (const { id } of await run(context(), selectCampaignsToStart())) {
      if (line.has(id)) continue;
      const start = () => startDueCampaign(context(), { id, waitMilliseconds: turnMilliseconds });
      if (!(await attempt(id, start))) addToLine(id, startDueCampaign);
    }
  };

  const tick = async (): Promise<void> => {
    try {
      await startThoseDue();
      for (const { id } of await run(context(), selectCampaignsToComplete())) addToLine(id, completeDueCampaign);
    } catch (error) {
      log.error({ err: toError(error) }, "campaign clock: a look failed, the next follows");
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
      await line.stop();
    },
  };
}
