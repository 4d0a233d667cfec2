import { createServer, type Socket } from "node:net";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import type { Outcome } from "../../src/channels/outcome.ts";
import { createSmtpTransport } from "../../src/channels/providers/smtp/smtp.ts";
import { anOutgoingMessage } from "../support/describe-transport.ts";
import { ownCertificate } from "../support/own-certificate.ts";
import { createSinks } from "../support/smtp-sink.ts";
import { startTestApp } from "../support/test-app.ts";

const settings = {
  ...{ host: "127.0.0.1", port: 25, security: "NONE", verifyCertificate: true, caCertificate: null, username: null },
  ...{ fromName: null, fromAddress: "shop@sender.example", replyToAddress: null },
} as const;
type Changes = Partial<Record<keyof typeof settings, unknown>>;

async function trySending(smtp: Changes, privateHosts: "allow" | "refuse" = "allow"): Promise<Outcome> {
  const options = { settings: { ...settings, ...smtp } as never, password: null, connections: 1, privateHosts };
  const transport = createSmtpTransport(options);
  const outcomes: Outcome[] = [];
  await transport.send([anOutgoingMessage()], new Date(), (_message, outcome) => outcomes.push(outcome));
  await transport.stop();
  return outcomes[0] as Outcome;
}

/** A server that is no SMTP server: says `greeting`, then `answer` to every line. */
async function aStranger(greeting: string, answer: string): Promise<{ port: number; stop(): Promise<void> }> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on("error", () => undefined);
    socket.write(greeting);
    socket.on("data", () => socket.end(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return {
    port: typeof address === "object" && address ? address.port : 0,
    stop: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

const sinks = createSinks();
afterEach(() => sinks.stop());

describe("what the other side says", () => {
  test.each([
    ["SSH", "SSH-2.0-OpenSSH_9.2p1 canary\r\n", ""],
    ["Redis", "-ERR wrong number of arguments canary\r\n", ""],
    ["a database", "J\0\0\0\n8.0.36-canary\0\r\n", ""],
    ["POP3", "+OK canary ready\r\n", ""],
    ["IMAP", "* OK [CAPABILITY IMAP4rev1] canary\r\n", ""],
    ["HTTP", "HTTP/1.1 400 Bad Request\r\nServer: canary\r\n\r\n", ""],
    ["FTP", "220 (vsFTPd canary)\r\n", "530 Please login, canary\r\n"],
  ])("is not told of %s: only that it does not speak SMTP", async (_what, greeting, answer) => {
    const stranger = await aStranger(greeting, answer);
    const outcome = await trySending({ port: stranger.port });
    expect(outcome).toMatchObject({ kind: "deferred", isProviderDown: true });
    expect(JSON.stringify(outcome)).not.toContain("canary");
    await stranger.stop();
  });

  test("is told of a mail server that refuses, also at its greeting", async () => {
    const busy = await aStranger("554-5.7.1 Your address is listed\r\n554 See https://list.example\r\n", "");
    expect(await trySending({ port: busy.port })).toMatchObject({ reason: expect.stringContaining("Your address is listed") });
    await busy.stop();
  });
});

describe("where a connection may go", () => {
  test("with private addresses refused nothing of this machine is reached, by number or by name", async () => {
    const sink = await sinks.open();
    for (const host of ["127.0.0.1", "localhost", "::ffff:127.0.0.1", "2130706433", "0x7f.1", "0.0.0.0"]) {
      const outcome = await trySending({ host, port: sink.port }, "refuse");
      expect(outcome, host).toMatchObject({ kind: "deferred", isProviderDown: true });
    }
    expect(sink.connectionCount).toBe(0);
    expect(await trySending({ host: "localhost", port: sink.port }, "refuse")).toMatchObject({ code: "EHOSTREFUSED" });
    expect(await trySending({ host: "localhost", port: sink.port })).toMatchObject({ kind: "sent" });
  });

  test.each(["169.254.169.254", "2852039166", "::ffff:169.254.169.254", "fe80::1"])("%s is never connected to", async (host) => {
    expect(await trySending({ host })).toMatchObject({ kind: "deferred", code: "EHOSTREFUSED", isProviderDown: true });
  });
});

describe("a server with a certificate of its own making", () => {
  const tls = { hideSTARTTLS: false, ...ownCertificate };

  test.each([
    ["TLS", { secure: true, ...tls }],
    ["STARTTLS", tls],
  ])("is trusted with caCertificate by %s, not without it, and not under another name", async (security, server) => {
    const { port } = await sinks.open({ server });
    const smtp = { host: "localhost", port, security };
    expect(await trySending(smtp)).toMatchObject({ kind: "deferred", code: expect.stringMatching(/SELF_SIGNED|CERT/) });
    expect(await trySending({ ...smtp, caCertificate: ownCertificate.cert })).toMatchObject({ kind: "sent" });
    expect(await trySending({ ...smtp, host: "127.0.0.1", caCertificate: ownCertificate.cert })).toMatchObject({
      kind: "deferred",
    });
  });
});

describe("saving a configuration", async () => {
  const app = await startTestApp();
  afterAll(() => app.stop());
  const document = `mutation ($input: ChannelConfigurationInput!) { saveChannelConfiguration(input: $input) { id smtp { host caCertificate } } }`;
  const input = (smtp: object) => ({
    ...{ name: `Relay ${Math.floor(performance.now() * 1000)}`, channel: "EMAIL", provider: "smtp" },
    smtp: { host: "mail.sender.example", port: 25, fromAddress: "shop@sender.example", ...smtp },
  });

  test.each(["169.254.169.254", "[fe80::1]", "fd00:ec2::254"])("refuses the host %s", async (host) => {
    const error = await app.client.expectCode("INPUT_INVALID", document, { input: input({ host }) });
    expect(error.message).toContain("smtp.host: must not be a link-local or metadata address");
  });

  test("keeps a certificate that is one, shows it, and null forgets it", async () => {
    const error = await app.client.expectCode("INPUT_INVALID", document, {
      input: input({ caCertificate: "-----BEGIN nothing" }),
    });
    expect(error.message).toContain("smtp.caCertificate: must be one or more certificates in PEM form");
    const { saveChannelConfiguration: saved } = await app.client.expectData(document, {
      input: input({ caCertificate: ownCertificate.cert }),
    });
    expect(saved.smtp.caCertificate).toBe(ownCertificate.cert);
    const again = { id: saved.id, smtp: { caCertificate: null } };
    expect((await app.client.expectData(document, { input: again })).saveChannelConfiguration.smtp.caCertificate).toBeNull();
  });
});
