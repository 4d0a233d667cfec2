import { ApolloServer } from "@apollo/server";
import { ApolloServerPluginCacheControlDisabled, ApolloServerPluginLandingPageDisabled } from "@apollo/server/plugin/disabled";
import { fastifyApolloDrainPlugin } from "@as-integrations/fastify";
import type { FastifyInstance } from "fastify";
import type { GraphQLSchema } from "graphql";
import type { Log } from "../../base/index.ts";
import type { DoorSettings } from "../door-settings.ts";
import { errorsMax } from "../limits.ts";
import { hashPrefix, type SeenDocuments } from "./documents/asked.ts";
import type { PersistedDocuments } from "./documents/persisted-documents.ts";
import type { ReadDocument } from "./documents/read-document.ts";
import { answer } from "./plugins/answer.ts";
import { knownDocument } from "./plugins/known-document.ts";
import { type OperationGateOptions, operationGate } from "./plugins/operation-gate.ts";
import type { HttpRequestContext } from "./shared/request-context.ts";
import { toGraphqlError } from "./to-graphql-error.ts";

export type ApolloOptions = OperationGateOptions & {
  readonly schema: GraphQLSchema;
  readonly http: FastifyInstance;
  readonly settings: Pick<DoorSettings, "introspection">;
  readonly readDocument: ReadDocument;
  readonly seen: SeenDocuments;
  /** Apollo formats errors without their request. */
  readonly presentRequestId: () => string;
  readonly log: Log;
};

export function createApolloServer(options: ApolloOptions): ApolloServer<HttpRequestContext> {
  const { settings, log, persisted } = options;
  const hideSuggestions = settings.introspection === "off";
  return new ApolloServer<HttpRequestContext>({
    schema: options.schema,
    // Where it is off, a rule of ours says so, on every door.
    introspection: true,
    includeStacktraceInErrorResponses: false,
    // Every call brings its key in this header, which no page of another site can make a browser send.
    csrfPrevention: { requestHeaders: ["authorization"] },
    // Documents were read before, and are kept where they were.
    documentStore: null,
    executionOptions: { maxCoercionErrors: errorsMax },
    persistedQueries: { cache: persisted ? readOnlyCache(persisted) : options.seen.cache },
    formatError: (formatted, error) =>
      toGraphqlError(formatted, error, {
        requestId: options.presentRequestId(),
        hideSuggestions,
        log,
      }),
    // GraphiQL has a page of its own; Apollo's would load one from elsewhere.
    plugins: [
      ApolloServerPluginLandingPageDisabled(),
      // It looks at each field of each row, which takes as long as answering them.
      ApolloServerPluginCacheControlDisabled(),
      fastifyApolloDrainPlugin(options.http),
      knownDocument(options.readDocument),
      operationGate(options),
      answer(options.budget),
    ],
    stopOnTerminationSignals: false,
  });
}

/** A list that clients can read from by id, and not add to. */
function readOnlyCache(persisted: PersistedDocuments) {
  return {
    get: async (key: string) => persisted.textOf(key.slice(hashPrefix.length)),
    set: async () => undefined,
    delete: async () => false,
  };
}
