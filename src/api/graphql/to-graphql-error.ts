import { unwrapResolverError } from "@apollo/server/errors";
import { GraphQLError, type GraphQLFormattedError, Kind } from "graphql";
import { AppError, type Log } from "../../base/index.ts";
import { type PublicError, toPublicError } from "../error-table.ts";
import { shorten } from "../shorten.ts";
import { isTooLong, tooLong } from "./documents/token-limit.ts";

/** Faults that graphql-js and Apollo find in a document or its variables: about the caller's text, safe to show. */
const documentCodes: Readonly<Record<string, string>> = {
  GRAPHQL_PARSE_FAILED: "GRAPHQL_PARSE_FAILED",
  GRAPHQL_VALIDATION_FAILED: "GRAPHQL_VALIDATION_FAILED",
  BAD_USER_INPUT: "INPUT_INVALID",
  BAD_REQUEST: "BAD_REQUEST",
  OPERATION_RESOLUTION_FAILURE: "GRAPHQL_VALIDATION_FAILED",
  PERSISTED_QUERY_NOT_FOUND: "PERSISTED_QUERY_NOT_FOUND",
};

export type ErrorSetting = {
  readonly requestId: string;
  readonly tokensMax: number;
  /** Whether names that the caller did not write are left out. */
  readonly hideSuggestions: boolean;
  readonly log: Log;
};

/** The one form of an error in GraphQL answers, over HTTP and WebSocket: `extensions { code kind requestId details }`. */
export function toGraphqlError(formatted: GraphQLFormattedError, error: unknown, setting: ErrorSetting): GraphQLFormattedError {
  const { requestId, log } = setting;
  const cause = causeOf(error);
  const place = {
    ...(formatted.path ? { path: formatted.path } : {}),
    ...(formatted.locations ? { locations: formatted.locations } : {}),
  };
  const code = documentCode(formatted, cause);
  if (code === "GRAPHQL_PARSE_FAILED" && error instanceof GraphQLError && isTooLong(error.source, setting.tokensMax))
    return { ...place, ...toAnswer(toPublicError(tooLong(setting.tokensMax)), requestId) };
  if (code) {
    const message = shorten(setting.hideSuggestions ? withoutSuggestions(formatted.message) : formatted.message);
    return { ...place, message, extensions: { code, kind: "invalid", requestId, details: {} } };
  }
  const shown = toPublicError(cause);
  if (shown.code === "INTERNAL") log.error({ err: cause, requestId }, "a request failed");
  else if (!(cause instanceof AppError)) log.warn({ err: cause, requestId }, "a request failed: the database refused it");
  return { ...place, ...toAnswer(shown, requestId) };
}

/** graphql-js can leave them out of what validation says, but not of what it says about variables. */
function withoutSuggestions(message: string): string {
  return message.replace(/ ?Did you mean [^?]+\?/, "");
}

/** What a resolver or a stream threw, or a plugin or a rule: Apollo and graphql-ws wrap them, and only the first has a path. */
function causeOf(error: unknown): unknown {
  const cause = unwrapResolverError(error);
  if (!(cause instanceof GraphQLError) || !cause.originalError) return cause;
  // With nodes it is about the document, whatever was thrown while that was read.
  return cause.originalError instanceof AppError || !cause.nodes ? cause.originalError : cause;
}

function documentCode(formatted: GraphQLFormattedError, cause: unknown): string | undefined {
  // An error of a resolver has a cause of its own; these have none, so nothing inside can leak.
  if (!(cause instanceof GraphQLError)) return undefined;
  const code = formatted.extensions?.code;
  if (typeof code === "string" && code in documentCodes) return documentCodes[code];
  return cause.originalError || cause.path ? undefined : plainCode(cause, code !== undefined);
}

/** Errors without a code of these: straight from graphql-js, as over a WebSocket, or of Apollo's reading of the request. */
function plainCode({ nodes, source }: GraphQLError, isOfApollo: boolean): string {
  if (nodes?.some((node) => node.kind === Kind.VARIABLE_DEFINITION)) return "INPUT_INVALID";
  if (source && !nodes) return "GRAPHQL_PARSE_FAILED";
  return isOfApollo && !nodes ? "BAD_REQUEST" : "GRAPHQL_VALIDATION_FAILED";
}

export function toAnswer(error: PublicError, requestId: string): GraphQLFormattedError {
  const { code, kind, details } = error;
  return { message: error.message, extensions: { code, kind, requestId, details } };
}
