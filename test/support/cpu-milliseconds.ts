/**
 * What a piece of work takes of this thread's processor: whatever else runs on the machine does not count. The kernel
 * may count in steps of 4 ms, the first run may still be compiled, and a neighbour of a virtual machine may slow a core
 * down for a while: several runs are tried before one counts as slow, the later ones after a pause.
 */
export function cpuMilliseconds(run: () => unknown, enough = 50): number {
  let best = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < 8 && best >= enough; attempt += 1) {
    if (attempt > 2) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
    const start = process.threadCpuUsage();
    run();
    const { user, system } = process.threadCpuUsage(start);
    best = Math.min(best, (user + system) / 1_000);
  }
  return best;
}
