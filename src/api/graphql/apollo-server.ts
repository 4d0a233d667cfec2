import { ApolloServer, type ApolloServerPlugin } from "@apollo/server";
import { ApolloServerPluginLandingPageDisabled } from "@apollo/server/plugin/disabled";
import { fastifyApolloDrainPlugin } from "@as-integrations/fastify";
import type { FastifyInstance } from "fastify";
import { type GraphQLSchema, Kind, type OperationDefinitionNode } from "graphql";
import { AppError, invalid, type Log } from "../../base/index.ts";
import { toPublicError } from "../error-table.ts";
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
    // GraphiQL has a page of its own; Apollo's would load one from elsewhere.
    plugins: [
      ApolloServerPluginLandingPageDisabled(),
      fastifyApolloDrainPlugin(options.http),
      bodyLimit,
      noSubscriptions,
      telltale,
    ],
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

/** Apollo would run one as if it were a query. */
const noSubscriptions: ApolloServerPlugin<HttpRequestContext> = {
  async requestDidStart() {
    return {
      async didResolveOperation({ operation }) {
        if (operation?.operation !== "subscription") return;
        throw invalid("INPUT_INVALID", "Subscriptions go over a WebSocket at this path, in the protocol graphql-transport-ws.");
      },
    };
  },
};

const requestIds = new WeakMap<object, string>();

/** Remembers whose errors these are: Apollo formats errors without their request. */
const telltale: ApolloServerPlugin<HttpRequestContext> = {
  async requestDidStart({ contextValue }) {
    return {
      async didEncounterErrors({ errors, response }) {
        for (const error of errors) requestIds.set(error, contextValue.requestId);
        const [first] = errors;
        // A refusal of the whole request has its own status; whatever a field answers is 200.
        if (first?.originalError instanceof AppError && !first.path && response.http)
          response.http.status = toPublicError(first.originalError).status;
      },
    };
  },
};

function requestIdOf(_formatted: unknown, error: unknown): string {
  return (typeof error === "object" && error !== null && requestIds.get(error)) || "unknown";
}
