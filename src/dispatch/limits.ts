import { TicketLimiter } from "./ticket-limiter.ts";

/** Where the limiters of lanes and quotas keep their count: in this process, or in Redis for all workers together. */
export type Limits = {
  /** Counted together with other workers: a limiter's turn then costs a question to Redis. */
  readonly isShared: boolean;
  /** Since when the count cannot be reached, and nothing that has a rate goes out; null while it can. */
  readonly awaySince: Date | null;
  /** Rises when limiters made before may hold turns that never come; whoever has one makes a new one. */
  readonly epoch: number;
  /** Limiters with the same key and the same interval share one sequence of turns. */
  createLimiter(key: string, intervalMilliseconds: number): TicketLimiter;
  start(): void;
  stop(): Promise<void>;
};

/** One worker alone: Bottleneck counts in memory. */
export const localLimits: Limits = {
  isShared: false,
  epoch: 0,
  awaySince: null,
  createLimiter: (_key, minTime) => new TicketLimiter({ minTime }),
  start: () => undefined,
  stop: async () => undefined,
};
