import { findSettledSince, type Message } from "../executions/index.ts";
import { type Context, createSignal, databaseNow, looks, type NewsDesk, outlast } from "../storage/index.ts";
import { createEventQueue, type EventQueue, type Told } from "./event-queue.ts";
import { isAbout } from "./is-about.ts";
import { pagesOf } from "./pages-of.ts";
import { createSieve } from "./sieve.ts";

/** What waits for one reader at most. */
const waitingMax = 2000;
const messagesPerPage = 500;
/** So long a page waits for readers who keep up; then it goes at the pace of the quickest, and the others miss something. */
const patienceMilliseconds = 250;

export type FeedReader = {
  /** The next one, if there is one. Throws what ended the feed. */
  take(): Told<Message> | null;
  wait(milliseconds: number): Promise<void>;
  wake(): void;
  leave(): void;
};

export type Joining = { readonly campaignId: string; readonly wants: (message: Message) => boolean };

/**
 * Messages of campaigns as they are settled: read once for all who listen, each from the moment in which it joined. However
 * slowly it is taken, what waits for a reader is bounded; a feed that nobody reads from stands still.
 */
export type MessageFeeds = { join(joining: Joining): Promise<FeedReader> };

type Member = {
  readonly queue: EventQueue<Message>;
  readonly wants: Joining["wants"];
  readonly from: Date;
  /** The first look that begins after it joined: what a later one finds was not there when it did. */
  readonly firstLook: number;
};

type Feed = {
  readonly members: Set<Member>;
  readonly ending: AbortController;
  /** Somebody has taken something. */
  readonly taken: ReturnType<typeof createSignal>;
  look: number;
  fault: unknown;
};

export type FeedOptions = { readonly news: NewsDesk; readonly context: () => Context };

export function createMessageFeeds(options: FeedOptions): MessageFeeds {
  const feeds = new Map<string, Feed>();

  const open = (campaignId: string, beganAt: Date): Feed => {
    const feed: Feed = { members: new Set(), ending: new AbortController(), taken: createSignal(), look: 0, fault: null };
    feeds.set(campaignId, feed);
    run(options, { feed, campaignId, beganAt }).catch((error: unknown) => {
      feed.fault = error;
      if (feeds.get(campaignId) === feed) feeds.delete(campaignId);
      for (const { queue } of feed.members) queue.wake();
    });
    return feed;
  };

  return {
    async join({ campaignId, wants }) {
      const from = await databaseNow(options.context());
      const feed = feeds.get(campaignId) ?? open(campaignId, from);
      const queue = createEventQueue<Message>(waitingMax);
      const member: Member = { queue, wants, from, firstLook: feed.look + 1 };
      feed.members.add(member);
      return {
        take() {
          const told = queue.take();
          if (told) feed.taken.notify();
          else if (feed.fault) throw feed.fault;
          return told;
        },
        wait: queue.wait,
        wake: queue.wake,
        leave() {
          feed.members.delete(member);
          feed.taken.notify();
          if (feed.members.size > 0) return;
          if (feeds.get(campaignId) === feed) feeds.delete(campaignId);
          feed.ending.abort();
        },
      };
    },
  };
}

type Run = { readonly feed: Feed; readonly campaignId: string; readonly beganAt: Date };

async function run({ news, context }: FeedOptions, { feed, campaignId, beganAt }: Run): Promise<void> {
  const ending = feed.ending.signal;
  const fresh = createSieve<Message>(beganAt, {
    keyOf: (message) => `${message.id} ${message.status} ${message.attempts}`,
    atOf: (message) => message.settledAt ?? beganAt,
  });
  for await (const _look of looks({ news, concerns: isAbout(campaignId), ending })) {
    feed.look += 1;
    // By keyset, because thousands of messages may be settled at one instant: a stop settles all that wait.
    const pages = pagesOf<Message>(messagesPerPage, (last) => {
      const from = { since: last?.settledAt ?? fresh.since, afterId: last?.id ?? null };
      return outlast(ending, () => findSettledSince(context(), { campaignId, ...from, limit: messagesPerPage }));
    });
    for await (const page of pages) {
      const found = fresh.sift(page);
      if (found.length > 0) await waitForRoom(feed, found.length);
      if (ending.aborted) return;
      for (const message of found) tell(feed, message);
    }
    fresh.endLook();
  }
}

function tell({ members, look }: Feed, message: Message): void {
  for (const { queue, wants, from, firstLook } of members) {
    const isNew = look > firstLook || message.settledAt === null || message.settledAt >= from;
    if (isNew && wants(message)) queue.push(message);
  }
}

async function waitForRoom({ members, taken, ending }: Feed, count: number): Promise<void> {
  const patientUntil = performance.now() + patienceMilliseconds;
  while (!ending.signal.aborted) {
    const queues = [...members].map(({ queue }) => queue);
    const keepingUp = queues.filter(({ isBehind }) => !isBehind());
    if (keepingUp.length > 0 && keepingUp.every(({ hasRoomFor }) => hasRoomFor(count))) return;
    const left = patientUntil - performance.now();
    if (left <= 0 && queues.some(({ hasRoomFor }) => hasRoomFor(count))) return;
    await taken.wait(left > 0 ? left : 1000);
  }
}
