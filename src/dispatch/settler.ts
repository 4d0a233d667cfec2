import { setTimeout as pause } from "node:timers/promises";
import { type Log, toError } from "../base/index.ts";
import { type Context, createSignal, isHeldByAnother, run } from "../storage/index.ts";
import { doApart, type Failed, lockWait } from "./apart.ts";
import { createEmptiedBatches } from "./emptied-batches.ts";
import { faultCode } from "./fault-code.ts";
import { type SettledRow, settleMessages } from "./sql/settle-messages.ts";
import { untilWritten } from "./until-written.ts";
import { createWaitingOutcomes, type OutcomeFault, type WaitingOutcomes } from "./waiting-outcomes.ts";

const rowsMax = 1000;
/** Of one campaign: a message or two stand alone after so many failures, and where all are at fault that is soon known. */
const messageFailuresMax = 12;
/** Providers that answer one by one would make a statement of a few rows each otherwise. */
const lingerMilliseconds = 40;

export type Settler = {
  add(row: SettledRow): void;
  /** Since when no outcome can be written, and why; null while they can. */
  readonly failing: { readonly since: Date; readonly code: string } | null;
  /** Campaigns of which PostgreSQL refuses some. */
  faults(): OutcomeFault[];
  /** So many of this campaign cannot be written that no more of it is to be sent. */
  isFull(campaignId: string): boolean;
  /** Resolves when everything added so far is written. What is refused even now is given up. */
  end(): Promise<void>;
};

export type SettlerOptions = {
  readonly context: () => Pick<Context, "em">;
  readonly log: Log;
  readonly now: () => Date;
  /** Whether more than one message can be on its way. */
  readonly gathers: boolean;
  /** Which batches have nothing open after these rows. */
  readonly emptiedBatches: (rows: readonly SettledRow[]) => string[];
  readonly onSettled: (rows: readonly SettledRow[], finishedBatchIds: readonly string[]) => void;
};

/**
 * Writes outcomes in bulk, one statement at a time. When the database is away they wait in memory and are written
 * when it is back; if another worker took the messages over by then, the fencing token keeps these writes from landing.
 * What PostgreSQL refuses is found by halving the bulk and waits by itself, campaign by campaign; the others are written.
 */
export function createSettler(options: SettlerOptions): Settler {
  return new BulkSettler(options);
}

class BulkSettler implements Settler {
  readonly #options: SettlerOptions;
  readonly #rows: SettledRow[] = [];
  readonly #waiting: WaitingOutcomes;
  readonly #batches = createEmptiedBatches();
  readonly #signal = createSignal();
  #writing: Promise<void> | null = null;
  #isEnding = false;
  failing: Settler["failing"] = null;

  constructor(options: SettlerOptions) {
    this.#options = options;
    this.#waiting = createWaitingOutcomes(options);
  }

  add(row: SettledRow): void {
    if (this.#waiting.join(row)) {
      this.#begin([row]);
      return;
    }
    this.#rows.push(row);
    this.#signal.notify();
    this.#writing ??= this.#writeAll();
  }

  faults(): OutcomeFault[] {
    return this.#waiting.faults();
  }

  isFull(campaignId: string): boolean {
    return this.#waiting.isFull(campaignId);
  }

  async end(): Promise<void> {
    this.#isEnding = true;
    this.#signal.notify();
    while (this.#writing) await this.#writing;
    const [campaigns, outcomes] = [this.faults(), this.#waiting.all().length];
    if (outcomes > 0)
      this.#options.log.error(
        { campaigns, outcomes },
        "dispatch: outcomes were refused to the end; their messages follow onUncertain, as after a crash",
      );
  }

  async #writeAll(): Promise<void> {
    do {
      await pause(this.#options.gathers ? lingerMilliseconds : 0);
      await this.#writeWhatIsDue();
    } while (await this.#isToGoOn());
    this.#writing = null;
  }

  async #writeWhatIsDue(): Promise<void> {
    while (this.#rows.length > 0) {
      const rows = this.#rows.splice(0, rowsMax);
      this.#begin(rows);
      await this.#writeApart(rows);
      await this.#writeApart(this.#waiting.due(rowsMax));
    }
    await this.#writeApart(this.#isEnding ? this.#waiting.all() : this.#waiting.due(rowsMax));
  }

  /** Waits for the next turn of what was refused, or for more. False when there is nothing left to wait for. */
  async #isToGoOn(): Promise<boolean> {
    if (this.#rows.length > 0) return true;
    const milliseconds = this.#waiting.milliseconds;
    if (this.#isEnding || milliseconds === Number.POSITIVE_INFINITY) return false;
    await this.#signal.wait(milliseconds);
    return true;
  }

  #begin(rows: readonly SettledRow[]): void {
    this.#batches.begin(rows);
    this.#batches.add(this.#options.emptiedBatches(rows));
  }

  /** Campaigns apart, and of one that is at fault its messages, unless somebody else has it locked. */
  async #writeApart(rows: readonly SettledRow[]): Promise<void> {
    if (rows.length === 0) return;
    const campaigns = [...Map.groupBy(rows, (row) => row.campaignId).values()];
    const failed = await doApart(campaigns, { act: (some, place) => this.#write(some.flat(), place) });
    for (const { items, error } of failed) {
      const own = items.flat();
      if (items.length > 1 || own.length === 1 || isHeldByAnother(error)) this.#refuse([{ items: own, error }]);
      else this.#refuse(await this.#writeMessagesApart(own, error));
    }
  }

  /** What the campaign would send meanwhile adds to what is in doubt: it is held up while much is. */
  #writeMessagesApart(rows: readonly SettledRow[], error: unknown): Promise<Failed<SettledRow>[]> {
    this.#waiting.doubt(rows, error);
    return doApart(rows, { act: (some) => this.#write(some, { isHalved: true }), failuresMax: messageFailuresMax });
  }

  #refuse(failed: readonly Failed<SettledRow>[]): void {
    const [first] = failed;
    if (!first) return;
    const campaignIds = [...new Set(failed.flatMap(({ items }) => items.map(({ campaignId }) => campaignId)))].slice(0, 20);
    const rows = failed.reduce((sum, { items }) => sum + items.length, 0);
    const what = "dispatch: outcomes are refused; they wait, and others are written";
    this.#options.log.error({ err: toError(first.error), rows, campaignIds }, what);
    this.#waiting.refused(failed);
  }

  async #write(part: readonly SettledRow[], { isHalved }: { readonly isHalved: boolean }): Promise<void> {
    const { context, now, log, onSettled } = this.#options;
    const finished = this.#batches.finishedBy(part);
    const written = await untilWritten(
      () => run(context(), settleMessages(part, finished, { at: now(), lockMilliseconds: lockWait(isHalved) })),
      (error) => {
        this.failing = { since: this.failing?.since ?? now(), code: faultCode(error) };
        log.error({ err: toError(error), rows: part.length }, "dispatch: outcomes could not be written; trying again");
      },
    ).finally(() => {
      this.failing = null;
    });
    if (written.length < part.length)
      log.warn(
        { rows: part.length, written: written.length },
        "dispatch: some outcomes came too late; their messages had been taken over",
      );
    this.#batches.written(part, finished);
    this.#waiting.written(part);
    onSettled(part, finished);
  }
}
