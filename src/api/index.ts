/**
 * The doors: GraphQL over HTTP and WebSocket, executions over REST, GraphiQL, pages, health. A door builds a context, calls one use case
 * and maps errors; it decides nothing. Promises: no anonymous access beyond health and static pages; an answer never
 * carries a stack, SQL or a secret.
 */
export type { Bytes, CallWorker, CarriedAnswer, CarriedCall, Spend } from "./carried-call.ts";
export type { DoorSettings } from "./door-settings.ts";
export { toPublicError } from "./error-table.ts";
export { buildGraphqlSchema } from "./graphql/build-graphql-schema.ts";
export { createLoaders } from "./graphql/shared/loaders.ts";
export type { RequestContext, Services } from "./graphql/shared/request-context.ts";
export { createHealthServer, type HealthServer } from "./health.ts";
export { createHttpServer } from "./http-server.ts";
export { createInnerDoors, type InnerDoors } from "./inner-doors.ts";
export type { HealthCheck } from "./readiness.ts";
export { openapiDocument } from "./rest/openapi-document.ts";
