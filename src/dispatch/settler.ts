import { setTimeout as pause } from "node:timers/promises";
import { type Log, toError } from "../base/index.ts";
import { type Context, run } from "../storage/index.ts";
import { faultCode } from "./fault-code.ts";
import { type SettledRow, settleMessages } from "./sql/settle-messages.ts";

const rowsMax = 1000;
/** Providers that answer one by one would make a statement of a few rows each otherwise. */
const lingerMilliseconds = 40;
const retryMilliseconds = 250;

export type Settler = {
  add(row: SettledRow): void;
  /** Since when outcomes cannot be written, and why; null while they can. */
  readonly failing: { readonly since: Date; readonly code: string } | null;
  /** Resolves when everything added so far is written. */
  flush(): Promise<void>;
};

export type SettlerOptions = {
  readonly context: () => Pick<Context, "em">;
  readonly log: Log;
  readonly now: () => Date;
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
  let failing: Settler["failing"] = null;

  const writeAll = async (): Promise<void> => {
    await pause(lingerMilliseconds);
    while (rows.length > 0) {
      const batch = rows.splice(0, rowsMax);
      await write(batch, options, (error) => {
        failing = error === null ? null : { since: failing?.since ?? options.now(), code: faultCode(error) };
      });
    }
    writing = null;
  };

  return {
    add(row) {
      rows.push(row);
      writing ??= writeAll();
    },
    get failing() {
      return failing;
    },
    async flush() {
      while (writing) await writing;
    },
  };
}

async function write(rows: readonly SettledRow[], options: SettlerOptions, onTried: (error: unknown) => void): Promise<void> {
  const finished = options.finishedBatches(rows);
  for (;;) {
    try {
      const written = await run(options.context(), settleMessages(rows, finished, options.now()));
      if (written.length < rows.length)
        options.log.warn(
          { rows: rows.length, written: written.length },
          "dispatch: some outcomes came too late; their messages had been taken over",
        );
      onTried(null);
      return options.onSettled(rows, finished);
    } catch (error) {
      onTried(error);
      options.log.error({ err: toError(error), rows: rows.length }, "dispatch: outcomes could not be written; trying again");
      await pause(retryMilliseconds);
    }
  }
}
