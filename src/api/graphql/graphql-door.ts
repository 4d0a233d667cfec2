import { AsyncLocalStorage } from "node:async_hooks";
import { fastifyApolloHandler } from "@as-integrations/fastify";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { DocumentNode } from "graphql";
import { createId, type Log } from "../../base/index.ts";
import type { Actor } from "../../storage/index.ts";
import type { RouteAdmission } from "../admission.ts";
import { answerInTime } from "../answer-in-time.ts";
import { bodyBytesOf } from "../body-bytes.ts";
import type { DoorSettings } from "../door-settings.ts";
import { createApolloServer } from "./apollo-server.ts";
import { buildGraphqlSchema } from "./build-graphql-schema.ts";
import { createVariableLists } from "./documents/list-bounds.ts";
import { createOperationCost } from "./documents/operation-cost.ts";
import { loadPersistedDocuments, type PersistedDocuments } from "./documents/persisted-documents.ts";
import { createReadDocument, type ReadDocument } from "./documents/read-document.ts";
import { requestFault } from "./documents/request-fault.ts";
import { createSelectionCheck } from "./documents/selection-check.ts";
import { chargeRefusedDocument } from "./plugins/refused-documents.ts";
import { sendFaults } from "./send-faults.ts";
import type { RequestContext } from "./shared/request-context.ts";
import { createWebsocketServer, type WebsocketOptions, type WebsocketServer } from "./websocket/websocket-server.ts";

export const graphqlPath = "/graphql";

export type GraphqlDoorOptions = {
  readonly settings: DoorSettings;
  readonly createContext: (actor: Actor, requestId: string) => RequestContext;
  readonly log: Log;
};

export type GraphqlDoor = {
  /** Adds the route for HTTP. */
  start(http: FastifyInstance): Promise<void>;
  /** The same path of a server that listens, for WebSockets. */
  openSockets(sockets: Sockets): void;
  /** Ends the WebSockets. */
  stop(): Promise<void>;
};

type Sockets = Pick<WebsocketOptions, "server" | "authenticator" | "guard" | "callerAddress" | "addresses">;

/** GraphQL over HTTP and over WebSocket: the same keys, origins, documents and budget for both. */
export function createGraphqlDoor(options: GraphqlDoorOptions, admission: RouteAdmission): GraphqlDoor {
  const { settings } = options;
  const schema = buildGraphqlSchema();
  const shared = {
    ...options,
    ...admission,
    schema,
    readDocument: createReadDocument(schema, settings),
    costOf: createOperationCost(schema, settings.document.costMax),
    checkSelection: createSelectionCheck(schema),
    checkLists: createVariableLists(schema),
    persisted: settings.persistedDocuments === null ? null : loadPersistedDocuments(settings.persistedDocuments),
  };
  let sockets: WebsocketServer | null = null;
  return {
    openSockets(given) {
      sockets = createWebsocketServer({ ...shared, ...given, path: graphqlPath });
    },
    async start(http) {
      const requestIds = new AsyncLocalStorage<string>();
      const errorSetting = { hideSuggestions: settings.introspection === "off", log: options.log };
      const apollo = createApolloServer({ ...shared, http, presentRequestId: () => requestIds.getStore() ?? createId() });
      await apollo.start();
      const documents = new WeakMap<FastifyRequest, DocumentNode>();
      const handle = fastifyApolloHandler(apollo, {
        context: async (request: FastifyRequest) => ({
          ...options.createContext(admission.actorOf(request), request.id),
          bodyBytes: bodyBytesOf(request),
          document: documents.get(request) ?? null,
        }),
      });
      http.route({
        ...admission.bodies,
        url: graphqlPath,
        method: ["GET", "POST"],
        onRequest: async (request, reply) => void (await admission.admit(request, reply)),
        preHandler: async (request, reply) => {
          const document = readRequest(request, shared);
          if (document === null) return;
          if ("kind" in document) return void documents.set(request, document);
          await chargeRefusedDocument(admission.budget, admission.actorOf(request));
          return sendFaults(reply, document, { ...errorSetting, requestId: request.id });
        },
        handler(request, reply) {
          const answer = requestIds.run(request.id, async () => Reflect.apply(handle, this, [request, reply]));
          return answerInTime(answer, settings.answerSeconds);
        },
      });
    },
    async stop() {
      await sockets?.stop();
    },
  };
}

type Reading = { readonly persisted: PersistedDocuments | null; readonly readDocument: ReadDocument };

/** What a request asks for, or what is wrong with its document. Null where Apollo has to find it. */
function readRequest(request: FastifyRequest, { persisted, readDocument }: Reading): ReturnType<ReadDocument> | null {
  const fault = requestFault(request);
  if (fault) throw fault;
  const text = documentOf(request, persisted);
  if (text === null) return null;
  // Before it is read: what is wrong with an unlisted document would tell of the schema.
  const refusal = persisted?.refusal(text);
  if (refusal) throw refusal;
  return readDocument(text);
}

/** The text of a document, also where only its id came; null when nobody has seen it, or Apollo has it by its hash. */
function documentOf({ method, query, body }: FastifyRequest, persisted: PersistedDocuments | null): string | null {
  const asked = ((method === "GET" ? query : body) ?? {}) as { readonly query?: unknown; readonly extensions?: unknown };
  if (typeof asked.query === "string" && asked.query !== "") return asked.query;
  const { persistedQuery } = (asked.extensions ?? {}) as { readonly persistedQuery?: { readonly sha256Hash?: unknown } };
  return (typeof persistedQuery?.sha256Hash === "string" && persisted?.textOf(persistedQuery.sha256Hash)) || null;
}
