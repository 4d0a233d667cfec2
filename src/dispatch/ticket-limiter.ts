import Bottleneck from "bottleneck";

/** One turn of a limiter. */
export type Ticket = {
  /** When the turn comes, on the process's monotonic clock; known once the limiter has given it out. */
  dueAt: number;
};

type Job = { readonly args: readonly [Ticket] };
type Run = (this: Bottleneck, index: string, job: Job, waitMilliseconds: number) => unknown;

const { _run: run } = Bottleneck.prototype as unknown as { readonly _run: Run };

/**
 * Bottleneck, with a word more: each ticket learns when its turn comes. A timer that fires late does not tell by how
 * much, and in a cluster the others have had their turns meanwhile. Overrides an inner method of the pinned version.
 */
export class TicketLimiter extends Bottleneck {
  _run(index: string, job: Job, waitMilliseconds: number): unknown {
    job.args[0].dueAt = performance.now() + waitMilliseconds;
    return run.call(this, index, job, waitMilliseconds);
  }
}
