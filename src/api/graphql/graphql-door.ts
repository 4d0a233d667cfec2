import type { Server } from "node:http";
import { fastifyApolloHandler } from "@as-integrations/fastify";
import type { FastifyInstance } from "fastify";
import type { Authenticator } from "../../access/index.ts";
import { invalid, type Log } from "../../base/index.ts";
import type { Actor } from "../../storage/index.ts";
import { bodyBytesOf } from "../body-bytes.ts";
import { createCallerAddress } from "../caller-address.ts";
import { createCostBudget } from "../cost-budget.ts";
import type { DoorSettings } from "../door-settings.ts";
import { createKeyGuard } from "../key-guard.ts";
import { originRefusal } from "../origin.ts";
import { createApolloServer } from "./apollo-server.ts";
import { buildGraphqlSchema } from "./build-graphql-schema.ts";
import { createOperationCost } from "./documents/operation-cost.ts";
import { loadPersistedDocuments } from "./documents/persisted-documents.ts";
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
export function createGraphqlDoor(options: GraphqlDoorOptions, server: Server): GraphqlDoor {
  const { settings, authenticator } = options;
  const schema = buildGraphqlSchema();
  const shared = {
    ...options,
    schema,
    costOf: createOperationCost(schema, settings.document.costMax),
    budget: createCostBudget(settings.costPerSecond),
    persisted: settings.persistedDocuments === null ? null : loadPersistedDocuments(settings.persistedDocuments),
    guard: createKeyGuard(authenticator, settings.failedKeysPerMinute),
    callerAddress: createCallerAddress(settings.trustedProxies),
  };
  const sockets = createWebsocketServer({ ...shared, server, path: graphqlPath });
  return {
    async start(http) {
      const apollo = createApolloServer({ ...shared, http });
      await apollo.start();
      const actors = new WeakMap<object, Actor>();
      http.route({
        url: graphqlPath,
        method: ["GET", "POST"],
        // Before a byte of the body is read.
        onRequest: async (request) => {
          const foreign = originRefusal(request.headers, settings.allowedOrigins);
          if (foreign) throw foreign;
          const actor = await shared.guard.authenticate(request.headers.authorization, shared.callerAddress(request.raw));
          const spent = shared.budget.refusal(actor.id);
          if (spent) throw spent;
          actors.set(request, actor);
        },
        handler: fastifyApolloHandler(apollo, {
          context: async (request) => {
            const actor = actors.get(request as object);
            if (!actor) throw invalid("INPUT_INVALID", "The request was not authenticated.");
            return { ...options.createContext(actor, request.id), bodyBytes: bodyBytesOf(request) };
          },
        }),
      });
    },
    stop: () => sockets.stop(),
  };
}
