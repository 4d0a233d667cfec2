import { requirePermission } from "../access/index.ts";
import type { ApprovalRequest } from "../approvals/index.ts";
import { getCampaign } from "../campaigns/index.ts";
import { getExecution, type Message } from "../executions/index.ts";
import { type Context, createNewestEvent, createSharedReader, type NewsDesk, newestEventPosition } from "../storage/index.ts";
import type { DeliveryStats } from "./delivery-stats.ts";
import type { Told } from "./event-queue.ts";
import { isAbout } from "./is-about.ts";
import { createMessageFeeds } from "./message-feed.ts";
import { isOver, isSameProgress, isSameTotals, type Progress, readProgress, readTotals } from "./progress.ts";
import type { StatusEvent } from "./status-events.ts";
import { createVisibility } from "./visibility.ts";
import { watch } from "./watch.ts";
import { type ApprovalsInput, watchApprovals } from "./watch-approvals.ts";
import { type MessageEventsInput, watchMessages } from "./watch-messages.ts";
import { watchStatus } from "./watch-status.ts";

export type LiveReports = {
  /** Present totals first, then changes, at most four a second, the final totals always. */
  deliveryStats(ctx: Context, campaignId: string): Promise<AsyncGenerator<DeliveryStats>>;
  /** An update whenever its totals or its status changed; the last one shows it FINISHED or CANCELLED with nothing open. */
  executionProgress(ctx: Context, executionId: string): Promise<AsyncGenerator<Progress>>;
  campaignStatusChanged(ctx: Context, campaignId: string | null): Promise<AsyncGenerator<StatusEvent>>;
  /** Messages as they reach a status, from now on. A reader who is too slow misses the oldest of what waits, and is told so. */
  messageEvents(ctx: Context, input: MessageEventsInput): Promise<AsyncGenerator<Told<Message>>>;
  /** The open ones first, then each as it changes. */
  approvalRequests(ctx: Context, input: ApprovalsInput): Promise<AsyncGenerator<ApprovalRequest>>;
};

export type LiveReportsOptions = { readonly news: NewsDesk; readonly context: () => Context };

/**
 * Streams for subscriptions. Permissions are asked when a stream begins; the door ends it when the key does, or is changed.
 * Whether a campaign still lies within the caller's reach is asked at every look, of callers who have limits. What many watch
 * is read once for all of them.
 */
export function createLiveReports({ news, context }: LiveReportsOptions): LiveReports {
  const isVisible = createVisibility(context);
  const newest = createNewestEvent(context);
  const feeds = createMessageFeeds({ news, context });
  const totals = createSharedReader((campaignIds) => readTotals(context(), campaignIds));
  const progress = createSharedReader((executionIds) => readProgress(context(), executionIds));

  return {
    async deliveryStats(ctx, campaignId) {
      requirePermission(ctx, "campaigns:read");
      await getCampaign(ctx, campaignId);
      return watch({
        news,
        concerns: isAbout(campaignId),
        read: async (since) => ((await isVisible(ctx.actor, campaignId, since)) ? totals.read(campaignId, since) : null),
        isSame: isSameTotals,
      });
    },
    async executionProgress(ctx, executionId) {
      requirePermission(ctx, "campaigns:read");
      const { campaignId } = await getExecution(ctx, executionId);
      return watch({
        news,
        concerns: isAbout(campaignId),
        read: async (since) => ((await isVisible(ctx.actor, campaignId, since)) ? progress.read(executionId, since) : null),
        isSame: isSameProgress,
        isLast: isOver,
      });
    },
    async campaignStatusChanged(ctx, campaignId) {
      requirePermission(ctx, "campaigns:read");
      if (campaignId) await getCampaign(ctx, campaignId);
      return watchStatus({ news, context, newest }, { asker: ctx, campaignId, from: await newestEventPosition(ctx) });
    },
    async messageEvents(ctx, input) {
      requirePermission(ctx, "messages:read");
      await getCampaign(ctx, input.campaignId);
      return watchMessages({ feeds, isVisible, asker: ctx }, input);
    },
    async approvalRequests(ctx, input) {
      requirePermission(ctx, "campaigns:read");
      if (input.campaignId) await getCampaign(ctx, input.campaignId);
      return watchApprovals({ news, context }, { ...input, asker: ctx });
    },
  };
}
