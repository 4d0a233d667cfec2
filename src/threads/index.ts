/**
 * Threads: a few threads of this process for work that would otherwise keep its loop for longer than 50 ms, such as
 * compiling MJML or reviewing a long content. For every room below. Promises: callers take turns, and one caller has one
 * thread at a time, so that nobody waits for the pile of somebody else; what waits is bounded by number, bytes and time,
 * and what is over is answered RATE_LIMITED; a task has a limit of time and memory, after which its thread is ended and
 * `ThreadLimit` thrown; threads run at a lower priority than the loop, without the environment of the process. A thread that
 * lives for long is watched by its pulse.
 *
 *     export function double({ of }: { readonly of: number }): number { return 2 * of; }
 *     const doubled = await threads.run<typeof double>({ caller: ctx.actor.id, file: import.meta.url, name: "double",
 *       input: { of: 2 }, bytes: 8, millisecondsMax: 1_000 });
 */
export { createPulse, keepBeating, type Pulse, watchPulse } from "./pulse.ts";
export { ThreadLimit } from "./thread-limit.ts";
export { createThreadPool, type ThreadPool, type ThreadPoolOptions } from "./thread-pool.ts";
export { threads } from "./threads.ts";
