import { requirePermission } from "../access/index.ts";
import type { ApprovalRequest } from "../approvals/index.ts";
import { getCampaign, isCampaignVisible } from "../campaigns/index.ts";
import { type Execution, findSettledSince, getExecution, type Message, type MessageStatus } from "../executions/index.ts";
import { type Context, databaseNow, type News, type NewsDesk, newestEventPosition } from "../storage/index.ts";
import { type DeliveryStats, readStats } from "./delivery-stats.ts";
import { pagesOf } from "./pages-of.ts";
import { createSharedReader } from "./shared-reader.ts";
import { createSieve } from "./sieve.ts";
import type { StatusEvent } from "./status-events.ts";
import { watch, watchNews } from "./watch.ts";
import { type ApprovalsInput, watchApprovals } from "./watch-approvals.ts";
import { watchStatus } from "./watch-status.ts";

export type LiveReports = {
  /** Present totals first, then changes, at most four a second, the final totals always. */
  deliveryStats(ctx: Context, campaignId: string): Promise<AsyncGenerator<DeliveryStats>>;
  executionProgress(ctx: Context, executionId: string): Promise<AsyncGenerator<Execution>>;
  campaignStatusChanged(ctx: Context, campaignId: string | null): Promise<AsyncGenerator<StatusEvent>>;
  /** Messages as they reach a status, from now on. */
  messageEvents(ctx: Context, input: MessageEventsInput): Promise<AsyncGenerator<Message>>;
  /** The open ones first, then each as it changes. */
  approvalRequests(ctx: Context, input: ApprovalsInput): Promise<AsyncGenerator<ApprovalRequest>>;
};

export type MessageEventsInput = { readonly campaignId: string; readonly statuses?: readonly MessageStatus[] | null };

export type LiveReportsOptions = { readonly news: NewsDesk; readonly context: () => Context };

/**
 * Streams for subscriptions. Permissions are asked when a stream begins; the door ends it when the key does, or is changed.
 * Whether a campaign still lies within the caller's reach is asked at every look, of callers who have limits.
 */
export function createLiveReports(options: LiveReportsOptions): LiveReports {
  const { news } = options;
  const stats = createSharedReader(
    async (campaignId) => (await readStats(options.context(), [{ campaignId, executionId: null }]))[0] ?? null,
  );

  return {
    async deliveryStats(ctx, campaignId) {
      requirePermission(ctx, "campaigns:read");
      await getCampaign(ctx, campaignId);
      return watch({
        news,
        concerns: isAbout(campaignId),
        read: async (since) => ((await staysVisible(options, ctx, campaignId)) ? stats.read(campaignId, since) : null),
        isSame: isSameTotals,
      });
    },
    async executionProgress(ctx, executionId) {
      requirePermission(ctx, "campaigns:read");
      const { campaignId } = await getExecution(ctx, executionId);
      return watchExecution({ ...options, asker: ctx, campaignId, executionId });
    },
    async campaignStatusChanged(ctx, campaignId) {
      requirePermission(ctx, "campaigns:read");
      if (campaignId) await getCampaign(ctx, campaignId);
      return watchStatus(options, { asker: ctx, campaignId, from: await newestEventPosition(ctx) });
    },
    async messageEvents(ctx, input) {
      requirePermission(ctx, "messages:read");
      await getCampaign(ctx, input.campaignId);
      return watchMessages({ ...options, asker: ctx }, input);
    },
    async approvalRequests(ctx, input) {
      requirePermission(ctx, "campaigns:read");
      if (input.campaignId) await getCampaign(ctx, input.campaignId);
      return watchApprovals(options, { ...input, asker: ctx });
    },
  };
}

/** With an entity manager of its own: that of the subscription would keep what it has read. */
function staysVisible({ context }: LiveReportsOptions, { actor }: Context, campaignId: string): Promise<boolean> {
  return isCampaignVisible({ em: context().em, actor }, campaignId);
}

const isAbout = (campaignId: string) => (item: News) =>
  (item.topic === "messages" || item.topic === "queued") && item.campaignIds.includes(campaignId);

function isSameTotals(previous: DeliveryStats, next: DeliveryStats): boolean {
  const { asOf: _previous, ...before } = previous;
  const { asOf: _next, ...after } = next;
  return JSON.stringify(before) === JSON.stringify(after);
}

type Watching = LiveReportsOptions & { readonly asker: Context };
type ExecutionWatch = Watching & { readonly campaignId: string; readonly executionId: string };

/** An update whenever its totals or its status changed; the last one shows it FINISHED or CANCELLED with nothing open. */
async function* watchExecution(options: ExecutionWatch): AsyncGenerator<Execution> {
  const { campaignId, executionId } = options;
  const states = watch({
    news: options.news,
    concerns: isAbout(campaignId),
    read: async () => {
      if (!(await staysVisible(options, options.asker, campaignId))) return null;
      const ctx = options.context();
      const execution = await getExecution(ctx, executionId);
      const [totals] = await readStats(ctx, [{ campaignId, executionId }]);
      return { execution, totals };
    },
    isSame: (previous, next) =>
      previous.execution.status === next.execution.status &&
      (previous.totals && next.totals
        ? isSameTotals({ ...previous.totals, ratePerSecond: 0 }, { ...next.totals, ratePerSecond: 0 })
        : true),
  });
  for await (const { execution, totals } of states) {
    yield execution;
    const open = (totals?.queued ?? 0) + (totals?.claimed ?? 0) + (totals?.sending ?? 0);
    if (execution.status !== "RUNNING" && open === 0) return;
  }
}

const messagesPerPage = 2000;

async function* watchMessages(options: Watching, input: MessageEventsInput): AsyncGenerator<Message> {
  const { campaignId } = input;
  const wanted = input.statuses?.length ? new Set(input.statuses) : null;
  const beganAt = await databaseNow(options.context());
  const fresh = createSieve<Message>(beganAt, {
    keyOf: (message) => `${message.id} ${message.status} ${message.attempts}`,
    atOf: (message) => message.settledAt ?? beganAt,
  });
  for await (const _look of watchNews(options.news, isAbout(campaignId))) {
    if (!(await staysVisible(options, options.asker, campaignId))) return;
    for await (const page of settledPages(options, { campaignId, since: fresh.since }))
      for (const message of fresh.sift(page)) if (!wanted || wanted.has(message.status)) yield message;
    fresh.endLook();
  }
}

/** By keyset, because thousands of messages may be settled at one instant: a stop settles all that wait. */
function settledPages(
  options: LiveReportsOptions,
  from: { readonly campaignId: string; readonly since: Date },
): AsyncGenerator<Message[]> {
  return pagesOf(messagesPerPage, (last) =>
    findSettledSince(options.context(), {
      campaignId: from.campaignId,
      since: last?.settledAt ?? from.since,
      afterId: last?.id ?? null,
      limit: messagesPerPage,
    }),
  );
}
