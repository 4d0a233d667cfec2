import { readlinkSync } from "node:fs";
import { setPriority } from "node:os";

/**
 * Beside this thread calls of one person are answered, and messages sent: they come first, also while it loads what it needs. On a
 * machine at its limit it still has two fifths of the share that others have; with a tenth of it, 2,000 recipients took a minute.
 */
const niceness = 4;

try {
  // Of this thread alone: Linux schedules each by a number of its own.
  setPriority(Number(readlinkSync("/proc/thread-self").split("/").at(-1)), niceness);
} catch {
  // Where that is not allowed, it has the priority of the server.
}
await import("./call-thread-inside.ts");
