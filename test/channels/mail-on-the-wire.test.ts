import PostalMime from "postal-mime";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { execute, statsOf } from "../support/campaigns.ts";
import type { Data } from "../support/graphql-client.ts";
import { anSmtpCampaign, messagesOf } from "../support/smtp-campaigns.ts";
import { createSinks, type SinkOptions, type SmtpSink } from "../support/smtp-sink.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";
import { until } from "../support/until.ts";

let app: TestApp;
const sinks = createSinks();
beforeAll(async () => {
  app = await startTestApp();
});
afterEach(() => sinks.stop());
afterAll(() => app.stop());

type Sent = { readonly sink: SmtpSink; readonly messages: Data[]; readonly commands: readonly string[] };

/** Sends one mail to each, and waits until nothing is open. */
async function send(to: readonly object[], fields: { smtp?: object; content?: object; sink?: SinkOptions } = {}): Promise<Sent> {
  const commands: string[] = [];
  // The sink itself shows addresses decoded; its log has the lines as they came.
  const logger = {
    info() {},
    error() {},
    debug: (_entry: unknown, sign: string, line: string) => sign === "C:" && commands.push(line),
  };
  const server = { ...fields.sink?.server, logger, lenientAddressParsing: true } as SinkOptions["server"] & object;
  const sink = await sinks.open({ ...fields.sink, server });
  const content = { email: { subject: "{{context.s}}", html: "<p>{{context.s}}</p>", text: "T", ...fields.content } };
  const { id } = await anSmtpCampaign(app.client, { port: sink.port, ...fields.smtp }, { content });
  const recipients = to.map((person) => ({ type: "EXTERNAL", context: { s: "S" }, ...person }));
  const { execution } = await execute(app.client, { campaignId: id, requestId: "mail", recipients });
  await until("all are settled", async () => {
    const { sent, failed, excluded } = await statsOf(app.client, id);
    return sent + failed + excluded === to.length;
  });
  return { sink, messages: await messagesOf(app.client, execution.id), commands };
}

const headOf = (raw: Buffer): string => raw.toString("utf8").split("\r\n\r\n")[0] ?? "";
const linesOf = (raw: Buffer): Buffer[] =>
  raw
    .toString("latin1")
    .split("\r\n")
    .map((line) => Buffer.from(line, "latin1"));

describe("what is outside ASCII", () => {
  test("a sender's domain stands in its ASCII form in envelope, From, Reply-To and Message-ID", async () => {
    const smtp = { fromAddress: "shop@bücher.example", replyToAddress: "antwort@BÜCHER.example", fromName: "Bücher" };
    const { sink, messages, commands } = await send([{ userId: "ann@example.com" }], { smtp });
    const [delivery] = sink.deliveries;
    const mail = await PostalMime.parse(delivery?.raw ?? "");
    expect(commands.find((line) => line.startsWith("MAIL FROM:"))).toMatch(
      /^MAIL FROM:<shop@xn--bcher-kva\.example>(?! SMTPUTF8)/,
    );
    expect(mail.messageId).toBe(`<${messages[0].id}@xn--bcher-kva.example>`);
    expect(headOf(delivery?.raw ?? Buffer.alloc(0))).toMatch(/^[\x20-\x7e\r\n]+$/);
    expect(headOf(delivery?.raw ?? Buffer.alloc(0))).toContain("<shop@xn--bcher-kva.example>");
    expect(mail.from?.name).toBe("Bücher");
  });

  test("a local part outside ASCII is FAILED before anything is handed over, unless the server takes SMTPUTF8", async () => {
    const to = [{ userId: "用户@例子.广告" }, { userId: "plain@bücher.example" }];
    const { sink, messages, commands } = await send(to, { sink: { server: { hideSMTPUTF8: true } } });
    expect(messages).toMatchObject([
      { status: "FAILED", attempts: 1, error: expect.stringContaining("SMTPUTF8") },
      { status: "SENT", address: "plain@xn--bcher-kva.example" },
    ]);
    expect(sink.envelopeCount).toBe(1);
    expect(sink.deliveries).toHaveLength(1);
    expect(commands.filter((line) => line.startsWith("RCPT TO:"))).toEqual(["RCPT TO:<plain@xn--bcher-kva.example>"]);
  });

  test("a server that takes SMTPUTF8 gets it asked for, and the address as it is", async () => {
    const asked: unknown[] = [];
    const server: SinkOptions["server"] = {
      onMailFrom(address, _session, done) {
        asked.push(address.args);
        done();
      },
    };
    const { sink, messages } = await send([{ userId: "用户@例子.广告" }], { sink: { server } });
    expect(messages).toMatchObject([{ status: "SENT" }]);
    expect(asked).toEqual([expect.objectContaining({ SMTPUTF8: true })]);
    const [delivery] = sink.deliveries;
    expect(delivery?.recipients[0]).toMatch(/^用户@/);
    expect(headOf(delivery?.raw ?? Buffer.alloc(0))).toContain("To: 用户@例子.广告");
  });

  test("a quoted local part stays quoted on the wire and in the header", async () => {
    const { sink, messages, commands } = await send([{ userId: '"a..b"@docomo.ne.jp' }]);
    expect(messages).toMatchObject([{ status: "SENT" }]);
    expect(commands).toContain('RCPT TO:<"a..b"@docomo.ne.jp>');
    expect(headOf(sink.deliveries[0]?.raw ?? Buffer.alloc(0))).toContain('To: <"a..b"@docomo.ne.jp>');
  });
});

describe("a subject is read as it is written, whatever is in it, and no line of a header is longer than 998 octets", () => {
  const subjects = [
    ...["Hello Ann", "x".repeat(999), "w".repeat(2000), `${"w".repeat(2000)} and more`, "é".repeat(999), "👩‍👩‍👧‍👦".repeat(200)],
    ...[
      "=?utf-8?Q?a=0D=0ABcc:_evil@attacker.example?=",
      "see =?utf-8?B?SGk=?= here",
      "=?utf-8?Q?a b?=",
      "=?x",
      "=?utf-8?Q?x?= =?utf-8?Q?y?=",
    ],
    ...[
      '"quoted" \\ (comment) <angle@x.example>',
      "two  blanks",
      "a".repeat(61),
      `${"b".repeat(59)} ${"c".repeat(60)} ${"d".repeat(500)}`,
    ],
    ...["日本語の件名".repeat(40), "100 % =3D =\u003f", "Re: [x] {y} ; , : @"],
  ];

  test("from data", async () => {
    const to = subjects.map((s, index) => ({ userId: `person${index}@example.com`, context: { s } }));
    const { sink } = await send(to);
    const read = new Map<string, string>();
    for (const { raw, recipients } of sink.deliveries) {
      for (const line of linesOf(raw)) expect(line.length).toBeLessThanOrEqual(998);
      const head = headOf(raw);
      for (const line of head.split("\r\n")) expect(line.length).toBeLessThanOrEqual(200);
      expect(head).toMatch(/^[\x20-\x7e\r\n\t]+$/);
      const mail = await PostalMime.parse(raw);
      expect(mail.headers.map(({ key }) => key)).not.toContain("bcc");
      read.set(recipients[0] ?? "", mail.subject ?? "");
    }
    expect(subjects.map((_subject, index) => read.get(`person${index}@example.com`))).toEqual(subjects);
  });

  test("and from what an author wrote; a plain one stands as it is", async () => {
    const { sink } = await send([{ userId: "ann@example.com" }], { content: { subject: "=?utf-8?Q?Hi?= {{context.s}}" } });
    expect((await PostalMime.parse(sink.deliveries[0]?.raw ?? "")).subject).toBe("=?utf-8?Q?Hi?= S");
    const plain = await send([{ userId: "ann@example.com", context: { s: "Your order is on its way" } }]);
    expect(headOf(plain.sink.deliveries[0]?.raw ?? Buffer.alloc(0))).toContain("\r\nSubject: Your order is on its way\r\n");
  });

  test.each([
    ...["Shop", "Shop, Ltd. (Paris)", 'The "Best" \\ Shop', "=?utf-8?Q?Bank?=", "é".repeat(200), "n".repeat(200), "Zoë & Söhne"],
    ...["a@b.example", "<evil@attacker.example>"],
  ])("a sender called %s", async (fromName) => {
    const { sink } = await send([{ userId: "ann@example.com" }], { smtp: { fromName } });
    const raw = sink.deliveries[0]?.raw ?? Buffer.alloc(0);
    for (const line of linesOf(raw)) expect(line.length).toBeLessThanOrEqual(998);
    expect((await PostalMime.parse(raw)).from).toEqual({ name: fromName, address: "shop@sender.example" });
  });
});
