import type { ErrorCode } from "../../base/index.ts";

/** What each call over REST can be answered, besides INTERNAL. The document lists them, and the test client refuses others. */
const everyCall = [
  ...(["INPUT_INVALID", "UNAUTHENTICATED", "PERMISSION_MISSING", "ORIGIN_NOT_ALLOWED"] as const),
  ...(["RATE_LIMITED", "TIMED_OUT", "DATABASE_UNAVAILABLE", "IDENTITY_PROVIDER_UNAVAILABLE"] as const),
] as const satisfies readonly ErrorCode[];

const execute = [
  ...everyCall,
  ...(["BODY_TOO_LARGE", "MEDIA_TYPE_UNSUPPORTED", "RECIPIENTS_TOO_MANY", "RECIPIENTS_DUPLICATED"] as const),
  ...(["CONTEXT_TOO_LARGE", "CONTEXT_RESERVED", "CAMPAIGN_NOT_TRANSACTIONAL"] as const),
  ...(["CAMPAIGN_NOT_FOUND", "CAMPAIGN_NOT_LIVE", "OUTSIDE_WINDOW", "REQUEST_ID_REUSED"] as const),
  ...(["VERSION_CONFLICT", "SHUTTING_DOWN"] as const),
] as const satisfies readonly ErrorCode[];

export const restErrors = {
  unitary: execute,
  highthroughput: [...execute, "CAMPAIGN_NOT_HIGH_THROUGHPUT"],
  execution: [...everyCall, "EXECUTION_NOT_FOUND"],
  schedule: [...everyCall, "SCHEDULE_NOT_FOUND"],
  audience: everyCall,
  health: [...everyCall, "NOT_READY"],
} as const satisfies Readonly<Record<string, readonly ErrorCode[]>>;
