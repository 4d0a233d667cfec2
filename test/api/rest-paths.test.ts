import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { aLiveCampaign } from "../support/campaigns.ts";
import { createRestClient, type RestClient } from "../support/rest-client.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";
import { until } from "../support/until.ts";

let app: TestApp;
let rest: RestClient;
let campaignId: string;
beforeAll(async () => {
  app = await startTestApp();
  rest = createRestClient(app.url, app.adminKey);
  campaignId = (await aLiveCampaign(app.client, { createProfiles: false })).id;
});
afterAll(() => app.stop());

const person = (name: string) => ({
  ...{ type: "external", namespace: "email", userId: `${name}@shop.example`, context: { name } },
});
const call = (requestId: string, recipients: readonly object[] = [person("ada")]) => ({ requestId, campaignId, recipients });
const unknown = { type: "aep", namespace: "email", userId: "unknown@shop.example" };

async function aKey(fields: string): Promise<RestClient> {
  const { createApiKey } = await app.client.expectData(`mutation { createApiKey(input: { name: "k", ${fields} }) { secret } }`);
  return createRestClient(app.url, createApiKey.secret);
}

describe("who asks", () => {
  test("x-api-key counts where no Authorization is sent, and does not where one is", async () => {
    const nobody = createRestClient(app.url, null);
    const withKey = (headers: Record<string, string>) => nobody.send("/health", { headers });
    expect((await withKey({ "x-api-key": app.adminKey })).status).toBe(200);
    expect((await withKey({ "x-api-key": "wrong" })).status).toBe(401);
    expect((await withKey({ "x-api-key": app.adminKey, authorization: "Bearer wrong" })).status).toBe(401);
    expect((await withKey({ "x-api-key": "wrong", authorization: `Bearer ${app.adminKey}` })).status).toBe(200);
  });

  test("a caller's x-request-id is not taken over: the answer's own stays unique", async () => {
    const { headers } = await rest.send("/health", { headers: { "x-request-id": "mine" } });
    expect(headers.get("x-request-id")).not.toBe("mine");
  });

  test("a TRIGGER key executes, learns whom its call excluded and why, and nothing more about anybody", async () => {
    const trigger = await aKey("role: TRIGGER");
    const { status, body } = await trigger.post("/executions/unitary", call("by-trigger", [unknown, person("ada")]));
    expect([status, body.counts.excluded, body.exclusions]).toEqual([202, 1, [{ reason: "PROFILE_NOT_FOUND", count: 1 }]]);
    expect(body.excluded).toMatchObject([{ userId: unknown.userId, reason: "PROFILE_NOT_FOUND" }]);
    for (const path of [`/executions/${body.executionId}`, `/executions/${body.executionId}/recipients`])
      expect(await trigger.get(path)).toMatchObject({ status: 403, body: { code: "PERMISSION_MISSING" } });
    const viewer = await aKey("role: VIEWER");
    expect((await viewer.get(`/executions/${body.executionId}`)).status).toBe(200);
    expect((await viewer.get(`/executions/${body.executionId}/recipients`)).status).toBe(403);
    expect((await viewer.post("/executions/unitary", call("by-viewer"))).status).toBe(403);
  });

  test("for a key that is limited to other campaigns, neither campaign nor execution is there", async () => {
    const other = (await aLiveCampaign(app.client)).id;
    const { body } = await rest.post("/executions/unitary", call("for-all"));
    const limited = await aKey(`role: OPERATOR, campaignIds: ["${other}"]`);
    expect(await limited.post("/executions/unitary", call("limited"))).toMatchObject({
      status: 404,
      body: { code: "CAMPAIGN_NOT_FOUND" },
    });
    for (const path of [`/executions/${body.executionId}`, `/executions/${body.executionId}/recipients`])
      expect(await limited.get(path)).toMatchObject({ status: 404, body: { code: "EXECUTION_NOT_FOUND" } });
  });

  test("pages of other sites are refused", async () => {
    const foreign = await rest.send("/health", { headers: { origin: "https://elsewhere.example" } });
    expect([foreign.status, foreign.body.code]).toEqual([403, "ORIGIN_NOT_ALLOWED"]);
  });
});

describe("with an allowed origin, and little to spend in a second", () => {
  let open: TestApp;
  beforeAll(async () => {
    open = await startTestApp({ ALLOWED_ORIGINS: "https://shop.example", RATE_LIMIT_COST_PER_SECOND: "250" });
  });
  afterAll(() => open.stop());

  test("pages of that origin may send the reference's headers", async () => {
    const preflight = await fetch(`${open.url}/im/executions/unitary`, {
      method: "OPTIONS",
      headers: { origin: "https://shop.example", "access-control-request-method": "POST" },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get("access-control-allow-headers")).toContain("x-gw-ims-org-id");
  });

  test("a key that has spent its second is answered 429 with Retry-After, and let in again after it", async () => {
    const client = createRestClient(open.url, open.adminKey);
    const send = () => client.post("/executions/unitary", {});
    const limited = await until("a refusal", async () => {
      const answer = await send();
      return answer.status === 429 && answer;
    });
    expect([limited.body.code, limited.headers.get("retry-after")]).toEqual(["RATE_LIMITED", "1"]);
    await until("the next second", async () => (await send()).status === 400);
  });
});

describe("an execution can be read afterwards", () => {
  test("its status and totals, and each recipient by pages, by state and by name", async () => {
    const names = ["a", "b", "c", "d", "e"];
    const { body } = await rest.post("/executions/unitary", call("read-later", [...names.map(person), unknown]));
    const path = `/executions/${body.executionId}`;
    const finished = await until("the end", async () => {
      const answer = await rest.get(path);
      return answer.body.status === "FINISHED" && answer.body;
    });
    expect(finished).toMatchObject({
      requestId: "read-later",
      campaignId,
      counts: { accepted: 6, sent: 5, excluded: 1, queued: 0 },
    });
    expect(finished.exclusions).toEqual([{ reason: "PROFILE_NOT_FOUND", count: 1 }]);

    const seen: string[] = [];
    for (let after = ""; ; ) {
      const page = await rest.get(`${path}/recipients?first=4${after && `&after=${after}`}`);
      seen.push(...page.body.recipients.map(({ userId }: { userId: string }) => userId));
      if (!page.body.pageInfo.hasNextPage) break;
      after = page.body.pageInfo.endCursor;
    }
    expect(seen).toEqual([...names.map((name) => `${name}@shop.example`), unknown.userId]);
    const excluded = await rest.get(`${path}/recipients?status=EXCLUDED`);
    expect(excluded.body.recipients).toMatchObject([{ userId: unknown.userId, type: "aep", reason: "PROFILE_NOT_FOUND" }]);
    const one = await rest.get(`${path}/recipients?userId=C%40SHOP.example&status=SENT`);
    expect(one.body.recipients).toMatchObject([{ userId: "c@shop.example", type: "external", status: "SENT", reason: null }]);
    expect((await rest.get(`${path}/recipients?userId=nobody%40shop.example`)).body.recipients).toEqual([]);
  });

  test.each(["first=0", "first=501", "first=x", "after=nonsense", "status=GONE", "statuss=SENT", "first=1&first=2"])(
    "a page with ?%s is 400, and says what may be asked",
    async (query) => {
      const { body } = await rest.post("/executions/unitary", call("to-be-paged"));
      const answer = await rest.get(`/executions/${body.executionId}/recipients?${query}`);
      expect([answer.status, answer.body.code]).toEqual([400, "INPUT_INVALID"]);
      expect(answer.body.title).toContain(query.split("=")[0]);
    },
  );

  test.each(["01900000-0000-7000-8000-000000000000", "nope", "%00", "UMA-00859153"])("there is no execution %s", async (id) => {
    for (const path of [`/executions/${id}`, `/executions/${id}/recipients`, `/executions/audience/${id}`])
      expect(await rest.get(path)).toMatchObject({ status: 404, body: { code: "EXECUTION_NOT_FOUND" } });
    for (const method of ["GET", "DELETE"])
      expect(await rest.send(`/executions/schedules/${id}`, { method })).toMatchObject({
        status: 404,
        body: { code: "SCHEDULE_NOT_FOUND" },
      });
  });
});

describe("what a call is told", () => {
  test("all faults at once, each under its path, with what may stand there", async () => {
    const recipient = { ...person("ada"), chanelData: {}, userId: 7, channelData: { emailAdress: "x" } };
    const { status, body } = await rest.post("/executions/unitary", {
      campaignId,
      recipients: [recipient, { type: "x" }],
      executeAt: null,
    });
    expect([status, body.code]).toEqual([400, "INPUT_INVALID"]);
    expect(body.report.additionalContext).toMatchObject({
      campaignId,
      requestId: "is missing",
      executeAt: "is unknown; there are requestId, campaignId, recipients",
      "recipients.0.userId": "must be a text",
      "recipients.0.chanelData": expect.stringMatching(/^is unknown; there are type, userId/),
      "recipients.0.channelData.emailAdress": "is unknown; there are emailAddress, mobilePhoneNumber, pushInfo",
      "recipients.1.type": "must be aep or external",
      "recipients.1.userId": "is missing",
    });
    expect(body.title).toMatch(/; and \d more\.$/);
  });

  test("optional fields may be null", async () => {
    const nothing = { namespace: null, channelData: null, profile: null, mergePolicyName: null, mergePolicySchema: null };
    expect((await rest.post("/executions/unitary", call("nulls", [{ ...person("nil"), ...nothing }]))).status).toBe(202);
    const inside = { channelData: { emailAddress: null, mobilePhoneNumber: null, pushInfo: null } };
    expect((await rest.post("/executions/unitary", call("nulls-inside", [{ ...person("nil"), ...inside }]))).status).toBe(202);
  });

  test.each([
    ["no JSON", "{nonsense", 400],
    ["nothing", "", 400],
    ["a list", "[]", 400],
    ["null", "null", 400],
    ["a text", '"x"', 400],
  ])("%s as a body", async (_what, body, status) => {
    const answer = await rest.send("/executions/unitary", {
      method: "POST",
      body,
      headers: { "content-type": "application/json" },
    });
    expect([answer.status, answer.body.code]).toEqual([status, "INPUT_INVALID"]);
  });

  test("a body that is not JSON by its header is 415", async () => {
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    const answer = await rest.send("/executions/unitary", { method: "POST", body: "a=b", headers });
    expect([answer.status, answer.body.code]).toEqual([415, "MEDIA_TYPE_UNSUPPORTED"]);
  });

  test("audiences are not there yet, and the call is told so", async () => {
    const { status, body } = await rest.post("/executions/audience", { campaignId });
    expect([status, body.title]).toEqual([400, expect.stringContaining("no audiences yet")]);
  });
});

describe("paths and methods", () => {
  const paths: readonly [string, string][] = [
    ["/executions/unitary", "POST, OPTIONS"],
    ["/executions/highthroughput", "POST, OPTIONS"],
    ["/executions/audience", "POST, OPTIONS"],
    ["/executions/audience/x", "GET, HEAD, OPTIONS"],
    ["/executions/schedules/x", "GET, DELETE, HEAD, OPTIONS"],
    ["/executions/x", "GET, HEAD, OPTIONS"],
    ["/executions/x/recipients", "GET, HEAD, OPTIONS"],
    ["/health", "GET, HEAD, OPTIONS"],
    ["/openapi.json", "GET, HEAD, OPTIONS"],
  ];

  test.each(paths)("%s takes %s, under both bases; anything else is 405 and told which", async (path, allow) => {
    for (const base of ["/im", "/ajo/im"]) {
      const client = createRestClient(app.url, null, base);
      for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE"].filter((name) => !allow.includes(name))) {
        const { status, headers, body } = await client.send(path, { method, ...(method === "GET" ? {} : { body: {} }) });
        expect([status, body.code, headers.get("allow")]).toEqual([405, "METHOD_NOT_ALLOWED", allow]);
      }
      const options = await fetch(`${app.url}${base}${path}`, { method: "OPTIONS" });
      expect([options.status, options.headers.get("allow")]).toEqual([204, allow]);
    }
  });

  test.each(["/nothing", "/executions", "/executions/x/y", "/executions/%zz"])("there is nothing at %s", async (path) => {
    for (const method of ["GET", "POST"])
      expect(await rest.send(path, { method, ...(method === "POST" ? { body: {} } : {}) })).toMatchObject({
        ...{ status: 404, body: { code: "PATH_NOT_FOUND" } },
      });
  });

  test("an id that is left out names nothing", async () => {
    for (const path of ["/executions/", "/executions//recipients", "/executions/schedules/"])
      expect((await fetch(`${app.url}/im${path}`, { headers: { authorization: `Bearer ${app.adminKey}` } })).status).toBe(404);
  });

  test("HEAD answers what GET does, without its body", async () => {
    const headers = { authorization: `Bearer ${app.adminKey}` };
    const head = await fetch(`${app.url}/im/health`, { method: "HEAD", headers });
    expect([head.status, head.headers.get("cache-control"), await head.text()]).toEqual([200, "no-store", ""]);
    expect((await fetch(`${app.url}/im/health`, { method: "HEAD" })).status).toBe(401);
  });

  test("the document is there without a key under both bases, and is the printed one", async () => {
    const [one, other] = await Promise.all(["/im", "/ajo/im"].map((base) => fetch(`${app.url}${base}/openapi.json`)));
    expect(await one?.json()).toEqual(await other?.json());
    const again = await fetch(`${app.url}/im/openapi.json`, { headers: { "if-none-match": one?.headers.get("etag") ?? "" } });
    expect(again.status).toBe(304);
  });
});
