import { requirePermission } from "../access/index.ts";
import { isId, notFound } from "../base/index.ts";
import { getCampaign } from "../campaigns/index.ts";
import { type Execution, findSettledSince, getExecution, type Message, type MessageStatus } from "../executions/index.ts";
import { type Context, databaseNow, type News, type NewsDesk } from "../storage/index.ts";
import { type DeliveryStats, readStats } from "./delivery-stats.ts";
import { createSharedReader } from "./shared-reader.ts";
import { findStatusEvents, type StatusEvent } from "./status-events.ts";
import { watch } from "./watch.ts";

export type LiveReports = {
  /** Present totals first, then changes, at most four a second, the final totals always. */
  deliveryStats(ctx: Context, campaignId: string): Promise<AsyncGenerator<DeliveryStats>>;
  executionProgress(ctx: Context, executionId: string): Promise<AsyncGenerator<Execution>>;
  campaignStatusChanged(ctx: Context, campaignId: string | null): Promise<AsyncGenerator<StatusEvent>>;
  /** Messages as they reach a status, from now on. */
  messageEvents(ctx: Context, input: MessageEventsInput): Promise<AsyncGenerator<Message>>;
};

export type MessageEventsInput = { readonly campaignId: string; readonly statuses?: readonly MessageStatus[] | null };

export type LiveReportsOptions = { readonly news: NewsDesk; readonly context: () => Context };

/** Streams for subscriptions. Permissions are asked when a stream begins; the door ends it when the key does. */
export function createLiveReports(options: LiveReportsOptions): LiveReports {
  const { news } = options;
  const stats = createSharedReader(
    async (campaignId) => (await readStats(options.context(), [{ campaignId, executionId: null }]))[0] ?? null,
  );

  return {
    async deliveryStats(ctx, campaignId) {
      requirePermission(ctx, "campaigns:read");
      await requireCampaign(ctx, campaignId);
      return watch({
        news,
        concerns: isAbout(campaignId),
        read: (since) => stats.read(campaignId, since),
        isSame: isSameTotals,
      });
    },
    async executionProgress(ctx, executionId) {
      requirePermission(ctx, "campaigns:read");
      const { campaignId } = await getExecution(ctx, executionId);
      return watchExecution({ news, context: options.context, campaignId, executionId });
    },
    async campaignStatusChanged(ctx, campaignId) {
      requirePermission(ctx, "campaigns:read");
      if (campaignId) await requireCampaign(ctx, campaignId);
      return watchStatus(options, campaignId);
    },
    async messageEvents(ctx, input) {
      requirePermission(ctx, "messages:read");
      await requireCampaign(ctx, input.campaignId);
      return watchMessages(options, input);
    },
  };
}

const isAbout = (campaignId: string) => (item: News) =>
  (item.topic === "messages" || item.topic === "queued") && item.campaignIds.includes(campaignId);

async function requireCampaign(ctx: Context, campaignId: string): Promise<void> {
  if (!isId(campaignId)) throw notFound("CAMPAIGN_NOT_FOUND", `There is no campaign ${campaignId}.`, { id: campaignId });
  await getCampaign(ctx, campaignId);
}

function isSameTotals(previous: DeliveryStats, next: DeliveryStats): boolean {
  const { asOf: _previous, ...before } = previous;
  const { asOf: _next, ...after } = next;
  return JSON.stringify(before) === JSON.stringify(after);
}

type ExecutionWatch = LiveReportsOptions & { readonly campaignId: string; readonly executionId: string };

/** An update whenever its totals or its status changed; the last one shows it FINISHED or CANCELLED with nothing open. */
async function* watchExecution(options: ExecutionWatch): AsyncGenerator<Execution> {
  const { campaignId, executionId } = options;
  const states = watch({
    news: options.news,
    concerns: isAbout(campaignId),
    read: async () => {
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

/** Instants are those of transactions, which may commit out of order: each look goes back this far and leaves out what was shown. */
const overlapMilliseconds = 3000;
const messagesPerLook = 2000;

async function* watchStatus(options: LiveReportsOptions, campaignId: string | null): AsyncGenerator<StatusEvent> {
  const beganAt = await databaseNow(options.context());
  const fresh = createSieve<StatusEvent>(beganAt, { keyOf: (event) => event.id, atOf: (event) => event.at });
  const batches = watch({
    news: options.news,
    concerns: (item) => item.topic === "campaign-status" && (campaignId === null || item.campaignId === campaignId),
    read: async () => fresh.sift(await findStatusEvents(options.context(), { campaignId, since: fresh.since })),
    isSame: (_previous, next) => next.length === 0,
  });
  for await (const events of batches) yield* events;
}

async function* watchMessages(options: LiveReportsOptions, input: MessageEventsInput): AsyncGenerator<Message> {
  const { campaignId } = input;
  const wanted = input.statuses?.length ? new Set(input.statuses) : null;
  const beganAt = await databaseNow(options.context());
  const fresh = createSieve<Message>(beganAt, {
    keyOf: (message) => `${message.id} ${message.status} ${message.attempts}`,
    atOf: (message) => message.settledAt ?? beganAt,
  });
  const batches = watch({
    news: options.news,
    concerns: isAbout(campaignId),
    read: async () =>
      fresh.sift(await findSettledSince(options.context(), { campaignId, since: fresh.since, limit: messagesPerLook })),
    isSame: (_previous, next) => next.length === 0,
  });
  for await (const messages of batches) for (const message of messages) if (!wanted || wanted.has(message.status)) yield message;
}

type Sieve<T> = { readonly since: Date; sift(found: readonly T[]): T[] };

/** Lets everything through once, however often the overlapping looks find it. */
function createSieve<T>(
  beganAt: Date,
  options: { readonly keyOf: (item: T) => string; readonly atOf: (item: T) => Date },
): Sieve<T> {
  const shown = new Map<string, number>();
  let since = beganAt.getTime();
  return {
    get since() {
      return new Date(since);
    },
    sift(found) {
      const fresh = found.filter((item) => !shown.has(options.keyOf(item)));
      for (const item of fresh) shown.set(options.keyOf(item), options.atOf(item).getTime());
      const newest = found.reduce((latest, item) => Math.max(latest, options.atOf(item).getTime()), 0);
      // A full look means that more waits behind its last row: go on from there instead of going back.
      since = Math.max(since, found.length < messagesPerLook ? newest - overlapMilliseconds : newest);
      for (const [key, at] of shown) if (at < since) shown.delete(key);
      return fresh;
    },
  };
}
