import { z } from "zod";
import type { ZodOpenApiResponsesObject } from "zod-openapi";
import { type ErrorCode, errorCatalogue, errorGuide } from "../../base/index.ts";
import { publicStatusOf } from "../error-table.ts";
import { problem } from "./answer-schemas.ts";

export const answerHeaders = z.object({
  "x-request-id": z.string().meta({ description: "Of this answer: the log and the audit trail know it." }),
});
const laterHeaders = answerHeaders.extend({
  "retry-after": z.string().optional().meta({ description: "Seconds, where waiting helps." }),
});

/** A response for each status, with an example for each of its codes. */
export function failures(codes: readonly ErrorCode[]): ZodOpenApiResponsesObject {
  const all = [...codes.map((code) => ({ code, status: publicStatusOf(code) })), { code: "INTERNAL" as const, status: 500 }];
  const byStatus = Map.groupBy(all, ({ status }) => status);
  return Object.fromEntries(
    [...byStatus]
      .sort(([a], [b]) => a - b)
      .map(([status, own]) => [
        String(status),
        failure(
          status,
          own.map(({ code }) => code),
        ),
      ]),
  );
}

function failure(status: number, codes: readonly (ErrorCode | "INTERNAL")[]) {
  return {
    description: codes.join(", "),
    headers: status === 429 || status === 503 ? laterHeaders : answerHeaders,
    content: {
      "application/problem+json": {
        schema: problem,
        examples: Object.fromEntries(codes.map((code) => [code, { value: exampleOf(code, status) }])),
      },
    },
  };
}

function exampleOf(code: ErrorCode | "INTERNAL", status: number) {
  const guide = code === "INTERNAL" ? internal : errorGuide[code];
  return {
    ...{ type: `urn:envoi:error:${code}`, title: guide.when, status, code },
    kind: code === "INTERNAL" ? "internal" : errorCatalogue[code],
    ...{ requestId: "01990a2b-9e3f-7f5c-9b32-7d4e6f8a0b03", details: {} },
    report: { additionalContext: { whatToDo: guide.remedy } },
  };
}

const internal = {
  when: "Something went wrong on the server. Its log has the cause under this requestId.",
  remedy: "Send the call again with the same requestId.",
};
