import type { Server } from "node:http";
import { fastifyApolloHandler } from "@as-integrations/fastify";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Authenticator } from "../../access/index.ts";
import type { Log } from "../../base/index.ts";
import type { Actor } from "../../storage/index.ts";
import type { Admission } from "../admission.ts";
import { bodyBytesOf } from "../body-bytes.ts";
import { createBodyGate } from "../body-gate.ts";
import { spenderOf } from "../cost-budget.ts";
import type { DoorSettings } from "../door-settings.ts";
import { createApolloServer } from "./apollo-server.ts";
import { buildGraphqlSchema } from "./build-graphql-schema.ts";
import { createOperationCost } from "./documents/operation-cost.ts";
import { loadPersistedDocuments } from "./documents/persisted-documents.ts";
import { createSelectionCheck } from "./documents/selection-check.ts";
import type { RequestContext } from "./shared/request-context.ts";
import { createWebsocketServer } from "./websocket/websocket-server.ts";

export const graphqlPath = "/graphql";

export type GraphqlDoorOptions = {
  readonly settings: DoorSettings;
  readonly authenticator: Authenticator;
  readonly createContext: (actor: Actor, requestId: string) => RequestContext;
  readonly log: Log;
};

export type GraphqlDoor = {
  /** Adds the route for HTTP. */
  start(http: FastifyInstance): Promise<void>;
  /** Ends the WebSockets. */
  stop(): Promise<void>;
};

/** GraphQL over HTTP and over WebSocket: the same keys, origins, documents and budget for both. */
export function createGraphqlDoor(options: GraphqlDoorOptions, admission: Admission, server: Server): GraphqlDoor {
  const { settings } = options;
  const schema = buildGraphqlSchema();
  const shared = {
    ...options,
    ...admission,
    schema,
    costOf: createOperationCost(schema, settings.document.costMax),
    checkSelection: createSelectionCheck(schema),
    persisted: settings.persistedDocuments === null ? null : loadPersistedDocuments(settings.persistedDocuments),
  };
  const sockets = createWebsocketServer({ ...shared, server, path: graphqlPath });
  return {
    async start(http) {
      const apollo = createApolloServer({ ...shared, http });
      await apollo.start();
      const bodies = createBodyGate({
        waitSeconds: settings.largeBodyWaitSeconds,
        keyOf: (request) => spenderOf(admission.actorOf(request)),
      });
      http.route({
        ...bodies,
        url: graphqlPath,
        method: ["GET", "POST"],
        onRequest: async (request, reply) => void (await admission.admit(request, reply)),
        // Before Apollo parses it: what is wrong with an unlisted document would tell of the schema.
        preHandler: async (request) => {
          const text = documentOf(request);
          const refusal = text === null ? null : shared.persisted?.refusal(text);
          if (refusal) throw refusal;
        },
        handler: fastifyApolloHandler(apollo, {
          context: async (request: FastifyRequest) => ({
            ...options.createContext(admission.actorOf(request), request.id),
            bodyBytes: bodyBytesOf(request),
          }),
        }),
      });
    },
    stop: () => sockets.stop(),
  };
}

/** The text of a document that came as such, and not by its id alone. */
function documentOf({ method, query, body }: Pick<FastifyRequest, "method" | "query" | "body">): string | null {
  const { query: text } = ((method === "GET" ? query : body) ?? {}) as { readonly query?: unknown };
  return typeof text === "string" && text !== "" ? text : null;
}
