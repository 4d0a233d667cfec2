import { readlinkSync } from "node:fs";
import { setPriority } from "node:os";

/** Beside this thread calls of one person are answered, and messages sent: they come first, also while it loads what it needs. */
const niceness = 10;

try {
  // Of this thread alone: Linux schedules each by a number of its own.
  setPriority(Number(readlinkSync("/proc/thread-self").split("/").at(-1)), niceness);
} catch {
  // Where that is not allowed, it has the priority of the server.
}
await import("./call-thread-inside.ts");
