import { connect, type Socket } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openRawSocket, type RawSocket } from "../support/raw-socket.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";
import { until } from "../support/until.ts";

let app: TestApp;
const opened: RawSocket[] = [];
const lines: Socket[] = [];
beforeAll(async () => {
  app = await startTestApp({ CONNECTIONS_PER_ADDRESS_MAX: "60", TRUSTED_PROXIES: "127.0.0.2", WEBSOCKET_INIT_SECONDS: "1" });
});
afterAll(async () => {
  for (const { socket } of opened) socket.terminate();
  for (const line of lines) line.destroy();
  await app.stop();
});

async function open(key: string | null): Promise<RawSocket> {
  const socket = await openRawSocket(app.url);
  opened.push(socket);
  if (key) await socket.init(key);
  return socket;
}

type Line = { readonly socket: Socket; text(): string; isClosed(): boolean };

/** A connection that says what it is told to, and never closes by itself. `from` is an address of this machine. */
function dial(from = "127.0.0.1"): Promise<Line> {
  const { hostname, port } = new URL(app.url);
  return new Promise((resolve) => {
    let said = "";
    let isClosed = false;
    const socket = connect({ host: hostname, port: Number(port), localAddress: from, allowHalfOpen: true });
    lines.push(socket);
    socket.on("data", (data) => {
      said += data;
    });
    for (const event of ["error", "close", "end"])
      socket.on(event, () => {
        isClosed = true;
      });
    socket.on("connect", () => resolve({ socket, text: () => said, isClosed: () => isClosed }));
  });
}

const upgrade = (path: string, more = "") =>
  `GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-protocol: graphql-transport-ws\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n${more}\r\n`;

const megabytes = () => Math.round(process.memoryUsage().rss / 1024 / 1024);
const viewer = { query: "{ viewer { name } }" };

describe("before its key is accepted a socket", () => {
  test.each<[string, (socket: RawSocket) => void]>([
    ["pings of the protocol", ({ send }) => send({ type: "ping" })],
    ["pings of the WebSocket", ({ socket }) => socket.ping()],
  ])("that sends more than ten messages is closed with 4429: %s", async (_what, say) => {
    const socket = await open(null);
    for (let count = 0; count < 11; count += 1) say(socket);
    expect(await socket.closed).toEqual({ code: 4429, reason: "Too many messages at once" });
  });

  test("that sends a message in a thousand pieces is closed with 1008", async () => {
    const socket = await open(null);
    for (let piece = 0; piece < 1000; piece += 1) socket.socket.send(" ", { fin: false });
    expect((await socket.closed).code).toBe(1008);
  });
});

describe("a reader who reads nothing", () => {
  test.each<[string, string]>([
    ["pings", JSON.stringify({ type: "ping", payload: { x: "x".repeat(60_000) } })],
    [
      "answers",
      JSON.stringify({
        id: "$",
        type: "subscribe",
        payload: { query: `{ ${"viewer { name } ".repeat(1)} }`, variables: { x: "x".repeat(50_000) } },
      }),
    ],
  ])("is not read from, and costs no memory: %s", async (what, message) => {
    const socket = await open(app.adminKey);
    const before = megabytes();
    const raw = (socket.socket as unknown as { readonly _socket: Socket })._socket;
    raw.pause();
    for (let count = 0; count < 2000; count += 1) socket.send(message.replace("$", String(count)));
    // 120 MB are on their way and stay with the sender, who is this process: what the server took is missing there.
    await until("nothing more is taken", async () => {
      const unsent = socket.socket.bufferedAmount;
      await app.client.expectData("{ viewer { name } }");
      return socket.socket.bufferedAmount === unsent;
    });
    expect(socket.socket.bufferedAmount, what).toBeGreaterThan(80_000_000);
    expect(megabytes() - before).toBeLessThan(400);
    socket.socket.terminate();
  });
});

describe("a connection that is refused as a WebSocket", () => {
  test.each<[string, string, string]>([
    ["another path", upgrade("/nowhere"), "404 Not Found"],
    ["a page of elsewhere", upgrade("/graphql", "origin: https://evil.example\r\n"), "403 Forbidden"],
    ["no WebSocket", upgrade("/graphql").replace("version: 13", "version: 1"), "400 Bad Request"],
  ])("is closed, whatever the other side does: %s", async (_what, request, status) => {
    const line = await dial();
    line.socket.write(request);
    await until("the answer", () => line.text().startsWith(`HTTP/1.1 ${status}`), 3);
    await until("the end", line.isClosed, 5);
  });

  test("sixty of them at a time, and a thousand after one another, keep nobody out", async () => {
    for (let round = 0; round < 20; round += 1) {
      const some = await Promise.all(Array.from({ length: 50 }, () => dial("127.0.0.5")));
      for (const { socket } of some) socket.write(upgrade("/nowhere"));
      await until("their end", () => some.every((line) => line.isClosed()), 5);
    }
    expect((await app.client.call("{ viewer { name } }")).status).toBe(200);
  });

  test("one that never says who it is gives its place back, though it agrees to nothing", async () => {
    const line = await dial("127.0.0.6");
    line.socket.write(upgrade("/graphql"));
    await until("it is open", () => line.text().startsWith("HTTP/1.1 101"));
    line.socket.removeAllListeners("data").pause();
    await until("the server has let go", async () => (await connectionsOf("127.0.0.6")) === 0, 10, 100);
  });
});

/** As the server's kernel sees them. */
async function connectionsOf(address: string): Promise<number> {
  const { readFileSync } = await import("node:fs");
  const hex = address
    .split(".")
    .reverse()
    .map((part) => Number(part).toString(16).padStart(2, "0"))
    .join("")
    .toUpperCase();
  const port = Number(new URL(app.url).port).toString(16).toUpperCase().padStart(4, "0");
  const [, ...rows] = readFileSync("/proc/net/tcp", "utf8").split("\n");
  return rows.filter((row) => row.includes(`:${port} ${hex}:`) && / 01 /.test(row)).length;
}

describe("connections of one address", () => {
  test("are sixty here; the next are closed at once, others come in, and closed ones make room", async () => {
    const sixty = await Promise.all(Array.from({ length: 60 }, () => dial("127.0.0.7")));
    const more = await dial("127.0.0.7");
    await until("it is closed", more.isClosed, 5);
    expect(sixty.some((line) => line.isClosed())).toBe(false);
    expect((await app.client.call("{ viewer { name } }")).status).toBe(200);
    for (const { socket } of sixty) socket.destroy();
    await until("room", async () => {
      const again = await dial("127.0.0.7");
      again.socket.write("GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n");
      await until("an answer or the end", () => again.text() !== "" || again.isClosed(), 5);
      return again.text().startsWith("HTTP/1.1 200");
    });
  });

  test("those of a trusted proxy count for whom it names: sixty WebSockets of one caller are held, and the next is told 429", async () => {
    const through = async (caller: string): Promise<Line> => {
      const line = await dial("127.0.0.2");
      line.socket.write(upgrade("/graphql", `x-forwarded-for: ${caller}\r\n`));
      await until("an answer", () => line.text() !== "");
      return line;
    };
    const held = await Promise.all(Array.from({ length: 60 }, () => through("203.0.113.9")));
    expect(held.every((line) => line.text().startsWith("HTTP/1.1 101"))).toBe(true);
    expect((await through("203.0.113.9")).text()).toMatch(/^HTTP\/1.1 429 /);
    expect((await through("203.0.113.10")).text()).toMatch(/^HTTP\/1.1 101 /);
    for (const { socket } of held) socket.destroy();
  });
});

describe("an honest client", () => {
  test("begins a hundred operations at once and ends them again, and is neither refused nor closed", async () => {
    const socket = await open(app.adminKey);
    const ids = Array.from({ length: 100 }, (_, index) => String(index));
    for (const round of ["a", "b"]) {
      for (const id of ids)
        socket.send({ id: round + id, type: "subscribe", payload: { query: "subscription { campaignStatusChanged { to } }" } });
      for (const id of ids) socket.send({ id: round + id, type: "complete" });
    }
    socket.send({ id: "last", type: "subscribe", payload: viewer });
    expect((await socket.answerTo("last")).type).toBe("next");
    expect(socket.messages.filter(({ type }) => type === "error")).toEqual([]);
    socket.socket.close();
  });

  test("who subscribes and completes in turn, 3,000 times, is slowed down, and others are answered meanwhile", async () => {
    const socket = await open(app.adminKey);
    const query = "subscription { campaignStatusChanged { to } }";
    for (let id = 0; id < 3000; id += 1) {
      socket.send({ id: String(id), type: "subscribe", payload: { query } });
      socket.send({ id: String(id), type: "complete" });
    }
    let slowest = 0;
    for (let call = 0; call < 50; call += 1) {
      const began = performance.now();
      await app.client.expectData("{ viewer { name } }");
      slowest = Math.max(slowest, performance.now() - began);
    }
    expect(slowest).toBeLessThan(1000);
    expect(socket.socket.readyState).toBe(socket.socket.OPEN);
    socket.socket.terminate();
  });
});
