import { AsyncLocalStorage } from "node:async_hooks";
import { fastifyApolloHandler } from "@as-integrations/fastify";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { type DocumentNode, getOperationAST } from "graphql";
import { createId, type Log } from "../../base/index.ts";
import type { Actor } from "../../storage/index.ts";
import type { RouteAdmission } from "../admission.ts";
import { answerInTime } from "../answer-in-time.ts";
import { bodyBytesOf } from "../body-bytes.ts";
import { type CarriedAnswer, sendCarried } from "../carried-call.ts";
import type { DoorSettings } from "../door-settings.ts";
import { createApolloServer } from "./apollo-server.ts";
import { buildGraphqlSchema } from "./build-graphql-schema.ts";
import { type Asked, createSeenDocuments, readAsked, type SeenDocuments } from "./documents/asked.ts";
import { createIsDear, type IsDear } from "./documents/dear-operations.ts";
import { createVariableLists } from "./documents/list-bounds.ts";
import { createOperationCost, type OperationCost } from "./documents/operation-cost.ts";
import { loadPersistedDocuments, type PersistedDocuments } from "./documents/persisted-documents.ts";
import { createReadDocument } from "./documents/read-document.ts";
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
    isDear: createIsDear(schema),
    seen: createSeenDocuments(),
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
          const asked = await readRequest(request, shared);
          if (asked === null) return;
          const document = shared.readDocument(asked.text);
          if (!("kind" in document)) {
            await chargeRefusedDocument(admission.budget, admission.actorOf(request));
            return sendFaults(reply, document, { ...errorSetting, requestId: request.id });
          }
          const answer = await passOnIfDear(request, { asked, document }, shared);
          if (!answer) return void documents.set(request, document);
          sendCarried(reply, answer);
          return reply;
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

type Reading = { readonly persisted: PersistedDocuments | null; readonly seen: SeenDocuments };

/** What a request asks for. Null where Apollo has to find it. */
async function readRequest(request: FastifyRequest, reading: Reading): Promise<Asked | null> {
  const fault = requestFault(request);
  if (fault) throw fault;
  const asked = await readAsked(request, reading);
  // Before it is read: what is wrong with an unlisted document would tell of the schema.
  const refusal = asked && reading.persisted?.refusal(asked.text);
  if (refusal) throw refusal;
  return asked;
}

type Known = { readonly asked: Asked; readonly document: DocumentNode };
type PassingOn = RouteAdmission & { readonly isDear: IsDear; readonly costOf: OperationCost; readonly seen: SeenDocuments };

/** The answer to what would keep the loop, from elsewhere; null for everything else. */
async function passOnIfDear(
  request: FastifyRequest,
  { asked, document }: Known,
  { passOn, actorOf, budget, isDear, costOf, seen }: PassingOn,
): Promise<CarriedAnswer | null> {
  const { text, operationName, variables, extensions } = asked;
  const operation = getOperationAST(document, operationName);
  if (!passOn || !operation || !isDear(document, operation, variables)) return null;
  // A mutation never comes by GET, and is refused a step later.
  if (request.method === "GET" && operation.operation !== "query") return null;
  const actor = actorOf(request);
  await budget.spend(actor, costOf(document, operation, variables));
  await seen.note(asked);
  const body = { query: text, operationName, variables, extensions };
  return passOn({ requestId: request.id, actor, url: graphqlPath, headers: request.headers, body });
}
