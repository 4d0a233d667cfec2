import { afterAll, beforeAll, expect, test } from "vitest";
import { act, aLiveCampaign, execute, mailbox, recipients, statsOf } from "../support/campaigns.ts";
import type { Data } from "../support/graphql-client.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";
import { until } from "../support/until.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.stop());

const finals = ["sent", "delivered", "bounced", "failed", "uncertain", "excluded"] as const;
const sumOf = (stats: Data): number =>
  ["queued", "claimed", "sending", ...finals].reduce((sum, status) => sum + stats[status], 0);

const settled = (id: string) =>
  until("nothing open", async () => {
    const stats = await statsOf(app.client, id);
    return stats.queued + stats.claimed + stats.sending === 0 && stats;
  });

const cancelDocument = `mutation ($id: ID!) { cancelExecution(id: $id) { id status finishedAt stats { accepted queued sent excluded exclusions { reason count } } } }`;

test("while 3,000 messages drain, every look adds up: accepted is the sum of all the others, for the campaign and for each execution [D41] [D42]", async () => {
  const { id } = await aLiveCampaign(app.client, { deliveryRate: 2000 });
  const fields = "accepted queued claimed sending sent delivered bounced failed uncertain excluded";
  const query = `query ($id: ID!) { campaign(id: $id) { stats { ${fields} } executions { edges { node { stats { ${fields} } } } } } }`;
  for (const name of ["a", "b", "c"])
    await execute(app.client, {
      campaignId: id,
      requestId: name,
      recipients: [...recipients(999, name), { userId: `${name} is no address` }],
    });
  const drifted = `select scope_id from delivery_total total
    left join lateral (
      select count(*)::int as accepted, count(*) filter (where status = 'SENT')::int as sent,
             count(*) filter (where status = 'EXCLUDED')::int as excluded
      from message where total.scope_id in (message.campaign_id, message.execution_id)
    ) counted on true
    where (total.accepted, total.sent, total.excluded) is distinct from (counted.accepted, counted.sent, counted.excluded)`;
  let looks = 0;
  let sentBefore = 0;
  await until("3,000 settled", async () => {
    const { campaign } = await app.client.expectData(query, { id });
    const executions: Data[] = campaign.executions.edges.map((edge: Data) => edge.node.stats);
    for (const stats of [campaign.stats, ...executions]) {
      expect(sumOf(stats)).toBe(stats.accepted);
      for (const status of Object.keys(stats)) expect(stats[status]).toBeGreaterThanOrEqual(0);
    }
    expect(campaign.stats.accepted).toBe(3000);
    expect(campaign.stats.sent).toBeGreaterThanOrEqual(sentBefore);
    sentBefore = campaign.stats.sent;
    // Totals and messages as one statement sees them.
    expect(await app.query(drifted)).toEqual([]);
    looks += 1;
    return campaign.stats.sent === 2997;
  });
  expect(looks).toBeGreaterThan(5);
  expect(await mailbox(app.client, id)).toHaveLength(2997);
});

test("a pause keeps what waits, still takes triggers, and nothing goes out until it is resumed [D28]", async () => {
  const { id } = await aLiveCampaign(app.client, { deliveryRate: 400 });
  await execute(app.client, { campaignId: id, requestId: "first", recipients: recipients(600, "first") });
  await until("some are sent", async () => (await statsOf(app.client, id)).sent > 20);
  await act(app.client, "pauseCampaign", id);
  await execute(app.client, { campaignId: id, requestId: "second", recipients: recipients(5, "second") });
  const paused = await until("nothing in flight", async () => {
    const stats = await statsOf(app.client, id);
    return stats.claimed + stats.sending === 0 && stats;
  });
  const mail = (await mailbox(app.client, id)).length;
  expect(paused.queued).toBe(605 - paused.sent);
  expect(mail).toBe(paused.sent);
  // Half a second would have carried 200 messages at this rate.
  const until500 = performance.now() + 500;
  await until("half a second of silence", () => performance.now() > until500);
  expect(await statsOf(app.client, id)).toMatchObject({ sent: paused.sent, queued: paused.queued });
  expect(await mailbox(app.client, id)).toHaveLength(mail);

  await act(app.client, "resumeCampaign", id);
  expect(await settled(id)).toMatchObject({ sent: 605, excluded: 0 });
  expect(new Set((await mailbox(app.client, id)).map((message) => message.userId)).size).toBe(605);
});

test("a stop is final: whoever still waits is excluded with CAMPAIGN_STOPPED, and the sent ones stay sent [D29] [D47]", async () => {
  const { id } = await aLiveCampaign(app.client, { deliveryRate: 200 });
  const { execution } = await execute(app.client, { campaignId: id, requestId: "r", recipients: recipients(500, "stop") });
  await until("some are sent", async () => (await statsOf(app.client, id)).sent > 10);
  await act(app.client, "stopCampaign", id);
  const stats = await settled(id);
  expect(stats.exclusions).toEqual([{ reason: "CAMPAIGN_STOPPED", count: 500 - stats.sent }]);
  expect(await mailbox(app.client, id)).toHaveLength(stats.sent);
  const query = `query ($id: ID!) { execution(id: $id) { status messages(status: EXCLUDED, first: 1) { totalCount edges { node { exclusionDetail } } } } }`;
  const { execution: found } = await app.client.expectData(query, { id: execution.id });
  expect(found).toMatchObject({ status: "FINISHED", messages: { totalCount: 500 - stats.sent } });
  expect(found.messages.edges[0].node.exclusionDetail).toBe("The campaign was stopped before this message was sent.");
  const left = await app.query("select id from message where campaign_id = $1 and status = 'EXCLUDED' and context is not null", [
    id,
  ]);
  expect(left).toEqual([]);
});

test("cancelling an execution withdraws its waiting messages and no others; again changes nothing [D30]", async () => {
  const { id } = await aLiveCampaign(app.client);
  await act(app.client, "pauseCampaign", id);
  const [one, two] = [
    await execute(app.client, { campaignId: id, requestId: "one", recipients: recipients(30, "one") }),
    await execute(app.client, { campaignId: id, requestId: "two", recipients: recipients(20, "two") }),
  ];
  for (let times = 0; times < 2; times += 1) {
    const { cancelExecution } = await app.client.expectData(cancelDocument, { id: one.execution.id });
    expect(cancelExecution).toMatchObject({
      status: "CANCELLED",
      stats: { accepted: 30, queued: 0, excluded: 30, exclusions: [{ reason: "EXECUTION_CANCELLED", count: 30 }] },
    });
  }
  await act(app.client, "resumeCampaign", id);
  expect(await settled(id)).toMatchObject({ sent: 20, excluded: 30 });
  const error = await app.client.expectCode("ACTION_NOT_ALLOWED", cancelDocument, { id: two.execution.id });
  expect(error.message).toBe("The execution is FINISHED: nothing of it waits any more.");
  const replay = await execute(app.client, { campaignId: id, requestId: "one", recipients: recipients(30, "one") });
  expect(replay).toMatchObject({ replayed: true, execution: { status: "CANCELLED" } });
});

test("a scheduled execution can be cancelled before it begins", async () => {
  const { id } = await aLiveCampaign(app.client);
  const executeAt = new Date(Date.now() + 3_600_000).toISOString();
  const { execution } = await execute(app.client, { campaignId: id, requestId: "r", recipients: recipients(2), executeAt });
  expect(execution.status).toBe("SCHEDULED");
  const { cancelExecution } = await app.client.expectData(cancelDocument, { id: execution.id });
  expect(cancelExecution).toMatchObject({
    status: "CANCELLED",
    finishedAt: expect.any(String),
    stats: { queued: 0, excluded: 2 },
  });
});

test("a pause and a stop that come together with triggers never leave a message behind", async () => {
  const { id } = await aLiveCampaign(app.client);
  const triggers = Array.from({ length: 12 }, (_, index) =>
    app.client.call("mutation ($input: ExecuteCampaignInput!) { executeCampaign(input: $input) { toSendCount } }", {
      input: { campaignId: id, requestId: `r${index}`, recipients: recipients(10, `t${index}-`) },
    }),
  );
  const stop = act(app.client, "stopCampaign", id);
  const answers = await Promise.all(triggers);
  await stop;
  const accepted = answers.filter((answer) => !answer.errors).length;
  for (const { errors } of answers) if (errors) expect(errors[0]?.extensions.code).toBe("CAMPAIGN_NOT_LIVE");
  const stats = await settled(id);
  expect(stats.accepted).toBe(accepted * 10);
  expect(stats.sent + stats.excluded).toBe(accepted * 10);
});

test("whoever still waits a minute after the 12-hour window is excluded; the window stands still during a pause [D23]", async () => {
  const { id } = await aLiveCampaign(app.client, { deliveryRate: 100 });
  await act(app.client, "pauseCampaign", id);
  const ends = "select request_id, window_ends_at as ends from execution where campaign_id = $1 order by request_id";
  for (const name of ["grace", "late"])
    await execute(app.client, { campaignId: id, requestId: name, recipients: recipients(5, name) });
  const shift =
    "update execution set window_ends_at = now() - $2 * interval '1 second' where campaign_id = $1 and request_id = $3";
  await app.query(shift, [id, 30, "grace"]);
  await app.query(shift, [id, 90, "late"]);
  const before = await app.query<{ ends: Date }>(ends, [id]);
  await app.query("select pg_sleep(0.5)");
  await act(app.client, "resumeCampaign", id);
  expect(await settled(id)).toMatchObject({ sent: 5, exclusions: [{ reason: "RATE_WINDOW_EXCEEDED", count: 5 }] });
  expect((await mailbox(app.client, id)).every((message) => message.userId.startsWith("grace"))).toBe(true);
  for (const [index, { ends: after }] of (await app.query<{ ends: Date }>(ends, [id])).entries())
    expect(after.getTime() - (before[index]?.ends.getTime() ?? 0)).toBeGreaterThanOrEqual(500);
});
