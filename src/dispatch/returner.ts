import { setTimeout as pause } from "node:timers/promises";
import { type Log, toError } from "../base/index.ts";
import { type Context, run } from "../storage/index.ts";
import type { BatchBook } from "./batch-book.ts";
import type { ClaimedOf } from "./claimed-message.ts";
import { releaseMessages } from "./sql/settle-messages.ts";

const retryMilliseconds = 250;

export type Returner = {
  /** These were claimed and surely not handed over: they go back to the queue as if nothing had happened. Resolves when they are back. */
  add(messages: readonly ClaimedOf[]): Promise<void>;
  /**
   * Batches that have nothing left, for the next writing of outcomes. Outcomes are written one statement after the
   * other, so whatever else was in these batches is written by then. Deleted earlier, such a batch would be missing
   * when its worker dies before that, and nobody would recover its messages.
   */
  takeEmptied(): string[];
  /** Resolves when everything added so far is back. Only while no outcome is being written. */
  flush(): Promise<void>;
};

export type ReturnerOptions = {
  readonly context: () => Pick<Context, "em">;
  readonly book: BatchBook;
  readonly log: Log;
  /** Messages of these campaigns are in the queue again. */
  readonly onReleased: (campaignIds: readonly string[]) => void;
};

/** Gives messages back one statement at a time, in the background. While the database is away they wait, as outcomes do. */
export function createReturner({ context, book, log, onReleased }: ReturnerOptions): Returner {
  const waiting: ClaimedOf[] = [];
  const emptied: string[] = [];
  let writing: Promise<void> | null = null;

  const release = async (ids: string[], batchIds: string[], emptyBatchIds: string[]): Promise<void> => {
    for (;;) {
      try {
        await run(context(), releaseMessages(ids, batchIds, emptyBatchIds));
        return;
      } catch (error) {
        log.error({ err: toError(error), rows: ids.length }, "dispatch: messages could not be given back; trying again");
        await pause(retryMilliseconds);
      }
    }
  };

  const writeAll = async (): Promise<void> => {
    while (waiting.length > 0) {
      const messages = waiting.splice(0);
      const rows = messages.map((message) => message.row);
      await release(
        rows.map((row) => row.id),
        rows.map((row) => row.batchId),
        [],
      );
      emptied.push(...book.settle(rows));
      onReleased([...new Set(messages.map((message) => message.campaignId))]);
    }
    writing = null;
  };

  return {
    async add(messages) {
      waiting.push(...messages);
      if (waiting.length > 0) writing ??= writeAll();
      await writing;
    },
    takeEmptied: () => emptied.splice(0),
    async flush() {
      while (writing) await writing;
      const batchIds = emptied.splice(0);
      if (batchIds.length > 0) await release([], [], batchIds);
      book.forget(batchIds);
    },
  };
}
