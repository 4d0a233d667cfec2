import { readdirSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestApp, type TestApp } from "../support/test-app.ts";
import { until } from "../support/until.ts";

let app: TestApp;
const opened: Socket[] = [];
beforeAll(async () => {
  app = await startTestApp({
    HEADERS_TIMEOUT_SECONDS: "1",
    REQUEST_TIMEOUT_SECONDS: "2",
    KEEP_ALIVE_SECONDS: "1",
    CONNECTIONS_MAX: "30",
  });
});
afterAll(async () => {
  for (const socket of opened) socket.destroy();
  await app.stop();
});

type Line = { readonly socket: Socket; text(): string; readonly closed: Promise<number> };

function open(): Promise<Line> {
  const { hostname, port } = new URL(app.url);
  const startedAt = performance.now();
  return new Promise((resolve) => {
    let said = "";
    const socket = connect({ host: hostname, port: Number(port) });
    opened.push(socket);
    const closed = new Promise<number>((done) => socket.on("close", () => done((performance.now() - startedAt) / 1000)));
    socket.on("data", (data) => {
      said += data;
    });
    socket.on("error", () => undefined);
    socket.on("connect", () => resolve({ socket, text: () => said, closed }));
  });
}

/** Sends a character now and then, for as long as the other side listens. */
function drip(socket: Socket, character: string): void {
  const timer = setInterval(() => socket.write(character), 100);
  socket.on("close", () => clearInterval(timer));
}

const head = () =>
  `POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\nauthorization: Bearer ${app.adminKey}\r\n`;

describe("a caller who is slow on purpose is let go", () => {
  test("one that sends nothing", async () => {
    const line = await open();
    expect(await line.closed).toBeLessThan(5);
  });

  test("one whose headers never end", async () => {
    const line = await open();
    line.socket.write("GET / HTTP/1.1\r\nhost: x\r\nx-slow: ");
    drip(line.socket, "a");
    expect(await line.closed).toBeLessThan(5);
    expect(line.text()).toMatch(/^HTTP\/1.1 408 /);
  });

  test("one whose body never ends", async () => {
    const line = await open();
    line.socket.write(`${head()}content-length: 1000\r\n\r\n`);
    drip(line.socket, " ");
    expect(await line.closed).toBeLessThan(6);
    expect(line.text()).toMatch(/^HTTP\/1.1 408 /);
  });

  test("one that is done and stays", async () => {
    const line = await open();
    const body = JSON.stringify({ query: "{ viewer { name } }" });
    line.socket.write(`${head()}content-length: ${body.length}\r\n\r\n${body}`);
    await until("the answer", () => line.text().includes('"admin"'));
    expect(await line.closed).toBeLessThan(6);
  });
});

test("fifty slow callers do not keep a good one from its answer once they are let go, and never end the server", async () => {
  const lines = await Promise.all(Array.from({ length: 50 }, open));
  for (const { socket } of lines) socket.write("GET / HTTP/1.1\r\nx: ");
  // Thirty are held, the others are closed at once.
  await Promise.all(lines.map(({ closed }) => closed));
  expect((await app.client.call("{ viewer { name } }")).data.viewer.name).toBe("admin");
});

describe("requests that are sent without waiting for answers", () => {
  test("are answered one after the other, in their order", async () => {
    const line = await open();
    const paths = ["/health/live", "/nothing/1", "/graphiql", "/nothing/2"];
    line.socket.write(paths.map((path) => `GET ${path} HTTP/1.1\r\nhost: x\r\n\r\n`).join(""));
    await until("four answers", () => line.text().includes("GET /nothing/2"));
    const said = ['{"status":"live"}', "GET /nothing/1", "<!doctype html>", "GET /nothing/2"];
    const places = said.map((piece) => line.text().toLowerCase().indexOf(piece.toLowerCase()));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(places).not.toContain(-1);
  });

  test("and are more than 64 end the connection, and nothing is opened for those that nobody reads", async () => {
    const page = await (await fetch(`${app.url}/graphiql`)).text();
    const asset = /\/assets\/[^"]+\.js/.exec(page)?.[0] ?? "";
    const filesBefore = readdirSync("/proc/self/fd").length;
    const lines = await Promise.all(Array.from({ length: 5 }, open));
    for (const { socket } of lines) socket.pause().write(`GET ${asset} HTTP/1.1\r\nhost: x\r\n\r\n`.repeat(5000));
    await until("the server has closed them", () => readdirSync("/proc/self/fd").length <= filesBefore + 8);
    for (const { socket } of lines) socket.resume();
    await Promise.all(lines.map(({ closed }) => closed));
  });
});

test("headers of more than 16 kB are refused", async () => {
  const line = await open();
  line.socket.write(`GET / HTTP/1.1\r\nhost: x\r\nx-large: ${"x".repeat(20_000)}\r\n\r\n`);
  await line.closed;
  expect(line.text()).toMatch(/^HTTP\/1.1 431 /);
});
