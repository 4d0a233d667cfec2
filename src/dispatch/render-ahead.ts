import { setImmediate as letOthersGo } from "node:timers/promises";
import type { Log } from "../base/index.ts";
import { type ClaimedMessage, type PreparedMessage, type PrepareOptions, prepareMessage } from "./claimed-message.ts";
import type { SettledRow } from "./sql/settle-messages.ts";

export type RenderAheadOptions = PrepareOptions & {
  /** How many characters the lane may render now; less while it and others have much that is not yet settled. */
  readonly renderable: () => number;
  readonly onRendered: (message: PreparedMessage) => void;
  /** Its fate was settled before a provider saw it. */
  readonly onUnsent: (settled: SettledRow) => void;
  readonly log: Log;
};

type Waiting = ClaimedMessage | PreparedMessage;

export type RenderedAhead = {
  readonly ready: PreparedMessage[];
  /** The lane holds as much as it may. */
  readonly isFull: boolean;
  /** Of batches that were not begun. */
  readonly left: Waiting[];
  /**
   * Of the batch in which the rendering ended. A batch is marked as one, so these have to go back to the queue before: marked,
   * they would count as handed over.
   */
  readonly begun: Waiting[];
};

/** What others have to do waits no longer than this for messages that are rendered one after the other. */
const sliceMilliseconds = 5;

/** Renders, from the front, as much as the lane may hold. */
export async function renderAhead(messages: readonly Waiting[], options: RenderAheadOptions): Promise<RenderedAhead> {
  const ready: PreparedMessage[] = [];
  let room = options.renderable();
  let end = 0;
  let since = performance.now();
  while (room > 0 && end < messages.length) {
    if (performance.now() - since > sliceMilliseconds) {
      await letOthersGo();
      since = performance.now();
    }
    const prepared = prepare(messages[end] as Waiting, options);
    if (prepared) ready.push(prepared);
    room -= prepared?.rendered ?? 0;
    end += 1;
  }
  const begunId = messages[end - 1]?.row.batchId;
  const rest = messages.slice(end);
  return {
    ready,
    isFull: room <= 0,
    left: rest.filter(({ row }) => row.batchId !== begunId),
    begun: rest.filter(({ row }) => row.batchId === begunId),
  };
}

/** Null when its fate is settled already. */
function prepare(message: Waiting, { onRendered, onUnsent, log, ...options }: RenderAheadOptions): PreparedMessage | null {
  // It could not be marked the last time.
  if ("outgoing" in message) return message;
  const prepared = prepareMessage(message, options);
  if (prepared.kind === "ready") {
    onRendered(prepared.message);
    return prepared.message;
  }
  const named = { campaignId: message.campaignId, messageId: message.row.id };
  if (prepared.cause) log.error({ ...named, err: prepared.cause }, "dispatch: a message could not be prepared; it is FAILED");
  onUnsent(prepared.settled);
  return null;
}
