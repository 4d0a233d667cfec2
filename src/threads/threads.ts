import { createThreadPool } from "./thread-pool.ts";

/**
 * The threads of this process: what they bound is the processors and the memory that it has, whoever asks in it. There is
 * none until the first task, and none half a minute after the last.
 */
export const threads = createThreadPool({
  threads: 3,
  megabytesMax: 192,
  idleMilliseconds: 30_000,
  waiting: {
    tasksOfCallerMax: 100,
    bytesOfCallerMax: 16 * 1024 * 1024,
    bytesMax: 64 * 1024 * 1024,
    milliseconds: 20_000,
  },
});
