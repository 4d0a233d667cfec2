import { ApolloServer, type ApolloServerPlugin } from "@apollo/server";
import { fastifyApolloDrainPlugin } from "@as-integrations/fastify";
import type { FastifyInstance } from "fastify";
import { type GraphQLSchema, Kind, type OperationDefinitionNode } from "graphql";
import { AppError, errorKinds, invalid, type Log } from "../../base/index.ts";
import { smallBodyBytesMax } from "../limits.ts";
import type { RequestContext } from "./shared/request-context.ts";
import { toGraphqlError } from "./to-graphql-error.ts";

export type HttpRequestContext = RequestContext & { readonly bodyBytes: number };

/** Operations that may carry recipients, and so a large body. */
const largeFields = new Set(["executeCampaign", "simulateExecution"]);

export function createApolloServer(options: {
  readonly schema: GraphQLSchema;
  readonly http: FastifyInstance;
  readonly log: Log;
}): ApolloServer<HttpRequestContext> {
  return new ApolloServer<HttpRequestContext>({
    schema: options.schema,
    introspection: true,
    includeStacktraceInErrorResponses: false,
    csrfPrevention: true,
    persistedQueries: false,
    formatError: (formatted, error) =>
      toGraphqlError(formatted, error, { requestId: requestIdOf(formatted, error), log: options.log }),
    plugins: [fastifyApolloDrainPlugin(options.http), bodyLimit, telltale],
    stopOnTerminationSignals: false,
  });
}

const bodyLimit: ApolloServerPlugin<HttpRequestContext> = {
  async requestDidStart({ contextValue }) {
    return {
      async didResolveOperation({ operation }) {
        if (contextValue.bodyBytes <= smallBodyBytesMax || isLarge(operation)) return;
        throw invalid(
          "BODY_TOO_LARGE",
          `Only ${[...largeFields].join(" and ")} may have a body over ${smallBodyBytesMax} bytes.`,
          { bytesMax: smallBodyBytesMax },
        );
      },
    };
  },
};

function isLarge(operation: OperationDefinitionNode | undefined): boolean {
  const fields = operation?.selectionSet.selections ?? [];
  return fields.length > 0 && fields.every((field) => field.kind === Kind.FIELD && largeFields.has(field.name.value));
}

const requestIds = new WeakMap<object, string>();

/** Remembers whose errors these are: Apollo formats errors without their request. */
const telltale: ApolloServerPlugin<HttpRequestContext> = {
  async requestDidStart({ contextValue }) {
    return {
      async didEncounterErrors({ errors, response }) {
        for (const error of errors) requestIds.set(error, contextValue.requestId);
        const first = errors[0]?.originalError;
        // A refusal of the whole request has its own status; partial answers stay 200.
        if (first instanceof AppError && response.http && first.code === "BODY_TOO_LARGE") response.http.status = 413;
        if (first instanceof AppError && response.http && first.kind === "limited") response.http.status = errorKinds.limited;
      },
    };
  },
};

function requestIdOf(_formatted: unknown, error: unknown): string {
  return (typeof error === "object" && error !== null && requestIds.get(error)) || "unknown";
}
