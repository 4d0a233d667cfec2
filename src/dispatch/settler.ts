import { setTimeout as pause } from "node:timers/promises";
import { type Log, toError } from "../base/index.ts";
import { type Context, run } from "../storage/index.ts";
import { type SettledRow, settleMessages } from "./sql/settle-messages.ts";

const rowsMax = 1000;
/** Providers that answer one by one would make a statement of a few rows each otherwise. */
const lingerMilliseconds = 40;
const retryMilliseconds = 250;

export type Settler = {
  add(row: SettledRow): void;
  /** Messages whose outcome is not yet written. */
  readonly pending: number;
  /** Resolves when everything added so far is written. */
  flush(): Promise<void>;
};

export type SettlerOptions = {
  readonly context: () => Pick<Context, "em">;
  readonly log: Log;
  /** Which batches have nothing left after these rows. */
  readonly finishedBatches: (rows: readonly SettledRow[]) => string[];
  readonly onSettled: (rows: readonly SettledRow[], finishedBatchIds: readonly string[]) => void;
};

/**
 * Writes outcomes in bulk, one statement at a time. When the database is away they wait in memory and are written
 * when it is back; if another worker took the messages over by then, the fencing token keeps these writes from landing.
 */
export function createSettler(options: SettlerOptions): Settler {
  const rows: SettledRow[] = [];
  let writing: Promise<void> | null = null;
  let underWay = 0;

  const writeAll = async (): Promise<void> => {
    await pause(lingerMilliseconds);
    while (rows.length > 0) {
      const batch = rows.splice(0, rowsMax);
      underWay = batch.length;
      await write(batch, options);
      underWay = 0;
    }
    writing = null;
  };

  return {
    add(row) {
      rows.push(row);
      writing ??= writeAll();
    },
    get pending() {
      return rows.length + underWay;
    },
    async flush() {
      while (writing) await writing;
    },
  };
}

async function write(rows: readonly SettledRow[], options: SettlerOptions): Promise<void> {
  const finished = options.finishedBatches(rows);
  for (;;) {
    try {
      const written = await run(options.context(), settleMessages(rows, finished));
      if (written.length < rows.length)
        options.log.warn(
          { rows: rows.length, written: written.length },
          "dispatch: some outcomes came too late; their messages had been taken over",
        );
      return options.onSettled(rows, finished);
    } catch (error) {
      options.log.error({ err: toError(error), rows: rows.length }, "dispatch: outcomes could not be written; trying again");
      await pause(retryMilliseconds);
    }
  }
}
