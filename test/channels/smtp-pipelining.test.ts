import { afterEach, describe, expect, test } from "vitest";
import type { Outcome, OutgoingMessage } from "../../src/channels/index.ts";
import { createSmtpTransport } from "../../src/channels/providers/smtp/smtp.ts";
import { anOutgoingMessage } from "../support/describe-transport.ts";
import {
  type Script,
  type ScriptedServer,
  type ServerOptions,
  type Step,
  startScriptedServer,
} from "../support/scripted-smtp-server.ts";
import { until } from "../support/until.ts";

const settings = {
  host: "127.0.0.1",
  security: "NONE",
  verifyCertificate: true,
  caCertificate: null,
  username: null,
  fromName: null,
  fromAddress: "shop@sender.example",
  replyToAddress: null,
} as const;

const toStop: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of toStop.splice(0)) await stop();
});

type Sent = { readonly server: ScriptedServer; readonly outcomes: readonly Outcome[] };

/** Sends them one after the other over at most one connection. */
async function send(
  options: ServerOptions,
  count = 1,
  changes: Partial<OutgoingMessage> = {},
  milliseconds = 4000,
): Promise<Sent> {
  const server = await startScriptedServer(options);
  const patience = { untilBodyMilliseconds: milliseconds, answerMilliseconds: milliseconds };
  const transport = createSmtpTransport({
    ...{ settings: { ...settings, port: server.port }, password: null, connections: 1, patience, privateHosts: "allow" },
  });
  toStop.push(() => transport.stop(), server.stop);
  const outcomes: Outcome[] = [];
  for (let index = 0; index < count; index += 1)
    await transport.send([anOutgoingMessage(changes)], new Date(), (_message, outcome) => outcomes.push(outcome));
  return { server, outcomes };
}

const pipelined: ServerOptions = { offers: ["PIPELINING", "SMTPUTF8"] };
const stepwise: ServerOptions = { offers: ["SMTPUTF8"] };
const manners = [
  ["that offers PIPELINING", pipelined],
  ["that does not", stepwise],
] as const;

/** The first message meets these answers, the others a server that is pleased. */
const first =
  (answers: Partial<Record<Step, string | null>>): Script =>
  ({ step, index }) =>
    index === 0 ? answers[step] : undefined;

const large = { content: { channel: "EMAIL", subject: "S", preheader: null, html: "é".repeat(3_000_000), text: null } } as const;

describe.each(manners)("a server %s", (_which, offers) => {
  test("gets MAIL, RCPT and DATA in one packet only if it offers that", async () => {
    const groups: boolean[] = [];
    const script: Script = ({ step, isGrouped }) => {
      if (step === "MAIL") groups.push(isGrouped);
      return undefined;
    };
    const { outcomes, server } = await send({ ...offers, script }, 3);
    expect(outcomes).toMatchObject([{ kind: "sent" }, { kind: "sent" }, { kind: "sent" }]);
    expect(groups).toEqual(Array(3).fill(offers === pipelined));
    expect(server.connectionCount()).toBe(1);
    expect(server.bodies).toHaveLength(3);
  });

  test.each<[string, Partial<Record<Step, string>>, object]>([
    [
      "the sender for good",
      { MAIL: "550 5.7.1 no", RCPT: "503 5.5.1 MAIL first", DATA: "503 5.5.1 RCPT first" },
      { kind: "rejected", code: "5.7.1" },
    ],
    ["the sender for now", { MAIL: "451 4.3.0 later", RCPT: "503 no", DATA: "503 no" }, { kind: "deferred", code: "4.3.0" }],
    [
      "the recipient for good",
      { RCPT: "550 5.1.1 no such user", DATA: "554 5.5.1 no valid recipients" },
      { kind: "rejected", code: "5.1.1" },
    ],
    ["the recipient for now", { RCPT: "450 4.2.1 busy", DATA: "503 5.5.1 no recipients" }, { kind: "deferred", code: "4.2.1" }],
    ["DATA for good", { DATA: "554 5.7.0 not you" }, { kind: "rejected", code: "5.7.0" }],
    ["DATA for now", { DATA: "451 4.3.0 later" }, { kind: "deferred", code: "4.3.0" }],
    ["the body for good", { dot: "554 5.6.0 spam" }, { kind: "rejected", code: "5.6.0" }],
    ["the body for now", { dot: "452 4.3.1 full" }, { kind: "deferred", code: "4.3.1" }],
    [
      "the recipient over several lines",
      { RCPT: "550-5.1.1 no\r\n550 5.1.1 such user", DATA: "503 no" },
      { kind: "rejected", code: "5.1.1" },
    ],
  ])("refuses %s: that is the outcome, and the next message goes over the same connection", async (_what, answers, expected) => {
    const { outcomes, server } = await send({ ...offers, script: first(answers) }, 2);
    expect(outcomes).toMatchObject([expected, { kind: "sent" }]);
    expect("isProviderDown" in (outcomes[0] as Outcome)).toBe(false);
    expect(server.connectionCount()).toBe(1);
    expect(server.bodies).toHaveLength("dot" in answers ? 2 : 1);
    expect(server.commands.filter((line) => line === "RSET")).toHaveLength(1);
  });

  test.each<[Step, string]>([
    ["MAIL", "421 4.3.2 shutting down"],
    ["RCPT", "421 4.3.2 shutting down"],
    ["DATA", "421 4.3.2 shutting down"],
    ["dot", "421 4.3.2 shutting down"],
  ])("says 421 at %s: the provider is down, and the next message takes a new connection", async (step, answer) => {
    const { outcomes, server } = await send({ ...offers, script: first({ [step]: answer }) }, 2);
    expect(outcomes).toMatchObject([{ kind: "deferred", isProviderDown: true, code: "4.3.2" }, { kind: "sent" }]);
    expect(server.connectionCount()).toBe(2);
  });

  test.each<[Step, object]>([
    ["greeting", { kind: "deferred", isProviderDown: true }],
    ["EHLO", { kind: "deferred", isProviderDown: true }],
    ["MAIL", { kind: "deferred", isProviderDown: true }],
    ["RCPT", { kind: "deferred", isProviderDown: true }],
    ["DATA", { kind: "deferred", isProviderDown: true }],
    ["dot", { kind: "unknown", code: "ECONNECTION" }],
  ])("cuts the connection at %s [D14]", async (step, expected) => {
    const { outcomes, server } = await send({ ...offers, script: first({ [step]: "cut" }) }, 2);
    expect(outcomes).toMatchObject([expected, { kind: "sent" }]);
    expect(server.bodies).toHaveLength(step === "dot" ? 2 : 1);
  });

  test("cuts the connection within a body whose final dot was not sent: it is tried again, for nothing has left [D14]", async () => {
    const { outcomes, server } = await send({ ...offers, script: first({ body: "cut" }) }, 2, large, 30_000);
    expect(outcomes).toMatchObject([{ kind: "deferred", isProviderDown: true }, { kind: "sent" }]);
    expect(server.bodies).toHaveLength(1);
  });

  test("refuses a body before its end: that is the outcome, and the rest of it is not sent", async () => {
    const { outcomes, server } = await send({ ...offers, script: first({ body: "552 5.3.4 too large" }) }, 2, large, 30_000);
    expect(outcomes).toMatchObject([{ kind: "rejected", code: "5.3.4" }, { kind: "sent" }]);
    expect(server.connectionCount()).toBe(2);
  });

  test("takes a body before its end: it is not believed [D14]", async () => {
    const { outcomes } = await send({ ...offers, script: first({ body: "250 taken" }) }, 2, large, 30_000);
    expect(outcomes).toMatchObject([{ kind: "deferred", isProviderDown: true }, { kind: "sent" }]);
  });

  test("answers octet by octet: nothing changes", async () => {
    const { outcomes, server } = await send({ ...offers, packets: "octets" }, 2, {}, 20_000);
    expect(outcomes).toMatchObject([{ kind: "sent" }, { kind: "sent" }]);
    expect(server.bodies).toHaveLength(2);
  });

  test("answers everything over several lines", async () => {
    const lines: Partial<Record<Step, string>> = {
      MAIL: "250-2.1.0 a\r\n250-2.1.0 b\r\n250 2.1.0 c",
      RCPT: "250-2.1.5 a\r\n250 2.1.5 b",
      DATA: "354-begin\r\n354 now",
      dot: "250-2.0.0 taken\r\n250",
    };
    const { outcomes, server } = await send({ ...offers, script: ({ step }) => lines[step] }, 2);
    expect(outcomes).toMatchObject([{ kind: "sent" }, { kind: "sent" }]);
    expect(server.bodies).toHaveLength(2);
  });

  test("answers what was not asked, right behind 354: nobody takes it for the answer to the body, which is not sent", async () => {
    const { outcomes, server } = await send({ ...offers, script: first({ DATA: "354 go on\r\n250 2.0.0 taken" }) }, 2);
    expect(outcomes).toMatchObject([{ kind: "deferred", isProviderDown: true, code: "EPROTOCOL" }, { kind: "sent" }]);
    expect(server.bodies).toHaveLength(1);
  });

  test("answers with what is no reply: before the body it is tried again, after it nobody knows [D14]", async () => {
    const early = await send({ ...offers, script: first({ RCPT: "fine with me" }) });
    expect(early.outcomes).toMatchObject([{ kind: "deferred", isProviderDown: true }]);
    const late = await send({ ...offers, script: first({ dot: "fine with me" }) });
    expect(late.outcomes).toMatchObject([{ kind: "unknown" }]);
  });

  test("leaves between two messages, with 421 or without a word: the next one takes a new connection", async () => {
    for (const word of ["250 2.0.0 taken\r\n421 4.4.2 idle", "250 2.0.0 taken"]) {
      const server = await startScriptedServer({ ...offers, script: first({ dot: word }) });
      const transport = createSmtpTransport({
        ...{ settings: { ...settings, port: server.port }, password: null, connections: 1, privateHosts: "allow" },
      });
      toStop.push(() => transport.stop(), server.stop);
      const outcomes: Outcome[] = [];
      const sendOne = () => transport.send([anOutgoingMessage()], new Date(), (_message, outcome) => outcomes.push(outcome));
      await sendOne();
      if (!word.includes("421")) server.dropConnections();
      await until("the connection is gone", () => server.openConnections() === 0);
      await sendOne();
      expect(outcomes).toMatchObject([{ kind: "sent" }, { kind: "sent" }]);
      expect(server.connectionCount()).toBe(2);
    }
  });
});

describe("what only a server that offers PIPELINING can do", () => {
  test("it refuses the recipient and takes DATA: the body is ended empty, and the next message goes over the same connection", async () => {
    const { outcomes, server } = await send({ ...pipelined, script: first({ RCPT: "550 5.1.1 no such user" }) }, 2);
    expect(outcomes).toMatchObject([{ kind: "rejected", code: "5.1.1" }, { kind: "sent" }]);
    expect(server.bodies).toEqual(["", expect.stringContaining("Message-ID")]);
    expect(server.connectionCount()).toBe(1);
  });

  test("it answers the empty body with a refusal: the outcome is what it said of the recipient", async () => {
    const script = first({ RCPT: "450 4.2.1 busy", dot: "554 5.5.1 no valid recipients" });
    const { outcomes } = await send({ ...pipelined, script }, 2);
    expect(outcomes).toMatchObject([{ kind: "deferred", code: "4.2.1" }, { kind: "sent" }]);
  });

  test("it refuses the sender and takes DATA: not even an empty body is sent, and the connection is closed", async () => {
    const { outcomes, server } = await send({ ...pipelined, script: first({ MAIL: "550 5.7.1 no" }) }, 2);
    expect(outcomes).toMatchObject([{ kind: "rejected", code: "5.7.1" }, { kind: "sent" }]);
    expect(server.bodies).toEqual([expect.stringContaining("Message-ID")]);
    expect(server.connectionCount()).toBe(2);
  });

  test.each<[string, Partial<Record<Step, string>>]>([
    ["the sender", { MAIL: "550 5.7.1 no", RCPT: "cut" }],
    ["the recipient", { RCPT: "550 5.7.1 no", DATA: "cut" }],
    ["the recipient, then says 421", { RCPT: "550 5.7.1 no", DATA: "421 4.3.2 bye" }],
  ])("it refuses %s and cuts the connection: the refusal stands", async (_what, answers) => {
    const { outcomes } = await send({ ...pipelined, script: first(answers) }, 2);
    expect(outcomes).toMatchObject([{ kind: "rejected", code: "5.7.1" }, { kind: "sent" }]);
  });

  test.each<[string, (step: Step) => string | null | undefined]>([
    ["503 to all of it", (step) => (step === "RSET" ? undefined : "503 5.5.0 improper pipelining")],
    ["503 from RCPT on", (step) => (step === "RCPT" || step === "DATA" ? "503 5.5.0 improper pipelining" : undefined)],
    ["503 to DATA", (step) => (step === "DATA" ? "503 5.5.0 improper pipelining" : undefined)],
  ])("it answers %s: the message goes again one command at a time, once, and so do those after it", async (_what, refuses) => {
    const groups: boolean[] = [];
    const script: Script = ({ step, isGrouped }) => {
      if (step === "MAIL") groups.push(isGrouped);
      return isGrouped ? refuses(step) : undefined;
    };
    const { outcomes, server } = await send({ ...pipelined, script }, 3);
    expect(outcomes).toMatchObject([{ kind: "sent" }, { kind: "sent" }, { kind: "sent" }]);
    expect(groups).toEqual([true, false, false, false]);
    expect(server.bodies).toHaveLength(3);
    expect(server.connectionCount()).toBe(1);
  });

  test("it answers 503 and takes DATA: nothing is sent over this connection, and the message is tried again", async () => {
    const { outcomes, server } = await send({ ...pipelined, script: first({ RCPT: "503 5.5.0 improper pipelining" }) }, 2);
    expect(outcomes).toMatchObject([{ kind: "deferred" }, { kind: "sent" }]);
    expect(server.bodies).toEqual([expect.stringContaining("Message-ID")]);
  });

  test("it throws away what came with the first command: the next attempt comes one command at a time", async () => {
    const script: Script = ({ step, isGrouped }) => (isGrouped && step !== "MAIL" ? null : undefined);
    const { outcomes, server } = await send({ ...pipelined, script }, 2, {}, 500);
    expect(outcomes).toMatchObject([{ kind: "deferred", code: "ETIMEDOUT" }, { kind: "sent" }]);
    expect(server.bodies).toHaveLength(1);
  });
});

test("503 to a command that came by itself is about the message", async () => {
  const { outcomes } = await send({ ...stepwise, script: first({ RCPT: "503 5.5.1 not now" }) });
  expect(outcomes).toMatchObject([{ kind: "rejected", code: "5.5.1" }]);
});

test("a server that knows no EHLO is told HELO, and each command by itself", async () => {
  const script: Script = ({ step, line }) => {
    if (step === "EHLO") return "502 5.5.1 unknown";
    return line.startsWith("HELO") ? "250 old.example" : undefined;
  };
  const { outcomes, server } = await send({ ...pipelined, script });
  expect(outcomes).toMatchObject([{ kind: "sent" }]);
  expect(server.bodies).toHaveLength(1);
});
