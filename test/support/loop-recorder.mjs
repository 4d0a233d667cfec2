import { writeFileSync } from "node:fs";
import { isMainThread } from "node:worker_threads";

/**
 * Loaded into a server by `--import`: the longest that its main thread worked between two turns of its loop. Counted in what
 * the thread took of a processor, so that neighbours who take the processor away from it do not count. On SIGUSR2 the longest
 * since the last one is written to the file, and forgotten.
 */
const everyMilliseconds = 2;

if (isMainThread && process.env.LOOP_RECORD) {
  let longest = 0;
  let before = process.threadCpuUsage();
  const look = () => {
    const now = process.threadCpuUsage();
    longest = Math.max(longest, now.user + now.system - before.user - before.system);
    before = now;
  };
  setInterval(look, everyMilliseconds).unref();
  process.on("SIGUSR2", () => {
    look();
    writeFileSync(process.env.LOOP_RECORD, String(longest / 1000));
    longest = 0;
  });
}
