import { unwrapResolverError } from "@apollo/server/errors";
import { GraphQLError, type GraphQLFormattedError, Kind } from "graphql";
import { AppError, type ErrorCode, type Log } from "../../base/index.ts";
import { type PublicError, toPublicError } from "../error-table.ts";
import { cut, shorten } from "../shorten.ts";
import { DocumentSource } from "./documents/document-source.ts";

/** Faults that graphql-js and Apollo find in a document or its variables: about the caller's text, safe to show. */
const documentCodes: Readonly<Record<string, ErrorCode>> = {
  GRAPHQL_PARSE_FAILED: "GRAPHQL_PARSE_FAILED",
  GRAPHQL_VALIDATION_FAILED: "GRAPHQL_VALIDATION_FAILED",
  BAD_USER_INPUT: "INPUT_INVALID",
  BAD_REQUEST: "INPUT_INVALID",
  OPERATION_RESOLUTION_FAILURE: "GRAPHQL_VALIDATION_FAILED",
  PERSISTED_QUERY_NOT_FOUND: "PERSISTED_QUERY_NOT_FOUND",
};

export type ErrorSetting = {
  readonly requestId: string;
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
    ...locationOf(formatted, error),
  };
  const code = documentCode(formatted, cause);
  if (code) {
    const text = cut(formatted.message);
    const message = shorten(setting.hideSuggestions ? withoutSuggestions(text) : text);
    return { ...place, message, extensions: { code, kind: "invalid", requestId, details: {} } };
  }
  const shown = toPublicError(cause);
  if (shown.code === "INTERNAL") log.error({ err: cause, requestId }, "a request failed");
  else if (!(cause instanceof AppError)) log.warn({ err: cause, requestId }, "a request failed: the database refused it");
  return { ...place, ...toAnswer(shown, requestId) };
}

/** graphql-js can leave them out of what validation says, but not of what it says about variables. */
function withoutSuggestions(message: string): string {
  const from = message.indexOf("Did you mean ");
  const to = from === -1 ? -1 : message.indexOf("?", from);
  return to === -1 ? message : `${message.slice(0, from).trimEnd()}${message.slice(to + 1)}`;
}

/** The first place: the others are often hundreds. */
function locationOf({ locations }: GraphQLFormattedError, error: unknown): Pick<GraphQLFormattedError, "locations"> {
  const [position] = error instanceof GraphQLError ? (error.positions ?? []) : [];
  if (error instanceof GraphQLError && error.source instanceof DocumentSource && position !== undefined)
    return { locations: [error.source.placeOf(position)] };
  return locations ? { locations: locations.slice(0, 1) } : {};
}

/** What a resolver or a stream threw, or a plugin or a rule: Apollo and graphql-ws wrap them, and only the first has a path. */
export function causeOf(error: unknown): unknown {
  const cause = unwrapResolverError(error);
  if (!(cause instanceof GraphQLError) || !cause.originalError) return cause;
  // With nodes it is about the document, whatever was thrown while that was read.
  return cause.originalError instanceof AppError || !cause.nodes ? cause.originalError : cause;
}

function documentCode(formatted: GraphQLFormattedError, cause: unknown): ErrorCode | undefined {
  // An error of a resolver has a cause of its own; these have none, so nothing inside can leak.
  if (!(cause instanceof GraphQLError)) return undefined;
  const code = formatted.extensions?.code;
  if (typeof code === "string" && code in documentCodes) return documentCodes[code];
  return cause.originalError || cause.path ? undefined : plainCode(cause, code !== undefined);
}

/** Errors without a code of these: straight from graphql-js, as over a WebSocket, or of Apollo's reading of the request. */
function plainCode({ nodes, source }: GraphQLError, isOfApollo: boolean): ErrorCode {
  if (nodes?.some((node) => node.kind === Kind.VARIABLE_DEFINITION)) return "INPUT_INVALID";
  if (source && !nodes) return "GRAPHQL_PARSE_FAILED";
  return isOfApollo && !nodes ? "INPUT_INVALID" : "GRAPHQL_VALIDATION_FAILED";
}

export function toAnswer(error: PublicError, requestId: string): GraphQLFormattedError {
  const { code, kind, details } = error;
  return { message: error.message, extensions: { code, kind, requestId, details } };
}
