import { z } from "zod";
import type { ZodOpenApiOperationObject } from "zod-openapi";
import type { ErrorCode } from "../../base/index.ts";
import { executionAccepted, executionStatus, health, recipientPage } from "./answer-schemas.ts";
import { calls } from "./call-schema.ts";
import { restErrors } from "./error-codes.ts";
import { acceptedExamples, type Examples, highThroughputExamples, unitaryExamples } from "./examples.ts";
import { answerHeaders, failures } from "./openapi-failures.ts";
import { recipientsQuery } from "./read-query.ts";

const requestHeaders = z.object({
  "x-gw-ims-org-id": z.string().optional().meta({ description: "Accepted, and not used." }),
  "x-sandbox-name": z.string().optional().meta({ description: "Accepted, and not used." }),
  "x-request-id": z.string().optional().meta({
    description:
      "Accepted, and not used: every answer has an id of its own, and `requestId` in the body is what makes calls one.",
  }),
});

function json(schema: z.ZodType, examples: Examples = {}) {
  return { "application/json": { schema, ...(Object.keys(examples).length > 0 ? { examples } : {}) } };
}

type Told = Pick<ZodOpenApiOperationObject, "operationId" | "summary" | "description" | "tags">;

function executing(
  kind: keyof typeof calls,
  told: Told,
  codes: readonly ErrorCode[],
  examples: Examples,
): ZodOpenApiOperationObject {
  return {
    ...told,
    tags: ["execution"],
    requestParams: { header: requestHeaders },
    requestBody: {
      required: true,
      content: json(calls[kind].schema, examples),
    },
    responses: {
      "202": { description: "Committed.", headers: answerHeaders, content: json(executionAccepted, acceptedExamples) },
      ...failures(codes),
    },
  };
}

export const unitary = executing(
  "TRANSACTIONAL",
  {
    operationId: "executeUnitary",
    summary: "Trigger a TRANSACTIONAL campaign for named people.",
    description:
      "1 to 50,000 recipients. Faults of single recipients exclude them, and do not fail the call. Needs campaigns:execute.",
  },
  restErrors.unitary,
  unitaryExamples,
);

export const highThroughput = executing(
  "HIGH_THROUGHPUT",
  {
    operationId: "executeHighThroughput",
    summary: "Trigger a campaign that is marked highThroughput.",
    description: "1 to 50,000 recipients of the type `external`; no profile is read. Needs campaigns:execute.",
  },
  restErrors.highthroughput,
  highThroughputExamples,
);

const executionPath = z.object({ executionId: z.string().meta({ description: "As answered to the call." }) });

export const status: ZodOpenApiOperationObject = {
  ...{ operationId: "getExecution", summary: "What became of an execution, in numbers.", tags: ["execution"] },
  description: "Needs campaigns:read.",
  requestParams: { path: executionPath, header: requestHeaders },
  responses: {
    "200": { description: "Its status and totals.", headers: answerHeaders, content: json(executionStatus) },
    ...failures(restErrors.execution),
  },
};

export const recipients: ZodOpenApiOperationObject = {
  ...{ operationId: "getExecutionRecipients", summary: "Verdict and state of each recipient, by pages.", tags: ["execution"] },
  description: "In the order of the call; with userId, the newest first. Needs campaigns:read and messages:read.",
  requestParams: { path: executionPath, query: recipientsQuery, header: requestHeaders },
  responses: {
    "200": { description: "A page.", headers: answerHeaders, content: json(recipientPage) },
    ...failures(restErrors.execution),
  },
};

export const audience: ZodOpenApiOperationObject = {
  ...{ operationId: "executeAudience", summary: "Not there yet: answers 400.", tags: ["audience"] },
  description: "This server has no audiences yet.",
  requestParams: { header: requestHeaders },
  requestBody: { required: false, content: json(z.object({}).loose()) },
  responses: failures(restErrors.audience),
};

export const audienceStatus: ZodOpenApiOperationObject = {
  ...{ operationId: "getAudienceExecution", summary: "Not there yet: answers 404.", tags: ["audience"] },
  requestParams: { path: executionPath, header: requestHeaders },
  responses: failures(restErrors.execution),
};

export function scheduleOperation(operationId: string, summary: string): ZodOpenApiOperationObject {
  return {
    ...{ operationId, summary, tags: ["audience"], description: "Not there yet: answers 404." },
    requestParams: { path: z.object({ scheduleId: z.string() }), header: requestHeaders },
    responses: failures(restErrors.schedule),
  };
}

export const healthOperation: ZodOpenApiOperationObject = {
  ...{
    operationId: "getHealth",
    summary: "Whether the server works.",
    tags: ["health"],
    description: "Needs a key, of any role.",
  },
  requestParams: { header: requestHeaders },
  responses: {
    "200": { description: "It does.", headers: answerHeaders, content: json(health) },
    ...failures(restErrors.health),
  },
};
