import { connect } from "node:net";
import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { act, aLiveCampaign, execute, executeDocument, mailbox, recipients, statsOf } from "../support/campaigns.ts";
import type { Data } from "../support/graphql-client.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";
import { until } from "../support/until.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ ACCEPT_TIMEOUT_SECONDS: "3" });
});
afterAll(() => app.stop());

async function executionsOf(campaignId: string): Promise<number> {
  const [row] = await app.query<{ count: number }>("select count(*)::int as count from execution where campaign_id = $1", [
    campaignId,
  ]);
  return row?.count ?? -1;
}

async function settled(campaignId: string): Promise<Data> {
  return until("all settled", async () => {
    const stats = await statsOf(app.client, campaignId);
    return stats.queued + stats.claimed + stats.sending === 0 && stats;
  });
}

test("a repeated requestId returns the first execution and sends nothing twice [D5]", async () => {
  const { id } = await aLiveCampaign(app.client);
  const input = { campaignId: id, requestId: "again", recipients: recipients(20) };
  const first = await execute(app.client, input);
  expect(first.replayed).toBe(false);
  const repeated = await execute(app.client, input);
  await settled(id);
  const late = await execute(app.client, input);
  for (const answer of [repeated, late]) {
    expect(answer).toMatchObject({ replayed: true, acceptedCount: 20, excludedCount: 0, toSendCount: 20 });
    expect(answer.execution).toMatchObject({ id: first.execution.id, acceptedAt: first.execution.acceptedAt });
  }
  expect(await statsOf(app.client, id)).toMatchObject({ accepted: 20, sent: 20 });
  expect(await mailbox(app.client, id)).toHaveLength(20);
  expect(await executionsOf(id)).toBe(1);
});

test("the order of keys makes no difference [D5]", async () => {
  const { id } = await aLiveCampaign(app.client);
  const call = (recipient: object) => execute(app.client, { campaignId: id, requestId: "order", recipients: [recipient] });
  const first = await call({ userId: "a@b.example", context: { name: "A", deep: { x: 1, y: [1, { p: 1, q: 2 }] } } });
  const again = await call({ context: { deep: { y: [1, { q: 2, p: 1 }], x: 1 }, name: "A" }, userId: "a@b.example" });
  expect(again).toMatchObject({ replayed: true, execution: { id: first.execution.id } });
});

test("what is left out, null, or said as it would be anyway makes no difference; a null in the context does [D5]", async () => {
  const { id } = await aLiveCampaign(app.client);
  const call = (recipient: object) => ({
    campaignId: id,
    requestId: "left out",
    recipients: [{ userId: "a@b.example", ...recipient }],
  });
  const first = await execute(app.client, call({ channelData: { emailAddress: "c@d.example" }, context: { name: "A" } }));
  const spelled = {
    ...{ type: "PROFILE", namespace: null, profile: null, context: { name: "A" } },
    channelData: { emailAddress: "c@d.example", mobilePhoneNumber: null, pushToken: null },
  };
  expect(await execute(app.client, call(spelled))).toMatchObject({ replayed: true, execution: { id: first.execution.id } });
  for (const other of [
    { type: "EXTERNAL" },
    { context: { name: null } },
    { context: { name: "A", more: null } },
    { channelData: null },
  ])
    await app.client.expectCode("REQUEST_ID_REUSED", executeDocument, { input: call({ ...spelled, ...other }) });
});

test("a requestId with other arguments is refused, names the first execution, and changes nothing [D5]", async () => {
  const { id } = await aLiveCampaign(app.client);
  const input = { campaignId: id, requestId: "reused", recipients: recipients(2) };
  const { execution } = await execute(app.client, input);
  const others = [
    { recipients: recipients(3) },
    { recipients: [...recipients(2)].reverse() },
    { recipients: recipients(2).map((person) => ({ ...person, context: { name: "Other" } })) },
    { executeAt: new Date(Date.now() + 60_000).toISOString() },
  ];
  for (const other of others) {
    const error = await app.client.expectCode("REQUEST_ID_REUSED", executeDocument, { input: { ...input, ...other } });
    expect(error.message).toContain("Take a new requestId");
    expect(error.extensions).toMatchObject({ kind: "conflict", details: { executionId: execution.id } });
  }
  expect(await executionsOf(id)).toBe(1);
  expect(await settled(id)).toMatchObject({ accepted: 2, sent: 2 });
});

test("one requestId on two campaigns is two executions", async () => {
  const [one, two] = [await aLiveCampaign(app.client), await aLiveCampaign(app.client)];
  const answers = [one, two].map(({ id }) =>
    execute(app.client, { campaignId: id, requestId: "same", recipients: recipients(1) }),
  );
  const [first, second] = await Promise.all(answers);
  expect([first.replayed, second.replayed]).toEqual([false, false]);
  expect(first.execution.id).not.toBe(second.execution.id);
});

test.each([2, 20])("%d concurrent calls with one new requestId make one execution", async (count) => {
  const { id } = await aLiveCampaign(app.client);
  const input = { campaignId: id, requestId: "race", recipients: recipients(5, `race${count}-`) };
  const answers = await Promise.all(Array.from({ length: count }, () => execute(app.client, input)));
  expect(new Set(answers.map((answer) => answer.execution.id)).size).toBe(1);
  expect(answers.filter((answer) => !answer.replayed)).toHaveLength(1);
  expect(await executionsOf(id)).toBe(1);
  expect(await settled(id)).toMatchObject({ accepted: 5, sent: 5 });
  expect(await mailbox(app.client, id)).toHaveLength(5);
});

test("of concurrent calls with one requestId and other people, one wins and the losers leave no trace [D2] [D5]", async () => {
  const { id } = await aLiveCampaign(app.client);
  const people = Array.from({ length: 8 }, (_, index) => `loser${index}-`);
  const answers = await Promise.all(
    people.map((prefix) =>
      app.client.call(executeDocument, { input: { campaignId: id, requestId: "rivals", recipients: recipients(3, prefix) } }),
    ),
  );
  const codes = answers.map((answer) => answer.errors?.[0]?.extensions.code ?? "accepted");
  expect(codes.sort()).toEqual([...Array.from({ length: 7 }, () => "REQUEST_ID_REUSED"), "accepted"]);
  const kept = await app.query("select value from profile_identity where value like 'loser%'");
  expect(kept).toHaveLength(3);
});

test("many different calls at once, of many campaigns, are each accepted exactly once", async () => {
  const campaigns = await Promise.all([1, 2, 3].map(() => aLiveCampaign(app.client)));
  const calls = Array.from({ length: 60 }, (_, index) => ({
    campaignId: campaigns[index % 3]?.id,
    requestId: `r${index}`,
    recipients: recipients(2, `person${index % 7}-`),
  }));
  const answers = await Promise.all(calls.map((input) => execute(app.client, input)));
  expect(new Set(answers.map((answer) => answer.execution.id)).size).toBe(60);
  for (const [index, answer] of answers.entries()) expect(answer.execution.requestId).toBe(`r${index}`);
  for (const campaign of campaigns) expect(await settled(campaign.id)).toMatchObject({ accepted: 40, sent: 40 });
});

test("a connection cut right after the call was written: repeating it makes one execution [D6]", async () => {
  const { id } = await aLiveCampaign(app.client);
  const input = { campaignId: id, requestId: "cut", recipients: recipients(10) };
  const body = JSON.stringify({ query: executeDocument, variables: { input } });
  const { hostname, port } = new URL(app.url);
  const head = `POST /graphql HTTP/1.1\r\nhost: ${hostname}\r\ncontent-type: application/json\r\nauthorization: Bearer ${app.adminKey}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n`;
  await new Promise<void>((resolve) => {
    const socket = connect(Number(port), hostname, () => {
      socket.write(`${head}${body}`, () => {
        socket.destroy();
        resolve();
      });
    });
  });
  const answer = await execute(app.client, input);
  expect(answer).toMatchObject({ acceptedCount: 10 });
  expect(await executionsOf(id)).toBe(1);
  expect(await settled(id)).toMatchObject({ accepted: 10, sent: 10 });
  expect(await execute(app.client, input)).toMatchObject({ replayed: true, execution: { id: answer.execution.id } });
});

test("a call that cannot commit in time answers TIMED_OUT with nothing stored, and succeeds when repeated [D2] [D6]", async () => {
  const { id } = await aLiveCampaign(app.client);
  await act(app.client, "pauseCampaign", id);
  const input = { campaignId: id, requestId: "late", recipients: recipients(3, "late") };
  const blocker = new Client({ connectionString: app.databaseUrl });
  await blocker.connect();
  try {
    await blocker.query("begin");
    await blocker.query("lock table execution in access exclusive mode");
    const began = performance.now();
    const error = await app.client.expectCode("TIMED_OUT", executeDocument, { input });
    expect(performance.now() - began).toBeLessThan(4500);
    expect(error.message).toBe(
      "The call could not be stored in time and was rolled back. Send it again with the same requestId.",
    );
    expect(error.extensions).toMatchObject({ kind: "unavailable", details: { retryable: true } });
  } finally {
    await blocker.query("rollback");
    await blocker.end();
  }
  expect(await executionsOf(id)).toBe(0);
  expect(await app.query("select id from message where campaign_id = $1", [id])).toEqual([]);
  expect(await app.query("select value from profile_identity where value like 'late%'")).toEqual([]);
  expect(await execute(app.client, input)).toMatchObject({ replayed: false, toSendCount: 3 });
});

test("an execution is found by its campaign and requestId", async () => {
  const { id } = await aLiveCampaign(app.client);
  const { execution } = await execute(app.client, { campaignId: id, requestId: "look me up", recipients: recipients(1) });
  const query =
    "query ($id: ID, $campaignId: ID, $requestId: String) { execution(id: $id, campaignId: $campaignId, requestId: $requestId) { id } }";
  expect(await app.client.expectData(query, { campaignId: id, requestId: "look me up" })).toEqual({
    execution: { id: execution.id },
  });
  expect(await app.client.expectData(query, { campaignId: id, requestId: "unknown" })).toEqual({ execution: null });
  const error = await app.client.expectCode("INPUT_INVALID", query, { campaignId: id });
  expect(error.message).toBe("Give the execution's id, or both campaignId and requestId.");
});
