import type { Socket } from "node:net";
import { expect, onTestFinished } from "vitest";
import { act, aLiveCampaign, execute, recipients } from "../../support/campaigns.ts";
import { createGraphqlClient, type Data } from "../../support/graphql-client.ts";
import { openLine } from "../../support/http-line.ts";
import { openRawSocket, type RawSocket } from "../../support/raw-socket.ts";
import { until } from "../../support/until.ts";
import type { Attack, Target } from "./attack.ts";

/** Another address of this machine: the honest caller has one of his own. */
const elsewhere = "127.0.0.9";

const upgrade = (path: string): string =>
  `GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-protocol: graphql-transport-ws\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`;

async function sockets(target: Target, count: number, key: string | null): Promise<RawSocket[]> {
  return Promise.all(
    Array.from({ length: count }, async () => {
      const socket = await openRawSocket(target.url);
      onTestFinished(() => void socket.socket.terminate());
      if (key) await socket.init(key);
      return socket;
    }),
  );
}

const network = ({ socket }: RawSocket) => (socket as unknown as { readonly _socket: Socket })._socket;

async function leave(held: readonly RawSocket[]): Promise<void> {
  for (const { socket } of held) socket.terminate();
  await Promise.all(held.map(({ closed }) => closed));
}

/** The first refusal that any of them was told. */
function refusalOf(held: readonly RawSocket[]): string | null {
  for (const { messages } of held)
    for (const { type, payload } of messages) if (type === "error") return (payload as Data)[0].extensions.code;
  return null;
}

export const connectionsOfAnAddress: Attack = async ({ url }) => {
  const lines = await Promise.all(Array.from({ length: 1500 }, () => openLine(url, elsewhere)));
  let closed = 0;
  for (const line of lines) void line.closed.then(() => (closed += 1));
  await until("those beyond the limit are closed", () => closed >= 700);
  for (const { socket } of lines) socket.destroy();
  return "closed at once";
};

/** None of them closes by itself. */
export const refusedUpgrades: Attack = async ({ url }) => {
  const said = new Set<string>();
  for (let round = 0; round < 5; round += 1) {
    const lines = await Promise.all(Array.from({ length: 400 }, () => openLine(url, elsewhere)));
    for (const { socket } of lines) socket.write(upgrade("/nowhere"));
    await Promise.all(lines.map(({ closed }) => closed));
    for (const line of lines) said.add(line.said().slice(9, 12));
  }
  expect([...said]).toEqual(["404"]);
  return "404";
};

export const messagesBeforeTheKey: Attack = async (target) => {
  const held = await sockets(target, 200, null);
  for (const { send } of held) for (let count = 0; count < 1000; count += 1) send({ type: "ping" });
  const codes = new Set((await Promise.all(held.map(({ closed }) => closed))).map(({ code }) => code));
  expect([...codes]).toEqual([4429]);
  return "4429";
};

export const piecesOfAMessage: Attack = async (target) => {
  const held = await sockets(target, 200, null);
  for (const { socket } of held) for (let piece = 0; piece < 1000; piece += 1) socket.send(" ", { fin: false });
  const codes = new Set((await Promise.all(held.map(({ closed }) => closed))).map(({ code }) => code));
  expect([...codes]).toEqual([1008]);
  return "1008";
};

/** Pings of a few bytes: a thousand and more of them come in one go. */
export const messagesOfASocket: Attack = async (target) => {
  const held = await sockets(target, 5, await target.keyOf("VIEWER"));
  for (const { socket } of held) for (let count = 0; count < 50_000; count += 1) socket.ping();
  const codes = new Set((await Promise.all(held.map(({ closed }) => closed))).map(({ code }) => code));
  expect([...codes]).toEqual([4429]);
  return "4429";
};

/** 1.8 GB of pings, whose answers nobody reads. */
export const unread: Attack = async (target) => {
  const held = await sockets(target, 20, await target.keyOf("VIEWER"));
  const ping = JSON.stringify({ type: "ping", payload: { x: "x".repeat(60_000) } });
  for (const socket of held) network(socket).pause();
  for (const { send } of held) for (let count = 0; count < 1500; count += 1) send(ping);
  const unsent = (): number => held.reduce((sum, { socket }) => sum + socket.bufferedAmount, 0);
  let before = Number.NaN;
  await until(
    "nothing more is taken",
    () => {
      const isStill = unsent() === before;
      before = unsent();
      return isStill;
    },
    20,
    500,
  );
  expect(before).toBeGreaterThan(1_000_000_000);
  await leave(held);
  return "not read from";
};

/** 60 sockets begin and end 600 streams each, and ask for something in between. */
export const messagesOfAKey: Attack = async (target) => {
  const held = await sockets(target, 60, await target.keyOf("VIEWER"));
  const payload = { query: "subscription { campaignStatusChanged { to } }" };
  const began = performance.now();
  for (const { send } of held)
    for (let id = 0; id < 600; id += 1) {
      send({ id: `s${id}`, type: "subscribe", payload });
      send({ id: `s${id}`, type: "complete" });
      send({ id: `q${id}`, type: "subscribe", payload: { query: "{ viewer { id } }" } });
    }
  const answers = (): number =>
    held.reduce((sum, { messages }) => sum + messages.filter(({ type }) => type === "next").length, 0);
  await until("many are answered", () => answers() > 1000, 60, 250);
  const seconds = (performance.now() - began) / 1000;
  expect(answers()).toBeLessThan((1000 + 500 * (seconds + 1)) / 2);
  expect(refusalOf(held)).toBeNull();
  await leave(held);
  return "read later";
};

/** 800 operations of 60 kB. */
export const openOperations: Attack = async (target) => {
  const held = await sockets(target, 8, await target.keyOf("VIEWER"));
  const payload = { query: "subscription { campaignStatusChanged { to } }", variables: { x: "x".repeat(60_000) } };
  for (const { send } of held) for (let id = 0; id < 100; id += 1) send({ id: String(id), type: "subscribe", payload });
  const told = await until("one is refused", () => refusalOf(held), 60);
  await leave(held);
  return told;
};

export const slowReaders: Attack = async (target) => {
  const client = createGraphqlClient(target.url, target.adminKey);
  const { id } = await aLiveCampaign(client, { title: "Watched" });
  await act(client, "pauseCampaign", id);
  await execute(client, { campaignId: id, requestId: "r", recipients: recipients(8000, "slow") });
  const held = await sockets(target, 4, target.adminKey);
  const fields = Array.from({ length: 40 }, (_, index) => `f${index}: executionId`).join(" ");
  const query = `subscription ($id: ID!) { messageEvents(campaignId: $id) { missed ${fields} } }`;
  for (const { send } of held) send({ id: "events", type: "subscribe", payload: { query, variables: { id } } });
  const [reading, ...stuck] = held;
  // One that reads tells that the others have fallen behind.
  for (const socket of stuck) network(socket).pause();
  await until("it is watched", async () => {
    await execute(client, { campaignId: id, requestId: crypto.randomUUID(), recipients: [{ userId: "nowhere" }] });
    return (reading?.messages.length ?? 0) > 1;
  });
  await act(client, "stopCampaign", id);
  await until("one has read all", () => (reading?.messages.length ?? 0) > 8000, 20);
  for (const socket of stuck) network(socket).resume();
  const missed = ({ messages }: RawSocket) =>
    messages.some(({ payload }) => ((payload as Data)?.data?.messageEvents.missed ?? 0) > 0);
  await until("they are told", () => stuck.every(missed), 30);
  await leave(held);
  return "`missed`";
};
