import { AppError, type ErrorCode, type ErrorDetails, type ErrorKind, errorCatalogue, errorKinds } from "../base/index.ts";
import { type DatabaseFault, databaseFaultOf } from "../storage/index.ts";
import { shorten, shortenDetails } from "./shorten.ts";

/** What every door answers for a failure. The two mappings beside this file only choose the form. */
export type PublicError = {
  readonly code: ErrorCode | "INTERNAL";
  readonly kind: ErrorKind | "internal";
  readonly status: number;
  readonly message: string;
  readonly details: ErrorDetails;
};

/** Codes whose HTTP status is more telling than that of their kind. */
const ownStatuses: Partial<Record<ErrorCode, number>> = {
  BODY_TOO_LARGE: 413,
  MEDIA_TYPE_UNSUPPORTED: 415,
  METHOD_NOT_ALLOWED: 405,
  // Clients with automatic persisted queries begin with the hash alone: nothing is wrong yet.
  PERSISTED_QUERY_NOT_FOUND: 200,
};

const internal: PublicError = {
  code: "INTERNAL",
  kind: "internal",
  status: 500,
  message: "Something went wrong on the server. Its log has the cause under this requestId.",
  details: {},
};

const unavailableDatabase: PublicError = {
  code: "DATABASE_UNAVAILABLE",
  kind: "unavailable",
  status: 503,
  message: "The database does not answer just now. Try again in a moment; with the same requestId nothing happens twice.",
  details: { retryable: true },
};

/** For errors of the database that say what the caller can do; their own words stay in the log. */
const databaseAnswers: Readonly<Record<DatabaseFault, PublicError>> = {
  away: unavailableDatabase,
  collided: unavailableDatabase,
  locked: unavailableDatabase,
  overloaded: unavailableDatabase,
  outrun: {
    code: "VERSION_CONFLICT",
    kind: "conflict",
    status: 409,
    message: "Another call made, changed or removed the same thing. Read it again, then decide.",
    details: {},
  },
  unstorable: {
    code: "INPUT_INVALID",
    kind: "invalid",
    status: 400,
    message: "A value of this call has the wrong form, is too long or too large, or holds characters that cannot be stored.",
    details: {},
  },
};

export function publicStatusOf(code: ErrorCode): number {
  return ownStatuses[code] ?? errorKinds[errorCatalogue[code]];
}

/** Whatever is not an `AppError` is a bug or an outage: its text stays in the log. */
export function toPublicError(error: unknown): PublicError {
  if (error instanceof AppError)
    return {
      code: error.code,
      kind: error.kind,
      status: publicStatusOf(error.code),
      message: shorten(error.message),
      details: shortenDetails(error.details),
    };
  const fault = databaseFaultOf(error);
  return fault ? databaseAnswers[fault] : internal;
}

/** Text of the header Retry-After, for failures that pass by themselves. */
export function retryAfter({ details }: PublicError): string | null {
  if (typeof details.retryAfterSeconds === "number") return String(details.retryAfterSeconds);
  return details.retryable === true ? "1" : null;
}
