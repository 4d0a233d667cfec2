import { afterAll, beforeAll, expect, test } from "vitest";
import { execute, recipients } from "../support/campaigns.ts";
import { aFailedExecution, type MoodySink, startMoodySink, untilFinished } from "../support/dead-letters.ts";
import type { Data } from "../support/graphql-client.ts";
import { refusal } from "../support/smtp-sink.ts";
import { statementsOf } from "../support/statements.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";

let app: TestApp;
let sink: MoodySink;
let campaignId = "";
let firstId = "";
let secondId = "";

const numberOf = (address: string): number => Number(/\d+/.exec(address)?.[0]);

/** Of ten: 0 is taken, 1 to 5 have no mailbox, 6 to 8 are refused without an enhanced code, 9 may have been taken. */
const answer = (address: string) => {
  const number = numberOf(address);
  if (number === 0) return null;
  if (number <= 5) return refusal(550, "5.1.1 no such user");
  return number <= 8 ? refusal(554, "go away") : "cut";
};

beforeAll(async () => {
  app = await startTestApp({}, undefined, undefined, { engineRuns: "on its thread" });
  sink = await startMoodySink();
  const first = await aFailedExecution(app.client, sink, { count: 10, answer, fields: { onUncertain: "HOLD" } });
  ({ campaignId } = first);
  firstId = first.execution.id;
  const { execution } = await execute(app.client, { campaignId, requestId: "second", recipients: recipients(3) });
  secondId = (await untilFinished(app.client, execution.id)).id;
  // Another campaign's are nobody's business here.
  await aFailedExecution(app.client, sink, { count: 4, answer });
});
afterAll(async () => {
  await app.stop();
  await sink.stop();
});

const document = `query ($campaignId: ID!, $executionId: ID, $statuses: [MessageStatus!], $errorCode: String, $first: Int, $after: String) {
  deadLetters(campaignId: $campaignId, executionId: $executionId, statuses: $statuses, errorCode: $errorCode, first: $first, after: $after) {
    totalCount pageInfo { hasNextPage endCursor }
    edges { node { id userId status error errorCode replayableUntil timeline { status } } }
  } }`;

async function list(variables: object = {}): Promise<{ numbers: number[]; totalCount: number; nodes: Data[]; pageInfo: Data }> {
  const { deadLetters } = await app.client.expectData(document, { campaignId, ...variables });
  const nodes = deadLetters.edges.map((edge: Data) => edge.node);
  return { ...deadLetters, nodes, numbers: nodes.map((node: Data) => numberOf(node.userId)) };
}

test("dead letters of a campaign are listed newest last, by execution, status and code [D53]", async () => {
  expect(await list()).toMatchObject({ totalCount: 11, numbers: [1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2] });
  expect(await list({ executionId: secondId })).toMatchObject({ totalCount: 2, numbers: [1, 2] });
  expect(await list({ statuses: ["UNCERTAIN"] })).toMatchObject({ totalCount: 1, numbers: [9] });
  expect(await list({ errorCode: "554" })).toMatchObject({ totalCount: 3, numbers: [6, 7, 8] });
  expect(await list({ errorCode: "5.1.1", executionId: firstId })).toMatchObject({ totalCount: 5, numbers: [1, 2, 3, 4, 5] });
  const [letter] = (await list()).nodes;
  expect(letter).toMatchObject({ status: "FAILED", errorCode: "5.1.1", error: expect.stringContaining("no such user") });
});

test("pages follow each other without a gap, and each takes the same number of SQL statements", async () => {
  const seen: number[] = [];
  for (let after: string | null = null; ; ) {
    const page = await list({ first: 3, after });
    seen.push(...page.numbers);
    if (!page.pageInfo.hasNextPage) break;
    after = page.pageInfo.endCursor;
  }
  expect(seen).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2]);
  const few = await statementsOf(() => list({ first: 1 }));
  const many = await statementsOf(() => list({ first: 50 }));
  expect(many.length, many.join("\n\n")).toBe(few.length);
  expect(many).toHaveLength(2);
});

test("reasons are counted by status and code, the most frequent first, with what a provider said [D53]", async () => {
  const reasons = `query ($campaignId: ID!, $executionId: ID) {
    deadLetterReasons(campaignId: $campaignId, executionId: $executionId) { status errorCode count example } }`;
  const { deadLetterReasons: found } = await app.client.expectData(reasons, { campaignId });
  expect(found).toEqual([
    { status: "FAILED", errorCode: "5.1.1", count: 7, example: "550 5.1.1 no such user" },
    { status: "FAILED", errorCode: "554", count: 3, example: "554 go away" },
    { status: "UNCERTAIN", errorCode: expect.any(String), count: 1, example: expect.any(String) },
  ]);
  const { deadLetterReasons: second } = await app.client.expectData(reasons, { campaignId, executionId: secondId });
  expect(second).toMatchObject([{ errorCode: "5.1.1", count: 2 }]);
  const statements = await statementsOf(() => app.client.expectData(reasons, { campaignId }));
  expect(statements).toHaveLength(1);
});

test("what cannot be is an empty list or a refusal, never a fault", async () => {
  for (const nothing of [{ campaignId: "nonsense" }, { executionId: "nonsense" }, { errorCode: "\0" }, { errorCode: "nothing" }])
    expect(await list(nothing)).toMatchObject({ totalCount: 0, numbers: [] });
  for (const wrong of [{ statuses: ["SENT"] }, { statuses: [] }, { first: 0 }, { first: 501 }, { after: "x" }])
    await app.client.expectCode("INPUT_INVALID", document, { campaignId, ...wrong });
});

test("only those with a code, or those named, are sent again [D50]", async () => {
  const retry = `mutation ($campaignId: ID!, $errorCode: String, $ids: [ID!]) {
    retryMessages(campaignId: $campaignId, statuses: [FAILED, UNCERTAIN], errorCode: $errorCode, ids: $ids) }`;
  const again = async (variables: object) => (await app.client.expectData(retry, { campaignId, ...variables })).retryMessages;
  const idsOf = (nodes: readonly Data[]) => nodes.map(({ id }) => id);
  const [one, two, ...rest] = (await list({ errorCode: "5.1.1" })).nodes;
  sink.answer = () => null;
  expect(await again({ errorCode: "nothing like it" })).toBe(0);
  expect(await again({ errorCode: "554", ids: idsOf([one, two]) })).toBe(0);
  expect(await again({ errorCode: "554" })).toBe(3);
  expect(await again({ ids: [...idsOf([one, two]), "01900000-0000-7000-8000-000000000000"] })).toBe(2);
  await untilFinished(app.client, firstId);
  expect((await list()).nodes.map(({ id }) => id)).toEqual([
    ...idsOf(rest.slice(0, 3)),
    ...(await list({ statuses: ["UNCERTAIN"] })).nodes.map(({ id }) => id),
    ...idsOf(rest.slice(3)),
  ]);
  for (const wrong of [{ ids: [] }, { ids: ["no id"] }, { ids: Array.from({ length: 5001 }, () => one.id) }, { errorCode: "" }])
    await app.client.expectCode("INPUT_INVALID", retry, { campaignId, ...wrong });
});
