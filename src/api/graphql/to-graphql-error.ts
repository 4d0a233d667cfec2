import { unwrapResolverError } from "@apollo/server/errors";
import { GraphQLError, type GraphQLFormattedError } from "graphql";
import { AppError, type Log } from "../../base/index.ts";
import { type PublicError, toPublicError } from "../error-table.ts";

/** Faults that graphql-js and Apollo find in a document or its variables: about the caller's text, safe to show. */
const documentCodes: Readonly<Record<string, string>> = {
  GRAPHQL_PARSE_FAILED: "GRAPHQL_PARSE_FAILED",
  GRAPHQL_VALIDATION_FAILED: "GRAPHQL_VALIDATION_FAILED",
  BAD_USER_INPUT: "INPUT_INVALID",
  BAD_REQUEST: "BAD_REQUEST",
  OPERATION_RESOLUTION_FAILURE: "GRAPHQL_VALIDATION_FAILED",
  PERSISTED_QUERY_NOT_SUPPORTED: "PERSISTED_QUERY_NOT_SUPPORTED",
};

const messageMax = 500;

/** The one form of an error in GraphQL answers, over HTTP and WebSocket: `extensions { code kind requestId details }`. */
export function toGraphqlError(
  formatted: GraphQLFormattedError,
  error: unknown,
  request: { readonly requestId: string; readonly log: Log },
): GraphQLFormattedError {
  const { requestId } = request;
  const cause = causeOf(error);
  const place = {
    ...(formatted.path ? { path: formatted.path } : {}),
    ...(formatted.locations ? { locations: formatted.locations } : {}),
  };
  const code = documentCode(formatted, cause);
  if (code)
    return {
      ...place,
      message: formatted.message.slice(0, messageMax),
      extensions: { code, kind: "invalid", requestId, details: {} },
    };
  const shown = toPublicError(cause);
  if (shown.code === "INTERNAL") request.log.error({ err: cause, requestId }, "a request failed");
  return { ...place, ...toAnswer(shown, requestId) };
}

/** What a resolver threw, or a plugin: Apollo wraps both, and only the first has a path. */
function causeOf(error: unknown): unknown {
  const cause = unwrapResolverError(error);
  return cause instanceof GraphQLError && cause.originalError instanceof AppError ? cause.originalError : cause;
}

function documentCode(formatted: GraphQLFormattedError, cause: unknown): string | undefined {
  // An error of a resolver has a cause of its own; these have none, so nothing inside can leak.
  if (cause instanceof Error && !(cause instanceof GraphQLError)) return undefined;
  const code = formatted.extensions?.code;
  return typeof code === "string"
    ? documentCodes[code]
    : cause instanceof GraphQLError && !cause.originalError
      ? "GRAPHQL_VALIDATION_FAILED"
      : undefined;
}

export function toAnswer(error: PublicError, requestId: string): GraphQLFormattedError {
  const { code, kind, details } = error;
  return { message: error.message, extensions: { code, kind, requestId, details } };
}
