import Bottleneck from "bottleneck";

/** One turn of a limiter. */
export type Ticket = {
  /** When the turn comes, on the process's monotonic clock; known once the limiter has given it out. */
  dueAt: number;
};

type Job = { readonly args: readonly [Ticket] };
type Run = (this: Bottleneck, index: string, job: Job, waitMilliseconds: number) => unknown;
type Register = (...job: unknown[]) => Promise<unknown>;
type Inner = { readonly _store: { __register__: Register } };

const { _run: run } = Bottleneck.prototype as unknown as { readonly _run: Run };

/**
 * Bottleneck, with a word more: each ticket learns when its turn comes. A timer that fires late does not tell by how
 * much, and in a cluster the others have had their turns meanwhile. The wait that Redis answers counts from when it was
 * asked; what the answer took on its way is no part of it. In memory it counts from the answer: Bottleneck lets other
 * timers go first. Overrides inner methods of the pinned version.
 */
export class TicketLimiter extends Bottleneck {
  /** What the wait of the last answer counts from: turns are asked for one after the other. */
  #countedFrom = Number.NaN;

  constructor(options: Bottleneck.ConstructorOptions) {
    super(options);
    const { _store: store } = this as unknown as Inner;
    const register = store.__register__;
    const isInMemory = options.connection === undefined;
    store.__register__ = async (...job) => {
      await this.ready();
      const askedAt = performance.now();
      const answer = await register.apply(store, job);
      this.#countedFrom = isInMemory ? performance.now() : askedAt;
      return answer;
    };
  }

  _run(index: string, job: Job, waitMilliseconds: number): unknown {
    const [ticket] = job.args;
    ticket.dueAt = this.#countedFrom + waitMilliseconds;
    return run.call(this, index, job, Math.max(0, ticket.dueAt - performance.now()));
  }
}
