import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { aLiveCampaign, executeDocument, recipients, sandboxOf } from "../support/campaigns.ts";
import { createGraphqlClient, type Data, type GraphqlClient } from "../support/graphql-client.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";
import { until } from "../support/until.ts";

let app: TestApp;
const opened: GraphqlClient[] = [];
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(async () => {
  for (const client of opened) await client.close();
  await app.stop();
});

function clientWith(key: string | null): GraphqlClient {
  const client = createGraphqlClient(app.url, key);
  opened.push(client);
  return client;
}

const createDocument =
  "mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { key { id name role expiresAt revokedAt lastUsedAt } secret } }";

async function aKey(role: string, fields: object = {}): Promise<Data> {
  return (await app.client.expectData(createDocument, { input: { name: `a ${role}`, role, ...fields } })).createApiKey;
}

async function refused(key: string | null): Promise<string> {
  const client = clientWith(key);
  const { status, errors, data } = await client.call("{ viewer { id } }");
  expect(status).toBe(401);
  expect(data).toBeUndefined();
  expect(errors?.[0]?.extensions).toMatchObject({
    code: "UNAUTHENTICATED",
    kind: "unauthenticated",
    requestId: expect.any(String),
  });
  return errors?.[0]?.message ?? "";
}

describe("a key that is not valid is refused with 401", () => {
  test("none at all", async () => {
    expect(await refused(null)).toBe("An API key is needed: send it as `Authorization: Bearer envoi_…`.");
  });

  test("garbage, another secret and another id are told apart by nobody", async () => {
    const [, id, secret] = app.adminKey.split("_");
    const other = "0".repeat(32);
    const wrong = [
      "garbage",
      "envoi_x_y",
      `envoi_${id}_${"A".repeat(43)}`,
      `envoi_${other}_${secret}`,
      `${app.adminKey}x`,
      "' or 1=1",
    ];
    const sentences = new Set(await Promise.all(wrong.map(refused)));
    expect([...sentences]).toEqual(["This API key is not valid here: it is mistyped, expired or revoked."]);
  });

  test("a revoked one, within seconds and for good", async () => {
    const { key, secret } = await aKey("VIEWER");
    const client = clientWith(secret);
    expect((await client.expectData("{ viewer { name } }")).viewer.name).toBe("a VIEWER");
    const revoke = "mutation ($id: ID!) { revokeApiKey(id: $id) { id revokedAt } }";
    const first = (await app.client.expectData(revoke, { id: key.id })).revokeApiKey;
    expect(first.revokedAt).toEqual(expect.any(String));
    expect((await app.client.expectData(revoke, { id: key.id })).revokeApiKey).toEqual(first);
    await until("the refusal", async () => (await client.call("{ viewer { id } }")).status === 401, 4);
    await refused(secret);
    await app.client.expectCode("API_KEY_NOT_FOUND", revoke, { id: "01900000-0000-7000-8000-000000000000" });
  });

  test("an expired one, from its instant on", async () => {
    // A clock of the server's own, which stands still until it is set.
    let now = new Date();
    const alone = await startTestApp({}, undefined, undefined, { clock: { now: () => now } });
    try {
      const expiresAt = new Date(now.getTime() + 60_000);
      const input = { name: "x", role: "VIEWER", expiresAt: expiresAt.toISOString() };
      const { secret } = (await alone.client.expectData(createDocument, { input })).createApiKey;
      const client = createGraphqlClient(alone.url, secret);
      for (const [milliseconds, status] of [[-60_000, 200] as const, [-1, 200] as const, [0, 401] as const]) {
        now = new Date(expiresAt.getTime() + milliseconds);
        expect((await client.call("{ viewer { id } }")).status, `${milliseconds}`).toBe(status);
      }
      const error = await alone.client.expectCode("INPUT_INVALID", createDocument, { input });
      expect(error.message).toBe("expiresAt must lie in the future.");
    } finally {
      await alone.stop();
    }
  });
});

describe("roles (who may ask what is the matrix)", () => {
  test("a TRIGGER key executes a campaign and reads what became of it in the answer", async () => {
    const { secret } = await aKey("TRIGGER");
    const { id: campaignId } = await aLiveCampaign(app.client);
    const client = clientWith(secret);
    const input = { campaignId, requestId: "r", recipients: recipients(2) };
    const { executeCampaign } = await client.expectData(executeDocument, { input });
    expect(executeCampaign).toMatchObject({ acceptedCount: 2, execution: { stats: { accepted: 2 } } });
    const watched = client.subscribe("subscription ($id: ID!) { deliveryStats(campaignId: $id) { sent } }", { id: campaignId });
    await watched.done;
    expect((watched.errors as Data[])[0].extensions).toMatchObject({ code: "PERMISSION_MISSING" });
    const inner = await client.expectCode(
      "PERMISSION_MISSING",
      executeDocument.replace("replayed", "execution { campaign { stats { sent } } } replayed"),
      { input },
    );
    expect(inner.message).toContain("campaigns:read");
  });

  test("a TRIGGER key cannot simulate: verdicts tell whom the lists hold", async () => {
    const { id: campaignId } = await aLiveCampaign(app.client);
    const input = { campaignId, requestId: "r", recipients: recipients(1) };
    const query = "query ($input: ExecuteCampaignInput!) { simulateExecution(input: $input) { toSendCount } }";
    await clientWith((await aKey("TRIGGER")).secret).expectCode("PERMISSION_MISSING", query, { input });
  });

  test("a VIEWER sees totals but no messages", async () => {
    const { secret } = await aKey("VIEWER");
    const { id } = await aLiveCampaign(app.client);
    await app.client.expectData(executeDocument, { input: { campaignId: id, requestId: "r", recipients: recipients(1) } });
    const client = clientWith(secret);
    const nested =
      "query ($id: ID!) { campaign(id: $id) { stats { accepted } executions { edges { node { messages { edges { node { address } } } } } } } }";
    const error = await client.expectCode("PERMISSION_MISSING", nested, { id });
    expect(error.message).toContain("messages:read");
    expect(
      (await client.expectData("query ($id: ID!) { campaign(id: $id) { stats { accepted } } }", { id })).campaign.stats.accepted,
    ).toBe(1);
  });

  test("a preview shows a stored profile only to keys that may read profiles", async () => {
    await app.client.expectData(
      `mutation { upsertProfiles(profiles: [{ namespace: "email", userId: "p@b.example", attributes: { secret: "S3" } }]) { createdCount } }`,
    );
    const content = { email: { subject: "S{{profile.secret}}", html: "<p>H</p>", text: "T" } };
    const { id: campaignId } = await aLiveCampaign(app.client, { content });
    const query = `query ($id: ID!) { previewContent(campaignId: $id, sample: { userId: "p@b.example" }) { subject } }`;
    const subjects = [];
    for (const role of ["VIEWER", "AUTHOR"])
      subjects.push((await clientWith((await aKey(role)).secret).expectData(query, { id: campaignId })).previewContent.subject);
    expect(subjects).toEqual(["S", "SS3"]);
  });

  test("viewer tells a key its own name and permissions", async () => {
    const { secret, key } = await aKey("TRIGGER");
    expect((await clientWith(secret).expectData("{ viewer { id name permissions } }")).viewer).toEqual({
      ...{ id: key.id, name: "a TRIGGER", permissions: ["campaigns:execute"] },
    });
  });
});

describe("secrets", () => {
  test("a key's secret is shown once and stored only as a hash", async () => {
    const { key, secret } = await aKey("VIEWER");
    expect(secret).toMatch(/^envoi_[0-9a-f]{32}_[A-Za-z0-9_-]{43}$/);
    const [row] = await app.query<{ row: string; hash: Buffer }>(
      "select api_key::text as row, secret_hash as hash from api_key where id = $1",
      [key.id],
    );
    const random = secret.slice(-43);
    expect(row?.hash).toEqual(createHash("sha256").update(random).digest());
    const dump = await app.query<{ text: string }>("select coalesce(string_agg(event::text, ''), '') || $1 as text from event", [
      row?.row,
    ]);
    expect(dump[0]?.text).not.toContain(random);
    const list = "{ apiKeys(first: 1) { edges { node { id name role createdAt expiresAt revokedAt lastUsedAt } } } }";
    const { apiKeys } = await app.client.expectData(list);
    expect(JSON.stringify(apiKeys)).not.toContain(random);
    expect(apiKeys.edges[0].node).toMatchObject({ id: key.id, name: "a VIEWER", lastUsedAt: null });
    const { errors } = await app.client.call("{ apiKeys { edges { node { secret } } } }");
    expect(errors?.[0]?.extensions.code).toBe("GRAPHQL_VALIDATION_FAILED");
    await clientWith(secret).expectData("{ viewer { id } }");
    expect((await app.client.expectData(list)).apiKeys.edges[0].node).toMatchObject({
      id: key.id,
      lastUsedAt: expect.any(String),
    });
  });

  test("an SMTP password can be written and is never readable", async () => {
    const save = `mutation ($input: ChannelConfigurationInput!) { saveChannelConfiguration(input: $input) {
      id name provider quotaPerSecond active category smtp { host port security verifyCertificate username fromName fromAddress replyToAddress } } }`;
    const smtp = { host: "smtp.b.example", port: 587, username: "me", password: "hunter2-secret", fromAddress: "from@b.example" };
    const input = { name: "Relay", channel: "EMAIL", provider: "smtp", smtp };
    const saved = await app.client.expectData(save, { input });
    expect(JSON.stringify(saved)).not.toContain("hunter2");
    expect(saved.saveChannelConfiguration.smtp).toMatchObject({ host: "smtp.b.example", username: "me", security: "STARTTLS" });
    const dump = await app.query<{ text: string }>(
      "select (select string_agg(c::text || encode(coalesce(sealed_secrets, ''), 'escape'), '') from channel_configuration c) || (select string_agg(event::text, '') from event) as text",
    );
    expect(dump[0]?.text).not.toContain("hunter2");
    const { errors } = await app.client.call("{ channelConfigurations { smtp { password } } }");
    expect(errors?.[0]?.extensions.code).toBe("GRAPHQL_VALIDATION_FAILED");
    const { __type } = await app.client.expectData(`{ __type(name: "SmtpSettings") { fields { name } } }`);
    expect(__type.fields.map((field: Data) => field.name)).not.toContain("password");
  });

  test("the admin key lies in a file that only its owner can read, in a folder that only its owner can enter", () => {
    expect(statSync(app.app.adminKeyFile ?? "").mode & 0o777).toBe(0o600);
    expect(readFileSync(app.app.adminKeyFile ?? "", "utf8")).toMatch(/^envoi_[0-9a-f]{32}_[A-Za-z0-9_-]{43}\n$/);
    expect(statSync(`${app.folder}/secret.key`).mode & 0o777).toBe(0o600);
  });
});

test("health and the pages need no key; introspection does, and works with one", async () => {
  for (const [path, type] of [
    ["/health/live", "json"],
    ["/health/ready", "json"],
    ["/", "html"],
    ["/graphiql", "html"],
  ] as const) {
    const response = await fetch(`${app.url}${path}`);
    expect(response.status, path).toBe(200);
    expect(response.headers.get("content-type")).toContain(type);
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
  }
  const page = await (await fetch(`${app.url}/graphiql`)).text();
  const asset = /\/assets\/[^"]+\.js/.exec(page)?.[0] ?? "";
  expect((await fetch(`${app.url}${asset}`)).status).toBe(200);
  expect(await sandboxOf(app.client, "EMAIL")).toEqual(expect.any(String));
  expect((await app.client.expectData("{ __schema { queryType { name } } }")).__schema.queryType.name).toBe("Query");
  expect((await clientWith(null).call("{ __schema { queryType { name } } }")).status).toBe(401);
});
