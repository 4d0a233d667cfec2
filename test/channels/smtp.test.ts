import PostalMime, { type Email } from "postal-mime";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { aLiveCampaign, execute, recipients, statsOf } from "../support/campaigns.ts";
import { expectConservation } from "../support/conservation.ts";
import { anSmtpCampaign, anSmtpConfiguration, messagesOf } from "../support/smtp-campaigns.ts";
import { type SinkOptions, type SmtpSink, startSmtpSink } from "../support/smtp-sink.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";
import { until } from "../support/until.ts";

let app: TestApp;
let sink: SmtpSink | null = null;
beforeAll(async () => {
  app = await startTestApp();
});
afterEach(async () => {
  await sink?.stop();
  sink = null;
});
afterAll(() => app.stop());

async function aSink(options: SinkOptions = {}): Promise<SmtpSink> {
  sink = await startSmtpSink(options);
  return sink;
}

const sent = (campaignId: string, count: number) =>
  until(`${count} are sent`, async () => (await statsOf(app.client, campaignId)).sent === count, 40);

const parsed = (raw: Buffer): Promise<Email> => PostalMime.parse(raw);
const values = (email: Email, header: string): string[] =>
  email.headers.filter(({ key }) => key === header).map(({ value }) => value);

test("1,000 recipients get 1,000 different messages, each exactly once and to one recipient", async () => {
  const { deliveries, port } = await aSink();
  const campaign = await anSmtpCampaign(app.client, { port });
  await execute(app.client, { campaignId: campaign.id, requestId: "thousand", recipients: recipients(1000) });
  await sent(campaign.id, 1000);

  expect(deliveries).toHaveLength(1000);
  for (const delivery of deliveries) expect(delivery.recipients).toHaveLength(1);
  const bodies = await Promise.all(deliveries.map(async ({ raw }) => (await parsed(raw)).text?.trim()));
  expect(bodies.sort()).toEqual(Array.from({ length: 1000 }, (_, index) => `Hello Name ${index}`).sort());
  expect(new Set(deliveries.flatMap((delivery) => delivery.recipients)).size).toBe(1000);
});

test("every header stands once and says what was saved; html has its text beside it", async () => {
  const { deliveries, port } = await aSink();
  const content = {
    email: { subject: "Grüße, {{context.name}} ☀", html: "<p>Für {{context.name}}</p>", text: "Für {{context.name}}" },
  };
  const campaign = await anSmtpCampaign(app.client, { port, replyToAddress: "answers@sender.example" }, { content });
  const answer = await execute(app.client, {
    campaignId: campaign.id,
    requestId: "headers",
    recipients: [{ userId: "zoe@example.com", context: { name: "Zoë" } }],
  });
  await sent(campaign.id, 1);

  const [message] = await messagesOf(app.client, answer.execution.id);
  const [delivery] = deliveries;
  const email = await parsed(delivery?.raw ?? Buffer.alloc(0));
  for (const header of ["from", "to", "subject", "message-id", "date", "reply-to", "mime-version", "content-type"])
    expect(values(email, header), header).toHaveLength(1);
  for (const header of ["cc", "bcc", "sender"]) expect(values(email, header), header).toHaveLength(0);
  expect(email.from).toMatchObject({ name: "Zoë & Söhne", address: "shop@sender.example" });
  expect(email.to).toEqual([{ name: "", address: "zoe@example.com" }]);
  expect(email.replyTo).toMatchObject([{ address: "answers@sender.example" }]);
  expect(email.subject).toBe("Grüße, Zoë ☀");
  expect(email.messageId).toBe(`<${message.id}@sender.example>`);
  expect(Math.abs(Date.parse(email.date ?? "") - Date.now())).toBeLessThan(60_000);
  expect(values(email, "content-type")[0]).toContain("multipart/alternative");
  expect(email.html).toContain("<p>Für Zoë</p>");
  expect(email.text?.trim()).toBe("Für Zoë");
  expect(delivery).toMatchObject({ from: "shop@sender.example", recipients: ["zoe@example.com"] });
});

test("an email written in html alone has a text part beside it", async () => {
  const { deliveries, port } = await aSink();
  const html = '<h1>Hello {{context.name}}</h1><p><a href="https://shop.example/{{context.name}}">Shop</a></p>';
  const campaign = await anSmtpCampaign(app.client, { port }, { content: { email: { subject: "Hello", html } } });
  await execute(app.client, { campaignId: campaign.id, requestId: "html", recipients: recipients(1) });
  await sent(campaign.id, 1);

  const email = await parsed(deliveries[0]?.raw ?? Buffer.alloc(0));
  expect(values(email, "content-type")[0]).toContain("multipart/alternative");
  expect(email.html).toContain("<h1>Hello Name 0</h1>");
  expect(email.text?.trim()).toBe("Hello Name 0\n\nShop [https://shop.example/Name 0]");
});

test("a context value with line breaks and a Bcc makes no header and no recipient", async () => {
  const { deliveries, port } = await aSink();
  const campaign = await anSmtpCampaign(app.client, { port });
  const attacks = [
    "Eve\r\nBcc: evil@attacker.example",
    "Eve\nBcc: evil@attacker.example\n\nbody",
    "Eve\rTo: evil@attacker.example",
    "Eve\u2028Bcc: evil@attacker.example",
  ];
  await execute(app.client, {
    campaignId: campaign.id,
    requestId: "injected",
    recipients: attacks.map((name, index) => ({ userId: `victim${index}@example.com`, context: { name } })),
  });
  await until("all are settled", async () => {
    const stats = await statsOf(app.client, campaign.id);
    return stats.sent + stats.excluded === attacks.length;
  });
  for (const { raw, recipients: named } of deliveries) {
    expect(named).toHaveLength(1);
    expect(named[0]).toMatch(/^victim\d@example\.com$/);
    const email = await parsed(raw);
    expect(values(email, "bcc")).toEqual([]);
    expect(email.to).toEqual([{ name: "", address: named[0] }]);
  }
});

test("a hostile address is excluded as ADDRESS_INVALID, or is exactly one recipient", async () => {
  const { deliveries, port } = await aSink();
  const campaign = await anSmtpCampaign(app.client, { port });
  const hostile = [
    "a@example.com, evil@attacker.example",
    "a@example.com;evil@attacker.example",
    "a@example.com evil@attacker.example",
    "a@example.com\r\nRCPT TO:<evil@attacker.example>",
    "a@example.com\nBcc: evil@attacker.example",
    "a@example.com\r\nDATA",
    "a@example.com> SIZE=1\r\nRSET",
    "a@example.com>,<evil@attacker.example",
    "<a@example.com>",
    "Name <a@example.com>",
    "group: a@example.com, evil@attacker.example;",
    "undisclosed: evil@attacker.example;",
    "a(evil@attacker.example)@example.com",
    "a@example.com (evil@attacker.example)",
    '"evil@attacker.example"@example.com',
    '"a b"@example.com',
    '"a\\"b"@example.com',
    "a@b@example.com",
    "@example.com",
    "a@",
    "a@[127.0.0.1]",
    "a@[IPv6:::1]",
    "@relay.example:a@example.com",
    "a%evil.example@example.com",
    "a!evil@example.com",
    "a@example.com.",
    ".a@example.com",
    "a..b@example.com",
    "a@-example.com",
    "a@exam_ple.com",
    "a@example.com\t",
    "a\u202e@example.com",
    "a\u200b@example.com",
    "ａ@example.com",
    "ü@example.com",
    "a@exämple.com",
    "a@xn--exmple-cua.com",
    `${"a".repeat(64)}@${"b".repeat(63)}.example`,
    `${"a".repeat(308)}@example.com`,
    `a@${"b".repeat(310)}.example`,
    "`touch`@example.com",
    "$(7*7)@example.com",
    "-oQ/tmp@example.com",
    "|cat@example.com",
    "'a'@example.com",
  ];
  const answer = await execute(app.client, {
    campaignId: campaign.id,
    requestId: "hostile",
    recipients: hostile.map((emailAddress, index) => ({
      userId: `hostile${index}`,
      namespace: "crm",
      type: "EXTERNAL",
      channelData: { emailAddress },
      context: { name: `n${index}` },
    })),
  });
  await until("all are settled", async () => {
    const { sent: left, excluded, failed } = await statsOf(app.client, campaign.id);
    return left + excluded + failed === hostile.length;
  });
  const messages = await messagesOf(app.client, answer.execution.id);
  for (const { address, status, exclusion } of messages)
    expect(status === "EXCLUDED" ? exclusion : status, address).toMatch(/^(ADDRESS_INVALID|SENT)$/);
  const delivered = messages.filter(({ status }) => status === "SENT");
  expect(deliveries).toHaveLength(delivered.length);
  for (const { recipients: named } of deliveries) expect(named).toHaveLength(1);
  for (const { recipients: named } of deliveries) expect(named[0]).toMatch(/@(?!attacker)[^@]+$/);
  for (const { raw } of deliveries) expect((await parsed(raw)).to).toHaveLength(1);
});

test("200 messages go over one connection, far faster than a delayed acknowledgement each", async () => {
  const { deliveries, port } = await aSink();
  const { id: channelConfigurationId } = await anSmtpConfiguration(app.client, { port }, { concurrency: 1 });
  const campaign = await aLiveCampaign(app.client, { channelConfigurationId });
  await execute(app.client, { campaignId: campaign.id, requestId: "reused", recipients: recipients(200) });
  await sent(campaign.id, 200);
  expect(sink?.connectionCount).toBe(1);
  const elapsed = (deliveries.at(-1)?.at ?? 0) - (deliveries[0]?.at ?? 0);
  process.stdout.write(`smtp: ${(elapsed / 199).toFixed(2)} ms a message over one connection\n`);
  expect(elapsed / 199).toBeLessThan(20);
  await expectConservation(app.client, campaign.id, 200);
});
