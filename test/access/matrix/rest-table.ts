import type { Line } from "./table.ts";
import type { World } from "./world.ts";

/** As a line of the table, asked of a path below the base. */
export type RestLine = Pick<Line, "may" | "says" | "outside"> & {
  readonly path: (world: World) => string;
  readonly body?: (world: World) => object;
};

const everybody = "VAPOTX";
const id = "01900000-0000-7000-8000-000000000000";

const executing = (path: string): RestLine => ({
  ...{ may: "OTX", says: "CAMPAIGN_NOT_LIVE", outside: "CAMPAIGN_NOT_FOUND", path: () => path },
  body: ({ campaignId }) => ({
    ...{ requestId: "over REST", campaignId },
    recipients: [{ type: "external", userId: "a@example.com", namespace: "email", context: { name: "A" } }],
  }),
});

/** Who may ask what over REST, by hand: one line for each path and method of the OpenAPI document. */
export const restLines: Readonly<Record<string, RestLine>> = {
  "POST /executions/unitary": executing("/executions/unitary"),
  "POST /executions/highthroughput": executing("/executions/highthroughput"),
  "GET /executions/{executionId}": {
    ...{ may: "VAPOX", says: "data", outside: "EXECUTION_NOT_FOUND" },
    path: ({ executionId }) => `/executions/${executionId}`,
  },
  "GET /executions/{executionId}/recipients": {
    ...{ may: "OX", says: "data", outside: "EXECUTION_NOT_FOUND" },
    path: ({ executionId }) => `/executions/${executionId}/recipients`,
  },
  // Nothing of anybody's is behind these yet.
  "POST /executions/audience": {
    ...{ may: everybody, says: "INPUT_INVALID", outside: "same", path: () => "/executions/audience", body: () => ({}) },
  },
  "GET /executions/audience/{executionId}": {
    ...{ may: everybody, says: "EXECUTION_NOT_FOUND", outside: "same", path: () => `/executions/audience/${id}` },
  },
  "GET /executions/schedules/{scheduleId}": {
    ...{ may: everybody, says: "SCHEDULE_NOT_FOUND", outside: "same", path: () => `/executions/schedules/${id}` },
  },
  "DELETE /executions/schedules/{scheduleId}": {
    ...{ may: everybody, says: "SCHEDULE_NOT_FOUND", outside: "same", path: () => `/executions/schedules/${id}` },
  },
  "GET /health": { may: everybody, says: "data", outside: "same", path: () => "/health" },
};
