import type { AddressInfo } from "node:net";
import Fastify from "fastify";
import { createId, urlOf } from "../base/index.ts";
import { type AdmissionOptions, createAdmission } from "./admission.ts";
import { addAuditExport } from "./audit-export.ts";
import { addCallDoors, type CallDoorsOptions, callDoorsServer } from "./call-doors.ts";
import { connectionOptions, limitConnections } from "./connection-limits.ts";
import { addCrossOrigin } from "./cross-origin.ts";
import { addHealth } from "./health.ts";
import { takeOneRequestAtATime } from "./one-request-at-a-time.ts";
import { addPages } from "./pages.ts";
import type { HealthCheck } from "./readiness.ts";
import { addRequestId } from "./request-id.ts";
import { addRestDocument } from "./rest/rest-document.ts";
import { addRestHealth } from "./rest/rest-health.ts";
import { addSecurityHeaders } from "./security-headers.ts";

export type HttpServerOptions = CallDoorsOptions &
  AdmissionOptions & {
    readonly host: string;
    readonly port: number;
    readonly pagesFolder: string;
    readonly health: HealthCheck;
  };

export type HttpServer = { readonly url: string; start(): Promise<void>; stop(): Promise<void> };

/** One port for everything: GraphQL over HTTP and WebSocket, executions over REST, GraphiQL, the audit export, pages, health. */
export async function createHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const http = Fastify({
    ...connectionOptions(options.settings),
    ...callDoorsServer,
    forceCloseConnections: "idle",
    // Unique for good: the audit trail keeps it.
    genReqId: () => createId(),
  });
  const admission = createAdmission(options);
  takeOneRequestAtATime(http.server);
  limitConnections(http, options.settings, admission.addresses);
  addRequestId(http);
  addSecurityHeaders(http);
  await addCrossOrigin(http, options.settings.allowedOrigins);
  addHealth(http, options.health, admission);
  addRestHealth(http, options.health, admission);
  await addPages(http, options.pagesFolder);
  addRestDocument(http);
  addAuditExport(http, admission, options);
  const { graphql } = await addCallDoors(http, admission, options);
  graphql.openSockets({ server: http.server, authenticator: options.authenticator, ...admission });
  let url = "";
  let isStopping = false;
  // A client that keeps its connection for the next call would hold up the end.
  http.addHook("onSend", async (_request, reply) => {
    if (isStopping) reply.header("connection", "close");
  });
  return {
    get url() {
      return url;
    },
    async start() {
      await http.listen({ host: options.host, port: options.port });
      url = urlOf(options.host, (http.server.address() as AddressInfo).port);
    },
    async stop() {
      isStopping = true;
      await graphql.stop();
      await http.close();
      await admission.stop();
    },
  };
}
