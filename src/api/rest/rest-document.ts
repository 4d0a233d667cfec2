import type { FastifyInstance, RouteHandlerMethod } from "fastify";
import { type Page, servePage, toPage } from "../pages.ts";
import { openapiDocument } from "./openapi-document.ts";
import { addPath } from "./routes.ts";

/** The document is as public as a page: it is in the repository. Made when it is first asked for. */
export function addRestDocument(http: FastifyInstance): void {
  let page: Page | null = null;
  const handler: RouteHandlerMethod = (request, reply) => {
    page ??= toPage(Buffer.from(JSON.stringify(openapiDocument())), "application/json; charset=utf-8");
    return servePage(page)(request, reply);
  };
  addPath(http, "/openapi.json", { GET: { handler } });
}
