import { createServer, type Server, type Socket } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import type { Outcome } from "../../src/channels/outcome.ts";
import { createSmtpTransport } from "../../src/channels/providers/smtp/smtp.ts";
import type { OutgoingMessage, Transport } from "../../src/channels/transport.ts";
import { until } from "../support/until.ts";

const patience = { untilBodyMilliseconds: 600, answerMilliseconds: 600 };
const dripMilliseconds = 40;

const steps = ["EHLO", "MAIL", "RCPT", "DATA"] as const;
type Step = "greeting" | (typeof steps)[number] | "the final dot";

const open: { server: Server; transport: Transport }[] = [];
const sockets = new Set<Socket>();
afterEach(async () => {
  for (const { server, transport } of open.splice(0)) {
    await transport.stop();
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  }
});

/** It answers at once until it comes to this step: there it says a byte now and then, and never ends the line. */
async function drippingServer(dripsAt: Step | null): Promise<number> {
  const server = createServer((socket) => {
    sockets.add(socket);
    let isBody = false;
    let drip: NodeJS.Timeout | undefined;
    socket.on("error", () => undefined);
    socket.on("close", () => {
      clearInterval(drip);
      sockets.delete(socket);
    });
    const answer = (step: Step, reply: string): void => {
      if (step !== dripsAt) socket.write(`${reply}\r\n`);
      else drip = setInterval(() => socket.write("2"), dripMilliseconds);
    };
    answer("greeting", "220 drip.example");
    const hear = (line: string): void => {
      const step = steps.find((name) => line.startsWith(name));
      if (isBody) {
        isBody = line !== ".";
        if (!isBody) answer("the final dot", "250 2.0.0 taken");
      } else if (step) {
        isBody = step === "DATA" && dripsAt !== "DATA";
        answer(step, step === "DATA" ? "354 go on" : "250 2.1.0 ok");
      }
    };
    socket.on("data", (data) => data.toString("latin1").split("\r\n").forEach(hear));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const port = (server.address() as { port: number }).port;
  const settings = {
    host: "127.0.0.1",
    port,
    security: "NONE",
    verifyCertificate: false,
    caCertificate: null,
    username: null,
    fromName: "Shop",
    fromAddress: "shop@sender.example",
    replyToAddress: null,
  } as const;
  open.push({
    server,
    transport: createSmtpTransport({ settings, password: null, connections: 2, patience, privateHosts: "allow" }),
  });
  return port;
}

function messages(count: number): OutgoingMessage[] {
  return Array.from({ length: count }, (_, index) => ({
    key: `key-${index}`,
    campaignId: "campaign",
    executionId: "execution",
    userId: `u${index}`,
    address: `u${index}@example.com`,
    content: { channel: "EMAIL", subject: "Hello", preheader: null, html: "<p>Hello</p>", text: "Hello" },
  }));
}

async function outcomesOf(count: number): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  const transport = open.at(-1)?.transport;
  await transport?.send(messages(count), new Date(), (_message, outcome) => outcomes.push(outcome));
  return outcomes;
}

const early = { kind: "deferred", isProviderDown: true, code: "ETIMEDOUT" };

describe("a server that answers a byte now and then holds a message no longer than the deadline", () => {
  test.each([
    ["greeting", early],
    ["EHLO", early],
    ["MAIL", early],
    ["RCPT", early],
    ["DATA", early],
    ["the final dot", { kind: "unknown", code: "ETIMEDOUT" }],
  ] as const)("at %s [D14]", async (step, expected) => {
    await drippingServer(step);
    const startedAt = performance.now();
    // Two at a time: each has the whole of the deadline, and its connection is given to the next.
    expect(await outcomesOf(3)).toMatchObject([expected, expected, expected]);
    expect(performance.now() - startedAt).toBeLessThan(6000);
    await until("its connections are closed", () => sockets.size === 0);
  });
});

test("what waits for a connection waits as long as it takes", async () => {
  await drippingServer(null);
  expect((await outcomesOf(200)).filter(({ kind }) => kind === "sent")).toHaveLength(200);
});
