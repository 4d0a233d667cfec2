import { type Log, toError } from "../base/index.ts";
import { type Context, createSignal, run } from "../storage/index.ts";
import { doApart, lockWait } from "./apart.ts";
import type { BatchBook } from "./batch-book.ts";
import type { ClaimedOf } from "./claimed-message.ts";
import { faultCode } from "./fault-code.ts";
import { releaseMessages } from "./sql/settle-messages.ts";
import { untilWritten } from "./until-written.ts";

/** What PostgreSQL refuses is tried again at a distance that grows. */
const distance = { firstMilliseconds: 250, maxMilliseconds: 10_000 };

export type Returner = {
  /** These were claimed and surely not handed over: they go back to the queue as if nothing had happened. False when PostgreSQL refuses some for now. */
  add(messages: readonly ClaimedOf[]): Promise<boolean>;
  /** Messages of this campaign cannot be given back. */
  isStuck(campaignId: string): boolean;
  /**
   * Batches that have nothing left, for the next writing of outcomes. Outcomes are written one statement after the
   * other, so whatever else was in these batches is written by then. Deleted earlier, such a batch would be missing
   * when its worker dies before that, and nobody would recover its messages.
   */
  takeEmptied(): string[];
  /** Resolves when everything added so far is back. What is refused even now is left to recovery. Only while no outcome is being written. */
  end(): Promise<void>;
};

export type ReturnerOptions = {
  readonly context: () => Pick<Context, "em">;
  readonly book: BatchBook;
  readonly log: Log;
  /** Messages of these campaigns are in the queue again. */
  readonly onReleased: (campaignIds: readonly string[]) => void;
  readonly onRefused: (campaignId: string, code: string) => void;
};

/** Of one campaign. */
type Return = {
  readonly campaignId: string;
  readonly messages: readonly ClaimedOf[];
  readonly resolve: (isBack: boolean) => void;
};

/**
 * Gives messages back one statement at a time, in the background. While the database is away they wait, as outcomes do. A campaign
 * whose messages PostgreSQL refuses to take back waits by itself.
 */
export function createReturner(options: ReturnerOptions): Returner {
  return new BulkReturner(options);
}

class BulkReturner implements Returner {
  readonly #options: ReturnerOptions;
  readonly #waiting: Return[] = [];
  readonly #refused: Return[] = [];
  readonly #emptied: string[] = [];
  readonly #signal = createSignal();
  #distanceMilliseconds = distance.firstMilliseconds;
  #dueAt = Number.POSITIVE_INFINITY;
  #writing: Promise<void> | null = null;
  #isEnding = false;

  constructor(options: ReturnerOptions) {
    this.#options = options;
  }

  async add(messages: readonly ClaimedOf[]): Promise<boolean> {
    const campaigns = Map.groupBy(messages, (message) => message.campaignId);
    const returned = [...campaigns].map(
      ([campaignId, own]) => new Promise<boolean>((resolve) => this.#waiting.push({ campaignId, messages: own, resolve })),
    );
    if (returned.length === 0) return true;
    this.#signal.notify();
    this.#writing ??= this.#writeAll();
    return (await Promise.all(returned)).every((isBack) => isBack);
  }

  isStuck(campaignId: string): boolean {
    return this.#refused.some((each) => each.campaignId === campaignId);
  }

  takeEmptied(): string[] {
    return this.#emptied.splice(0);
  }

  async end(): Promise<void> {
    this.#isEnding = true;
    this.#signal.notify();
    while (this.#writing) await this.#writing;
    const batchIds = this.takeEmptied();
    if (batchIds.length > 0) await this.#release([], batchIds, lockWait(false)).catch(() => undefined);
    this.#options.book.forget(batchIds);
  }

  async #writeAll(): Promise<void> {
    do {
      while (this.#waiting.length > 0) await this.#giveBack(this.#waiting.splice(0));
      if (this.#isEnding || performance.now() >= this.#dueAt) await this.#giveBackRefused();
    } while (await this.#isToGoOn());
    this.#writing = null;
  }

  /** Waits for the next turn of what was refused, or for more. False when there is nothing left to wait for. */
  async #isToGoOn(): Promise<boolean> {
    if (this.#waiting.length > 0) return true;
    if (this.#isEnding || this.#refused.length === 0) return false;
    await this.#signal.wait(Math.max(0, this.#dueAt - performance.now()));
    return true;
  }

  async #giveBackRefused(): Promise<void> {
    await this.#giveBack(this.#refused.splice(0));
    const isOver = this.#refused.length === 0;
    this.#distanceMilliseconds = isOver
      ? distance.firstMilliseconds
      : Math.min(distance.maxMilliseconds, this.#distanceMilliseconds * 2);
    this.#dueAt = isOver ? Number.POSITIVE_INFINITY : performance.now() + this.#distanceMilliseconds;
  }

  async #giveBack(returns: readonly Return[]): Promise<void> {
    if (returns.length === 0) return;
    const inOrder = returns.toSorted((a, b) => (a.campaignId < b.campaignId ? -1 : 1));
    const failed = await doApart(inOrder, {
      act: async (group, { isHalved }) => {
        await this.#release(group, [], lockWait(isHalved));
        this.#emptied.push(...this.#options.book.settle(group.flatMap(rowsOf)));
        this.#options.onReleased([...new Set(group.map(({ campaignId }) => campaignId))]);
        for (const { resolve } of group) resolve(true);
      },
    });
    for (const { items, error } of failed) for (const each of items) this.#refuse(each, error);
  }

  #refuse(each: Return, error: unknown): void {
    this.#refused.push(each);
    this.#dueAt = Math.min(this.#dueAt, performance.now() + this.#distanceMilliseconds);
    this.#options.onRefused(each.campaignId, faultCode(error));
    each.resolve(false);
  }

  async #release(returns: readonly Return[], emptyBatchIds: string[], lockWait: number): Promise<void> {
    const { context, log } = this.#options;
    const rows = returns.flatMap(rowsOf);
    const [ids, batchIds] = [rows.map((row) => row.id), rows.map((row) => row.batchId)];
    const say = (error: unknown): void =>
      log.error({ err: toError(error), rows: ids.length }, "dispatch: messages could not be given back; trying again");
    const release = releaseMessages(ids, batchIds, emptyBatchIds, lockWait);
    await untilWritten(() => run(context(), release), say).catch((error) => {
      say(error);
      throw error;
    });
  }
}

const rowsOf = ({ messages }: Return): ClaimedOf["row"][] => messages.map((message) => message.row);
