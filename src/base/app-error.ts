/**
 * The one way in which a caller's request fails. Everything that is not an `AppError` is a bug
 * and reaches the caller as a fixed sentence (see `api/error-table.ts`).
 */
export const errorKinds = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  "not-found": 404,
  conflict: 409,
  limited: 429,
  unavailable: 503,
} as const;

export type ErrorKind = keyof typeof errorKinds;

/** Every code that a caller can meet, with its kind. Codes are stable; the text beside them may change. */
export const errorCatalogue = {
  INPUT_INVALID: "invalid",
  BODY_TOO_LARGE: "invalid",
  MEDIA_TYPE_UNSUPPORTED: "invalid",
  METHOD_NOT_ALLOWED: "invalid",
  GRAPHQL_PARSE_FAILED: "invalid",
  GRAPHQL_VALIDATION_FAILED: "invalid",
  PERSISTED_QUERY_NOT_FOUND: "invalid",
  DOCUMENT_TOO_LONG: "invalid",
  DOCUMENT_TOO_DEEP: "invalid",
  DOCUMENT_TOO_COSTLY: "invalid",
  ALIASES_TOO_MANY: "invalid",
  ROOT_FIELDS_TOO_MANY: "invalid",
  DIRECTIVES_TOO_MANY: "invalid",
  RECIPIENTS_TOO_MANY: "invalid",
  RECIPIENTS_DUPLICATED: "invalid",
  CONTEXT_TOO_LARGE: "invalid",
  CONTEXT_RESERVED: "invalid",
  CAMPAIGN_NOT_TRANSACTIONAL: "invalid",
  CAMPAIGN_NOT_HIGH_THROUGHPUT: "invalid",
  DELIVERY_RATE_OUT_OF_RANGE: "invalid",
  UNAUTHENTICATED: "unauthenticated",
  PERMISSION_MISSING: "forbidden",
  NOT_AN_APPROVER: "forbidden",
  SELF_APPROVAL: "forbidden",
  ORIGIN_NOT_ALLOWED: "forbidden",
  DOCUMENT_NOT_ALLOWED: "forbidden",
  INTROSPECTION_DISABLED: "forbidden",
  PATH_NOT_FOUND: "not-found",
  CAMPAIGN_NOT_FOUND: "not-found",
  CHANNEL_CONFIGURATION_NOT_FOUND: "not-found",
  EXECUTION_NOT_FOUND: "not-found",
  SCHEDULE_NOT_FOUND: "not-found",
  MESSAGE_NOT_FOUND: "not-found",
  PROFILE_NOT_FOUND: "not-found",
  API_KEY_NOT_FOUND: "not-found",
  FRAGMENT_NOT_FOUND: "not-found",
  VERSION_NOT_FOUND: "not-found",
  APPROVAL_POLICY_NOT_FOUND: "not-found",
  APPROVAL_REQUEST_NOT_FOUND: "not-found",
  CAMPAIGN_NOT_LIVE: "conflict",
  CAMPAIGN_HAS_ERRORS: "conflict",
  ACTION_NOT_ALLOWED: "conflict",
  APPROVAL_REQUIRED: "conflict",
  VERSION_CONFLICT: "conflict",
  OUTSIDE_WINDOW: "conflict",
  REQUEST_ID_REUSED: "conflict",
  REPLAY_EXPIRED: "conflict",
  IDENTITY_TAKEN: "conflict",
  NAME_TAKEN: "conflict",
  FRAGMENT_IN_USE: "conflict",
  LAST_ADMIN_KEY: "conflict",
  RATE_LIMITED: "limited",
  TIMED_OUT: "unavailable",
  DATABASE_UNAVAILABLE: "unavailable",
  IDENTITY_PROVIDER_UNAVAILABLE: "unavailable",
  SECRET_UNREADABLE: "unavailable",
  NOT_READY: "unavailable",
  SHUTTING_DOWN: "unavailable",
  CALL_BROKE_OFF: "unavailable",
} as const satisfies Record<string, ErrorKind>;

export type ErrorCode = keyof typeof errorCatalogue;

/** Values that may be shown to the caller: never a secret, an address of somebody else, or SQL. */
export type ErrorDetails = Readonly<Record<string, unknown>>;

export class AppError extends Error {
  readonly kind: ErrorKind;
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "AppError";
    this.code = code;
    this.kind = errorCatalogue[code];
    this.details = details;
  }
}

type CodesOf<K extends ErrorKind> = {
  [C in ErrorCode]: (typeof errorCatalogue)[C] extends K ? C : never;
}[ErrorCode];

function factory<K extends ErrorKind>() {
  return (code: CodesOf<K>, message: string, details?: ErrorDetails, cause?: unknown): AppError =>
    new AppError(code, message, details, cause);
}

/** The input is wrong; sending it again unchanged cannot help. */
export const invalid = factory<"invalid">();
/** The caller did not say, or could not prove, who it is. */
export const unauthenticated = factory<"unauthenticated">();
/** The caller is known and may not do this. */
export const forbidden = factory<"forbidden">();
/** There is no such thing here. */
export const notFound = factory<"not-found">();
/** The thing exists, but not in a state that allows this. */
export const conflict = factory<"conflict">();
/** Too much, too fast: `details.retryAfterSeconds` says when to come back. */
export const limited = factory<"limited">();
/** Something that Envoi depends on did not answer; the same call may succeed later. */
export const unavailable = factory<"unavailable">();
