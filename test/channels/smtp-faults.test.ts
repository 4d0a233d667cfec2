import PostalMime from "postal-mime";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { execute, recipients, statsOf } from "../support/campaigns.ts";
import { expectConservation } from "../support/conservation.ts";
import type { Data } from "../support/graphql-client.ts";
import { anSmtpCampaign, anSmtpConfiguration, messagesOf } from "../support/smtp-campaigns.ts";
import { aClosedPort, createSinks, refusal } from "../support/smtp-sink.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";
import { until } from "../support/until.ts";

const password = "canary-8d1f5c0a";

let app: TestApp;
const sinks = createSinks();
beforeAll(async () => {
  app = await startTestApp();
});
afterEach(() => sinks.stop());
afterAll(() => app.stop());

async function trigger(campaignId: string, count = 1): Promise<string> {
  return (await execute(app.client, { campaignId, requestId: "only", recipients: recipients(count) })).execution.id;
}

async function untilMessage(executionId: string, what: string, is: (message: Data) => boolean): Promise<Data> {
  return until(what, async () => (await messagesOf(app.client, executionId)).find(is), 40);
}

const waitsAfterAttempt = (message: Data): boolean => message.status === "QUEUED" && message.attempts > 0 && message.error;

test("while the server is down messages wait with their error shown, and go out when it comes up", async () => {
  const port = await aClosedPort();
  const campaign = await anSmtpCampaign(app.client, { port });
  const executionId = await trigger(campaign.id, 50);
  const waiting = await untilMessage(executionId, "a message waits after an attempt", waitsAfterAttempt);
  expect(waiting.error).toContain("ECONNREFUSED");
  await expectConservation(app.client, campaign.id, 50);

  const { deliveries } = await sinks.open({ port });
  await until("all are sent", async () => (await statsOf(app.client, campaign.id)).sent === 50, 40);
  expect(deliveries).toHaveLength(50);
  const [message] = await messagesOf(app.client, executionId);
  expect(message.timeline.map((event: Data) => event.status)).toEqual(expect.arrayContaining(["QUEUED", "SENT"]));
  expect(message.error).toBeNull();
});

test("a 4xx is tried again, a 5xx is FAILED with the server's own words [D15] [D47]", async () => {
  let temporary = 0;
  const { deliveries, port } = await sinks.open({
    onRecipient(address) {
      if (address === "person1@example.com") return refusal(550, "5.1.1 No such person here");
      if (address !== "person0@example.com") return null;
      temporary += 1;
      return temporary === 1 ? refusal(451, "4.7.1 Greylisted, come back later") : null;
    },
    onMessage: ({ recipients: [address] }) => (address === "person2@example.com" ? refusal(554, "5.6.0 Looks like spam") : null),
  });
  const campaign = await anSmtpCampaign(app.client, { port });
  const executionId = await trigger(campaign.id, 3);
  await until("all are settled", async () => {
    const { sent, failed } = await statsOf(app.client, campaign.id);
    return sent === 1 && failed === 2;
  });
  const [greylisted, unknown, spam] = await messagesOf(app.client, executionId);
  expect(greylisted).toMatchObject({ status: "SENT", attempts: 2 });
  expect(greylisted.timeline.some((event: Data) => event.error?.includes("Greylisted"))).toBe(true);
  expect(unknown).toMatchObject({ status: "FAILED", attempts: 1 });
  expect(unknown.error).toContain("550 5.1.1 No such person here");
  expect(spam.error).toContain("554 5.6.0 Looks like spam");
  expect(deliveries.filter((delivery) => delivery.recipients[0] === "person0@example.com")).toHaveLength(1);
  const kept = await app.query(
    "select status, context is null and sealed is null as erased from message where execution_id = $1 order by id",
    [executionId],
  );
  expect(kept).toEqual([
    { status: "SENT", erased: true },
    { status: "FAILED", erased: false },
    { status: "FAILED", erased: false },
  ]);
});

test("a wrong password makes messages wait, not fail; they go out once it is mended [D16]", async () => {
  const { deliveries, port } = await sinks.open({
    server: {
      authOptional: false,
      allowInsecureAuth: true,
      onAuth: ({ username, password: given }, _session, done) =>
        given === "right" ? done(null, { user: username }) : done(refusal(535, "5.7.8 Bad credentials")),
    },
  });
  const campaign = await anSmtpCampaign(app.client, { port, username: "envoi", password });
  const executionId = await trigger(campaign.id, 5);
  const waiting = await untilMessage(executionId, "a message waits after an attempt", waitsAfterAttempt);
  expect(waiting.error).toContain("535");
  expect(JSON.stringify(waiting)).not.toContain(password);
  expect(await expectConservation(app.client, campaign.id, 5)).toMatchObject({ failed: 0, sent: 0 });

  const saved = "{ channelConfigurations { id name smtp { port username } } }";
  const { channelConfigurations } = await app.client.expectData(saved);
  const { id, name } = channelConfigurations.find((found: Data) => found.smtp?.port === port);
  await anSmtpConfiguration(app.client, { port, username: "envoi", password: "right" }, { id, name });
  await until("all are sent", async () => (await statsOf(app.client, campaign.id)).sent === 5, 40);
  expect(deliveries).toHaveLength(5);
});

test("STARTTLS that is asked for and not offered: the messages wait, and nothing is said in clear", async () => {
  const seen: string[] = [];
  const sink = await sinks.open({
    server: {
      allowInsecureAuth: true,
      onAuth: (auth, _session, done) => {
        seen.push(String(auth.password));
        done(null, { user: "envoi" });
      },
    },
  });
  const campaign = await anSmtpCampaign(app.client, { port: sink.port, security: "STARTTLS", username: "envoi", password });
  const executionId = await trigger(campaign.id, 3);
  await untilMessage(executionId, "a message waits after an attempt", waitsAfterAttempt);
  expect(await expectConservation(app.client, campaign.id, 3)).toMatchObject({ failed: 0, sent: 0 });
  expect(seen).toEqual([]);
  expect(sink.envelopeCount).toBe(0);
});

test("a session cut after the final dot: RESEND sends again under the same Message-ID [D12] [D14]", async () => {
  const { deliveries, port } = await sinks.open({ onMessage: () => (deliveries.length === 1 ? "cut" : null) });
  const campaign = await anSmtpCampaign(app.client, { port }, { onUncertain: "RESEND" });
  const executionId = await trigger(campaign.id);
  await until("it is sent", async () => (await statsOf(app.client, campaign.id)).sent === 1);
  const ids = await Promise.all(deliveries.map(async ({ raw }) => (await PostalMime.parse(raw)).messageId));
  const [message] = await messagesOf(app.client, executionId);
  expect(ids).toEqual([`<${message.id}@sender.example>`, `<${message.id}@sender.example>`]);
  expect(message.attempts).toBe(2);
});

test("a session cut after the final dot: HOLD leaves it UNCERTAIN and sends nothing twice [D13] [D14] [D47]", async () => {
  const { deliveries, port } = await sinks.open({ onMessage: () => "cut" });
  const campaign = await anSmtpCampaign(app.client, { port }, { onUncertain: "HOLD" });
  const executionId = await trigger(campaign.id);
  await until("it is uncertain", async () => (await statsOf(app.client, campaign.id)).uncertain === 1);
  const [message] = await messagesOf(app.client, executionId);
  expect(message).toMatchObject({ status: "UNCERTAIN", attempts: 1 });
  expect(message.error).not.toBeNull();
  expect(deliveries).toHaveLength(1);
  const kept = await app.query(
    "select status, context is null and sealed is null as erased from message where execution_id = $1 order by id",
    [executionId],
  );
  expect(kept).toEqual([{ status: "UNCERTAIN", erased: false }]);
});

test("a server that answers slowly holds up its own message, not those beside it", async () => {
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const { port } = await sinks.open({
    server: {
      onRcptTo: ({ address }, _session, done) => {
        if (address === "person0@example.com") void released.then(() => done());
        else done();
      },
    },
  });
  const campaign = await anSmtpCampaign(app.client, { port });
  await trigger(campaign.id, 200);
  await until("everybody else is served", async () => (await statsOf(app.client, campaign.id)).sent === 199);
  release();
  await until("the slow one too", async () => (await statsOf(app.client, campaign.id)).sent === 200);
});

test("words of a server that no database can store settle their message all the same", async () => {
  const { port } = await sinks.open({ onRecipient: () => refusal(550, `5.0.0 \0\u0007${"x".repeat(100_000)}`) });
  const campaign = await anSmtpCampaign(app.client, { port });
  const executionId = await trigger(campaign.id, 3);
  await until("all have failed", async () => (await statsOf(app.client, campaign.id)).failed === 3);
  const [message] = await messagesOf(app.client, executionId);
  expect(message.error).toContain("550 5.0.0");
  expect(message.error.length).toBeLessThanOrEqual(1000);
});

test("a password can be written and is in no answer, whoever asks", async () => {
  const saved = await anSmtpConfiguration(app.client, { port: await aClosedPort(), username: "envoi", password });
  expect(JSON.stringify(saved)).not.toContain(password);
  const { __type: type } = await app.client.expectData('{ __type(name: "SmtpSettings") { fields { name } } }');
  expect(type.fields.map((field: Data) => field.name)).not.toContain("password");
  const faulty = {
    input: { name: "1", channel: "EMAIL", provider: "smtp", smtp: { host: "", port: 0, fromAddress: "x", password } },
  };
  const mutation = "mutation ($input: ChannelConfigurationInput!) { saveChannelConfiguration(input: $input) { id } }";
  expect(JSON.stringify(await app.client.call(mutation, faulty))).not.toContain(password);
  const rows = await app.query(
    "select row_to_json(c)::text as row from channel_configuration c union all select row_to_json(e)::text from event e",
  );
  expect(JSON.stringify(rows)).not.toContain(password);
});
