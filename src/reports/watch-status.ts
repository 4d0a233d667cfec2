import { type Context, endable, looks, type NewestEvent, type News, type NewsDesk, outlast } from "../storage/index.ts";
import { findStatusEvents, type StatusEvent } from "./status-events.ts";

type WatchOptions = { readonly news: NewsDesk; readonly context: () => Context; readonly newest: NewestEvent };
export type StatusWatch = {
  readonly asker: Context;
  /** Null: every campaign. */
  readonly campaignId: string | null;
  /** A place in the trail: what comes after it is told. */
  readonly from: string;
};

/**
 * Every change of status after `from`, in the order of commits. What was looked through is a place in the trail, below which
 * nothing is ever committed: so none is lost and none told twice, however many come at once.
 */
export function watchStatus(options: WatchOptions, watching: StatusWatch): AsyncGenerator<StatusEvent> {
  return endable((ending) => statusUntil(options, watching, ending));
}

async function* statusUntil(
  { news, context, newest }: WatchOptions,
  { asker, campaignId, from }: StatusWatch,
  ending: AbortSignal,
): AsyncGenerator<StatusEvent, void, undefined> {
  const concerns = (item: News) => item.topic === "campaign-status" && (campaignId === null || item.campaignId === campaignId);
  const seenByAsker = { context: () => ({ em: context().em, actor: asker.actor }), ending };
  let after = from;
  for await (const since of looks({ news, concerns, ending })) {
    const until = await outlast(ending, () => newest(since));
    if (BigInt(until) <= BigInt(after)) continue;
    for await (const page of findStatusEvents(seenByAsker, { campaignId, after, until })) yield* page;
    after = until;
  }
}
