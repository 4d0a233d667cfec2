import { setTimeout as pause } from "node:timers/promises";
import { AppError } from "../base/index.ts";
import { databaseFaultOf } from "./database-fault.ts";

const againMilliseconds = 1000;

/** What `read` answers, however long the database is away meanwhile: streams go on by themselves when it is back. */
export async function outlast<T>(ending: AbortSignal, read: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await read();
    } catch (error) {
      if (ending.aborted || !passesByItself(error)) throw error;
      await pause(againMilliseconds, undefined, { signal: ending, ref: false }).catch(() => undefined);
    }
  }
}

/** Whether the database answers again without anybody doing anything about this call. */
export function passesByItself(error: unknown): boolean {
  const fault = databaseFaultOf(error);
  return fault === "away" || fault === "overloaded" || (error instanceof AppError && error.code === "DATABASE_UNAVAILABLE");
}
