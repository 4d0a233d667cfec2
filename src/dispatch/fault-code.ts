import { AppError } from "../base/index.ts";

/** A word for health and troubles: the code of whatever is behind an error. Never its text, which may name a recipient. */
export function faultCode(error: unknown): string {
  for (let cause = error; cause instanceof Error; cause = cause.cause)
    if (cause instanceof AppError || ("code" in cause && typeof cause.code === "string")) return String(cause.code);
  return error instanceof Error ? error.name : "UNKNOWN";
}
