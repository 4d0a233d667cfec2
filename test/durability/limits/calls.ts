import { readdirSync } from "node:fs";
import { Agent, type AgentOptions, request } from "node:http";
import { text } from "node:stream/consumers";
import { expect } from "vitest";
import { headOf, openLine } from "../../support/http-line.ts";
import { filesOf } from "../../support/process-use.ts";
import { until } from "../../support/until.ts";
import type { Attack, Target } from "./attack.ts";

type Told = { readonly status: number; readonly said: string; readonly code: string | undefined };
type Call = (url: string, asked: { readonly key?: string; readonly body?: unknown }) => Promise<Told>;

/** Calls over connections of their own, which end with them. */
async function calling<T>(run: (call: Call) => Promise<T>, agentOptions: AgentOptions = {}): Promise<T> {
  const agent = new Agent({ keepAlive: true, maxSockets: 200, ...agentOptions });
  const call: Call = (url, { key, body }) =>
    new Promise((resolve, reject) => {
      const authorization = key === undefined ? {} : { authorization: `Bearer ${key}` };
      const method = body === undefined ? "GET" : "POST";
      const sent = request(
        url,
        { agent, method, headers: { "content-type": "application/json", ...authorization } },
        (answer) => {
          text(answer).then((said) => {
            const code = /"code":"([A-Z_]+)"/.exec(said)?.[1];
            resolve({ status: answer.statusCode ?? 0, said, code });
          }, reject);
        },
      );
      sent.on("error", reject);
      sent.end(body === undefined ? undefined : JSON.stringify(body));
    });
  try {
    return await run(call);
  } finally {
    agent.destroy();
  }
}

/** The same call so often at once, of one key; each with its number. */
async function callMany({ url }: Target, count: number, key: string, bodyOf: (index: number) => unknown): Promise<Told[]> {
  return calling((call) => Promise.all(times(count, (index) => call(`${url}/graphql`, { key, body: bodyOf(index) }))));
}

const times = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, index) => make(index));
const onlyCodeOf = (told: readonly Told[]): string => {
  const codes = [...new Set(told.map(({ code }) => code ?? "none"))];
  expect(codes).toHaveLength(1);
  return codes[0] ?? "none";
};

/** 20 documents of a megabyte, all line breaks and faults. */
export const longDocuments: Attack = async (target) => {
  const key = await target.keyOf("VIEWER");
  const query = `{${"\n".repeat(900_000)}${times(99, (index) => `nope${index}`).join(" ")} }`;
  return onlyCodeOf(await callMany(target, 20, key, () => ({ query })));
};

/** As long as they may be, and as faulty as they can be. */
export const faultyDocuments: Attack = async (target) => {
  const key = await target.keyOf("VIEWER");
  const query = (at: number) => `{ viewer { ${"\n".repeat(90_000)}${times(400, (index) => `nope${at}x${index}`).join(" ")} } }`;
  const told = await callMany(target, 40, key, (at) => ({ query: query(at) }));
  return onlyCodeOf(told.filter(({ code }) => code !== "RATE_LIMITED"));
};

export const costlyDocuments: Attack = async (target) => {
  const key = await target.keyOf("VIEWER");
  const list = "campaigns(first: 500) { edges { node { executions(first: 500) { edges { node { id } } } } } }";
  return onlyCodeOf(await callMany(target, 100, key, (index) => ({ query: `query Q${index} { ${list} }` })));
};

export const longLists: Attack = async (target) => {
  const key = await target.keyOf("ADMIN");
  const query = "query ($status: [ApiKeyStatus!]) { apiKeys(status: $status) { totalCount } }";
  const variables = { status: times(80_000, () => "ACTIVE") };
  return onlyCodeOf(await callMany(target, 20, key, () => ({ query, variables })));
};

export const longValues: Attack = async (target) => {
  const key = await target.keyOf("VIEWER");
  const query = "query ($status: CampaignStatus!) { campaigns(status: [$status]) { totalCount } }";
  const variables = { status: "Did you mean ".repeat(70_000) };
  return onlyCodeOf(await callMany(target, 20, key, () => ({ query, variables })));
};

/** Large pages, until the second is spent. */
export const costInASecond: Attack = async (target) => {
  const key = await target.keyOf("VIEWER");
  const query = `{ campaigns(first: 500) { edges { node { ${times(40, (index) => `a${index}: title`).join(" ")} } } } }`;
  const told = await until("a second that is spent", async () => {
    const answers = await callMany(target, 80, key, () => ({ query }));
    return answers.find(({ status }) => status === 429);
  });
  return told.code ?? "none";
};

/**
 * More requests of one key than may wait: each holds its connection with a body that does not end. From four addresses, none of
 * which has more connections than one may have.
 */
export const requestsUnderWay: Attack = async (target) => {
  const key = await target.keyOf("TRIGGER");
  const lines = await Promise.all(times(2200, (index) => openLine(target.url, `127.0.2.${1 + (index % 4)}`)));
  for (const { socket } of lines) socket.write(`${headOf({ key, length: 1000 })}{`);
  const refused = await until("those beyond are refused", () => lines.find(({ said }) => said().includes("RATE_LIMITED")));
  for (const { socket } of lines) socket.destroy();
  expect(refused.said()).toMatch(/^HTTP\/1.1 429 /);
  return "RATE_LIMITED";
};

const assetPath = async ({ url }: Target): Promise<string> => {
  const page = await (await fetch(`${url}/graphiql`)).text();
  return /\/assets\/[^"]+\.js/.exec(page)?.[0] ?? "";
};

/** Requests for a large file on a few connections, one after the other without reading an answer. */
export const pipelinedRequests: Attack = async (target) => {
  const path = await assetPath(target);
  const before = filesOf(target.server.pid);
  const lines = await Promise.all(times(50, () => openLine(target.url)));
  for (const { socket } of lines) socket.pause().write(`GET ${path} HTTP/1.1\r\nhost: x\r\n\r\n`.repeat(4000));
  await until("they are closed", () => filesOf(target.server.pid) <= before + 20);
  for (const { socket } of lines) socket.resume();
  await Promise.all(lines.map(({ closed }) => closed));
  return "closed";
};

/** A thousand connections that ask for a large page and do not read it: no file for any of them, and the same bytes for all. */
export const unreadPages: Attack = async (target) => {
  const path = await assetPath(target);
  const lines = await Promise.all(times(1000, () => openLine(target.url)));
  for (const { socket } of lines) socket.pause().write(`GET ${path} HTTP/1.1\r\nhost: x\r\n\r\n`);
  const first = lines[0];
  first?.socket.resume();
  await until("one that reads has all of it", () => (first?.said().length ?? 0) > 100_000);
  const links = readdirSync(`/proc/${target.server.pid}/fd`).length;
  expect(links).toBeLessThan(1300);
  for (const { socket } of lines) socket.destroy();
  return "waits";
};

/** From an address of its own, so that the others are not concerned. */
export const wrongKeys: Attack = async ({ url }) => {
  const localAddress = `127.0.${1 + (Date.now() % 250)}.2`;
  const keyOf = (index: number) => `envoi_${index.toString(16).padStart(32, "0")}_${"x".repeat(43)}`;
  const told = await calling(
    (call) =>
      Promise.all(
        times(2000, (index) =>
          call(`${url}${index % 2 === 0 ? "/graphql" : "/im/executions/unitary"}`, { key: keyOf(index), body: {} }),
        ),
      ),
    { localAddress },
  );
  expect(told.filter(({ status }) => status === 401)).toHaveLength(300);
  expect(told.filter(({ code }) => code === "RATE_LIMITED")).toHaveLength(1700);
  return "RATE_LIMITED";
};

export const healthChecks: Attack = async (target) => {
  const told = await calling((call) => Promise.all(times(1000, () => call(`${target.url}/health/ready`, {}))));
  expect(new Set(told.map(({ said }) => said))).toEqual(new Set(['{"status":"ready"}']));
  return "status";
};

export const longHeads: Attack = async (target) => {
  const lines = await Promise.all(times(200, () => openLine(target.url)));
  for (const { socket } of lines) socket.write(`GET / HTTP/1.1\r\nhost: x\r\nx-large: ${"x".repeat(200_000)}\r\n\r\n`);
  await Promise.all(lines.map(({ closed }) => closed));
  return "431";
};
