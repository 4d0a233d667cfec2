import type { Message, MessageStatus } from "../executions/index.ts";
import { type Context, endable, outlast } from "../storage/index.ts";
import type { Told } from "./event-queue.ts";
import type { MessageFeeds } from "./message-feed.ts";
import type { Visibility } from "./visibility.ts";

/** So often it is asked whether the campaign is still seen, and by whom nothing is taken, at least now and then. */
const lookMilliseconds = 250;
const idleMilliseconds = 2000;

export type MessageEventsInput = { readonly campaignId: string; readonly statuses?: readonly MessageStatus[] | null };

export type MessageWatch = {
  readonly feeds: MessageFeeds;
  readonly isVisible: Visibility;
  readonly asker: Context;
};

/** Messages of a campaign as they reach a status, each with how many were missed right before it. */
export function watchMessages(watching: MessageWatch, input: MessageEventsInput): AsyncGenerator<Told<Message>> {
  return endable((ending) => messagesUntil(watching, input, ending));
}

async function* messagesUntil(
  { feeds, isVisible, asker }: MessageWatch,
  { campaignId, statuses }: MessageEventsInput,
  ending: AbortSignal,
): AsyncGenerator<Told<Message>, void, undefined> {
  const wanted = statuses?.length ? new Set(statuses) : null;
  const wants = ({ status }: Message): boolean => !wanted || wanted.has(status);
  const reader = await outlast(ending, () => feeds.join({ campaignId, wants }));
  ending.addEventListener("abort", reader.wake, { once: true });
  try {
    let lookAt = 0;
    while (!ending.aborted) {
      const now = performance.now();
      if (now >= lookAt) {
        if (!(await outlast(ending, () => isVisible(asker.actor, campaignId, now)))) return;
        lookAt = now + lookMilliseconds;
      }
      const told = reader.take();
      if (told) yield told;
      else await reader.wait(idleMilliseconds);
    }
  } finally {
    reader.leave();
  }
}
