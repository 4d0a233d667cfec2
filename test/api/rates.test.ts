import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createGraphqlClient, type GraphqlClient } from "../support/graphql-client.ts";
import { openRawSocket } from "../support/raw-socket.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";
import { until } from "../support/until.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ RATE_LIMIT_COST_PER_SECOND: "600", FAILED_KEYS_PER_MINUTE: "4", TRUSTED_PROXIES: "loopback" });
});
afterAll(() => app.stop());

async function clientOf(name: string): Promise<{ client: GraphqlClient; secret: string }> {
  const query = "mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret } }";
  const { secret } = (await app.client.expectData(query, { input: { name, role: "VIEWER" } })).createApiKey;
  return { client: createGraphqlClient(app.url, secret), secret };
}

const page = "{ campaigns(first: 50) { edges { node { id } } } }";
const pageCost = 151;
const sleepMilliseconds = 1100;
const nextSecond = () => new Promise((resolve) => setTimeout(resolve, sleepMilliseconds));

describe("a key has a cost to spend in each second", () => {
  test("what does not fit is 429 with Retry-After and RATE_LIMITED, a second later it fits again, and other keys are not concerned", async () => {
    const [busy, calm] = await Promise.all([clientOf("busy"), clientOf("calm")]);
    // On a machine that needs seconds for twenty calls they fit: then they are made again.
    const refused = await until("a second that does not suffice", async () => {
      await nextSecond();
      const answers = await Promise.all(Array.from({ length: 20 }, () => busy.client.call(page)));
      const found = answers.filter(({ status }) => status !== 200);
      expect(answers.length - found.length).toBeGreaterThanOrEqual(Math.floor(600 / pageCost));
      return found.length > 5 && found;
    });
    for (const { status, headers, errors, data } of refused) {
      expect([status, headers.get("retry-after"), data]).toEqual([429, "1", undefined]);
      expect(errors?.[0]?.extensions).toMatchObject({
        ...{ code: "RATE_LIMITED", kind: "limited" },
        details: { retryAfterSeconds: 1, costPerSecond: 600 },
      });
    }
    expect((await calm.client.call(page)).status).toBe(200);
    await until("the next second", async () => (await busy.client.call("{ viewer { id } }")).status === 200);
  });

  test("over a WebSocket the same cost counts, and the socket stays open", async () => {
    const { client, secret } = await clientOf("socket");
    const socket = await openRawSocket(app.url);
    await socket.init(secret);
    let asked = 0;
    const askTen = async () => {
      const ids = Array.from({ length: 10 }, () => `q${asked++}`);
      for (const id of ids) socket.send({ id, type: "subscribe", payload: { query: page } });
      return (await Promise.all(ids.map((id) => socket.answerTo(id)))).filter(({ type }) => type === "error");
    };
    // All in one second: when it ends in between, ten others are asked.
    const refused = await until("a second that is spent", async () => {
      const found = await askTen();
      const isSpent = (await client.call("{ viewer { id } }")).status === 429;
      return isSpent && found.length > 2 && found;
    });
    for (const answer of refused) expect(answer).toMatchObject({ payload: [{ extensions: { code: "RATE_LIMITED" } }] });
    await nextSecond();
    socket.send({ id: "later", type: "subscribe", payload: { query: page } });
    expect((await socket.answerTo("later")).type).toBe("next");
    socket.socket.terminate();
  });

  test("over REST the same second is spent, whichever header brings the key, and what does not fit is refused at both doors", async () => {
    const { client, secret } = await clientOf("both doors");
    const headers = { authorization: `Bearer ${secret}` };
    const read = (own: Record<string, string> = headers) =>
      fetch(`${app.url}/im/executions/01900000-0000-7000-8000-000000000000`, { headers: own });
    // 600 of a second: fifteen that cost 40.
    await until("a second that GraphQL has spent", async () => {
      await nextSecond();
      await Promise.all(Array.from({ length: 20 }, () => client.call(page)));
      const refused = await read({ "x-api-key": secret });
      if (refused.status !== 429) return false;
      expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
      expect(await refused.json()).toMatchObject({ code: "RATE_LIMITED", kind: "limited" });
      return true;
    });
    await until("a second that REST has spent", async () => {
      await nextSecond();
      const answers = await Promise.all(Array.from({ length: 40 }, () => read()));
      const left = (await client.call("{ viewer { id } }")).status;
      const through = answers.filter(({ status }) => status === 404).length;
      return through >= 15 && through < 40 && left === 429;
    });
  });

  test("an operation that costs more than a second has runs when the second is unspent", async () => {
    const { client } = await clientOf("large");
    const large = () => client.call(page.replace("50", "500"));
    expect((await large()).status).toBe(200);
    await until("the next call in that second", async () => {
      if ((await client.call("{ viewer { id } }")).status === 429) return true;
      // The second was over: the large one has to wait for one that is unspent, and runs again.
      await until("an unspent second", async () => (await large()).status === 200);
      return false;
    });
  });

  test("documents that cannot run are charged too", async () => {
    const { client } = await clientOf("fuzzer");
    const statuses: number[] = [];
    await until("the refusal", async () => {
      statuses.push((await client.call(`{ nope${statuses.length} }`)).status);
      return statuses.includes(429);
    });
    expect(statuses.slice(0, 2)).toEqual([400, 400]);
  });
});

describe("wrong keys", () => {
  const attempt = async (key: string, from: string) => {
    const response = await fetch(`${app.url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${key}`, "x-forwarded-for": from },
      body: JSON.stringify({ query: "{ viewer { id } }" }),
    });
    const { errors } = (await response.json()) as { errors?: { extensions: { code: string } }[] };
    return {
      status: response.status,
      code: errors?.[0]?.extensions.code,
      retryAfter: Number(response.headers.get("retry-after")),
    };
  };

  test("four from an address are UNAUTHENTICATED, the next are RATE_LIMITED, and other addresses are not concerned", async () => {
    const { secret } = await clientOf("neighbour");
    for (let index = 0; index < 4; index += 1)
      expect(await attempt(`envoi_${index}`, "203.0.113.7")).toMatchObject({ status: 401, code: "UNAUTHENTICATED" });
    const refused = await attempt("envoi_5", "203.0.113.7");
    expect(refused).toMatchObject({ status: 429, code: "RATE_LIMITED" });
    expect(refused.retryAfter).toBeGreaterThan(30);
    expect((await attempt("envoi_5", "203.0.113.8")).status).toBe(401);
    expect((await attempt(secret, "203.0.113.8")).status).toBe(200);
  });

  test("over x-api-key they are counted together with those of the other door and header", async () => {
    const from = { "x-forwarded-for": "203.0.113.30" };
    const rest = (headers: Record<string, string>) => fetch(`${app.url}/ajo/im/health`, { headers: { ...from, ...headers } });
    const { secret } = await clientOf("over REST");
    expect((await rest({ "x-api-key": secret })).status).toBe(200);
    expect((await attempt("envoi_a", "203.0.113.30")).status).toBe(401);
    for (const headers of [{ "x-api-key": "envoi_b" }, { authorization: "Bearer envoi_c" }, { "x-api-key": "envoi_d" }])
      expect((await rest(headers)).status).toBe(401);
    const refused = await rest({ "x-api-key": "envoi_e" });
    expect([refused.status, ((await refused.json()) as { code: string }).code]).toEqual([429, "RATE_LIMITED"]);
    expect((await attempt("envoi_f", "203.0.113.30")).status).toBe(429);
    expect((await rest({ "x-api-key": secret })).status).toBe(200);
    // None at all is no guess.
    expect((await rest({})).status).toBe(401);
  });

  test("a thousand at once, from all over one IPv6 network, are counted before they are looked up", async () => {
    const { secret } = await clientOf("of the network");
    const before = await attempt(secret, "2001:db8:1:2::1");
    expect(before.status).toBe(200);
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, index) => attempt(`envoi_${index}`, `2001:db8:1:2:${index.toString(16)}::9`)),
    );
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(4);
    expect(answers.filter(({ code }) => code === "RATE_LIMITED")).toHaveLength(196);
    expect((await attempt(secret, "2001:db8:1:2::1")).status).toBe(200);
    expect((await attempt("envoi_other", "2001:db8:1:3::1")).status).toBe(401);
  });

  test("a right key that many calls bring at once for the first time is one try", async () => {
    const { secret } = await clientOf("at the start");
    const answers = await Promise.all(Array.from({ length: 20 }, () => attempt(secret, "203.0.113.20")));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  });

  test("do not shut out a neighbour behind the same address whose key has worked", async () => {
    const { client, secret } = await clientOf("neighbour");
    await client.expectData("{ viewer { id } }");
    for (let index = 0; index < 6; index += 1) await attempt(`envoi_${index}`, "203.0.113.9");
    expect((await attempt("envoi_x", "203.0.113.9")).status).toBe(429);
    expect((await attempt(secret, "203.0.113.9")).status).toBe(200);
  });

  test("a call without a key is no guess, and always 401", async () => {
    const client = createGraphqlClient(app.url, null);
    for (let index = 0; index < 8; index += 1) expect((await client.call("{ viewer { id } }")).status).toBe(401);
  });
});

test("an address that was not put there by a trusted proxy is not believed", async () => {
  const other = await startTestApp({ FAILED_KEYS_PER_MINUTE: "3" });
  try {
    const statuses = [];
    for (let index = 0; index < 5; index += 1) {
      const headers = { authorization: "Bearer wrong", "x-forwarded-for": `203.0.113.${index}` };
      statuses.push((await fetch(`${other.url}/graphql`, { method: "POST", headers })).status);
    }
    expect(statuses).toEqual([401, 401, 401, 429, 429]);
  } finally {
    await other.stop();
  }
});
