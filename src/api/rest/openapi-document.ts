import { type CreateDocumentOptions, createDocument } from "zod-openapi";
import {
  audience,
  audienceStatus,
  healthOperation,
  highThroughput,
  recipients,
  scheduleOperation,
  status,
  unitary,
} from "./openapi-operations.ts";
import { restBases } from "./routes.ts";

const description = `Triggers campaigns with the calls of Adobe Journey Optimizer's Interactive Message Execution API: the same
paths, headers and bodies, below \`/im\` and \`/ajo/im\`. A 202 means committed. The same \`requestId\` with the same
recipients answers the first execution again, however often it is sent; with other recipients it is a 409. Fields that are not
in this document are refused by name.`;

/** Formats say it in a word; zod adds the pattern by which it checks them. */
const plain: CreateDocumentOptions = {
  override: ({ jsonSchema }) => {
    if (jsonSchema.format) delete jsonSchema.pattern;
    if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
  },
};

/** The OpenAPI 3.1 document: made of the schemas that check the calls. */
export function openapiDocument() {
  return createDocument(
    {
      openapi: "3.1.0",
      info: {
        title: "Envoi executions",
        version: "1.0.0",
        description,
        license: { name: "MIT", identifier: "MIT" },
      },
      servers: restBases.map((url) => ({ url })),
      security: [{ bearer: [] }, { apiKey: [] }],
      tags: [
        { name: "execution", description: "Trigger campaigns, and see what became of it." },
        { name: "audience", description: "Not there yet: the paths answer what is missing." },
        { name: "health", description: "Whether the server works." },
      ],
      components: {
        securitySchemes: {
          bearer: { type: "http", scheme: "bearer", description: "An API key, or a token of the identity provider." },
          apiKey: { type: "apiKey", in: "header", name: "x-api-key", description: "An API key, where no Authorization is sent." },
        },
      },
      paths: {
        "/executions/unitary": { post: unitary },
        "/executions/highthroughput": { post: highThroughput },
        "/executions/{executionId}": { get: status },
        "/executions/{executionId}/recipients": { get: recipients },
        "/executions/audience": { post: audience },
        "/executions/audience/{executionId}": { get: audienceStatus },
        "/executions/schedules/{scheduleId}": {
          get: scheduleOperation("getSchedule", "The status of a scheduled execution."),
          delete: scheduleOperation("deleteSchedule", "Cancel a scheduled execution."),
        },
        "/health": { get: healthOperation },
      },
    },
    plain,
  );
}
