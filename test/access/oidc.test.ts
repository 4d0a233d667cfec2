import { createPublicKey } from "node:crypto";
import { generateKeyPair, type JWK, SignJWT, UnsecuredJWT } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readConfig } from "../../src/config.ts";
import { createGraphqlClient, type Data, type GraphqlClient } from "../support/graphql-client.ts";
import { type Issuer, startIssuer } from "../support/issuer.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";
import { until } from "../support/until.ts";

let issuer: Issuer;
let app: TestApp;
const opened: GraphqlClient[] = [];
const stops: (() => Promise<void>)[] = [];

beforeAll(async () => {
  issuer = await startIssuer();
  app = await startWith(issuer);
});
afterAll(async () => {
  for (const client of opened) await client.close();
  for (const stop of stops.reverse()) await stop();
  await issuer.goAway().catch(() => undefined);
});

async function startWith(
  provider: Issuer,
  environment: Readonly<Record<string, string>> = {},
  { freshSeconds, cooldownSeconds } = { freshSeconds: 1, cooldownSeconds: 0 },
): Promise<TestApp> {
  const settings = { OIDC_ISSUER: provider.url, OIDC_AUDIENCE: "envoi", KEY_CHECK_SECONDS: "1", ...environment };
  const started = await startTestApp(settings, (config) => ({
    ...config,
    oidc: config.oidc && { ...config.oidc, keys: { freshSeconds, cooldownSeconds } },
  }));
  stops.push(() => started.stop());
  return started;
}

function clientWith(token: string, server: TestApp = app): GraphqlClient {
  const client = createGraphqlClient(server.url, token);
  opened.push(client);
  return client;
}

const viewer = "{ viewer { id name kind permissions } }";
const seconds = (from: number) => Math.floor(Date.now() / 1000) + from;

async function refusalOf(token: string, server: TestApp = app): Promise<Data> {
  const { status, errors } = await clientWith(token, server).call(viewer);
  return { status, code: errors?.[0]?.extensions.code, message: errors?.[0]?.message };
}

describe("a token of the provider is let in", () => {
  test("with its subject, its name and the permissions of all its roles", async () => {
    const token = await issuer.token({ roles: ["author", "OPERATOR", "something else"], name: "Ada" });
    const found = (await clientWith(token).expectData(viewer)).viewer;
    expect(found).toMatchObject({ id: "person-1", name: "Ada", kind: "TOKEN" });
    expect(found.permissions).toEqual(expect.arrayContaining(["campaigns:write", "messages:resolve"]));
    expect(found.permissions).not.toContain("keys:write");
  });

  test("over WebSocket too, until it expires", async () => {
    const token = await issuer.token({ roles: "VIEWER", exp: seconds(1) });
    const client = clientWith(token);
    const watched = client.subscribe("subscription { campaignStatusChanged { to } }");
    const asked = client.subscribe(viewer);
    await asked.done;
    expect(asked.values).toMatchObject([{ viewer: { kind: "TOKEN" } }]);
    await watched.done;
    expect(watched.errors).toMatchObject([{ code: 4403 }]);
    expect((await refusalOf(token)).code).toBe("UNAUTHENTICATED");
  });

  test("beside API keys, which go on as ever", async () => {
    expect((await app.client.expectData(viewer)).viewer.kind).toBe("KEY");
  });

  test("and what it does is recorded under its subject", async () => {
    const configurations = (await app.client.expectData(`{ channelConfigurations(channel: SMS) { id } }`)).channelConfigurations;
    const input = { title: "T", category: "TRANSACTIONAL", channel: "SMS", channelConfigurationId: configurations[0].id };
    const client = clientWith(await issuer.token({ sub: "person-2", email: "p2@example.com", roles: ["AUTHOR"] }));
    await client.expectData("mutation ($input: CreateCampaignInput!) { createCampaign(input: $input) { id } }", { input });
    const rows = await app.query("select actor_name from event where actor_id = 'person-2'");
    expect(rows).toEqual([{ actor_name: "p2@example.com" }]);
  });
});

describe("a token is refused with 401", () => {
  const pem = (jwk: JWK) => createPublicKey({ key: jwk as never, format: "jwk" }).export({ type: "spki", format: "pem" });
  const payload = () => ({ iss: issuer.url, aud: "envoi", sub: "person-1", exp: seconds(3600), roles: ["ADMIN"] });
  const hmac = (secret: Uint8Array, header: object = {}) =>
    new SignJWT(payload()).setProtectedHeader({ alg: "HS256", ...header }).sign(secret);

  test.each<[string, () => Promise<string>]>([
    ["for another audience", () => issuer.token({ aud: "another" })],
    ["without an audience", () => issuer.token({ aud: undefined })],
    ["of another issuer", () => issuer.token({ iss: "https://elsewhere.example" })],
    ["that has expired", () => issuer.token({ exp: seconds(-60) })],
    ["without an end", () => issuer.token({ exp: undefined })],
    ["that is not valid yet", () => issuer.token({ nbf: seconds(60) })],
    ["without a subject", () => issuer.token({ sub: undefined })],
    ["with a subject that cannot be stored", () => issuer.token({ sub: "a\0b" })],
    ["without a signature (alg none)", async () => new UnsecuredJWT(payload()).encode()],
    ["signed by HS256 with the public key", async () => hmac(new TextEncoder().encode(pem(issuer.publicKey()) as string))],
    [
      "signed by HS256 with the public key, under its id",
      async () => hmac(new TextEncoder().encode(JSON.stringify(issuer.publicKey())), { kid: issuer.publicKey().kid }),
    ],
    ["with an unknown key id", () => issuer.token({}, { kid: "nobody" })],
    [
      "signed by somebody else under a known key id",
      async () => {
        const { privateKey } = await generateKeyPair("RS256");
        return new SignJWT(payload()).setProtectedHeader({ alg: "RS256", kid: issuer.publicKey().kid ?? "" }).sign(privateKey);
      },
    ],
    [
      "whose roles were changed",
      async () => {
        const [head, , signature] = (await issuer.token()).split(".");
        return `${head}.${Buffer.from(JSON.stringify(payload())).toString("base64url")}.${signature}`;
      },
    ],
  ])("%s", async (_what, make) => {
    const sentence =
      "This token is not valid here: it has expired, was changed, or is from another issuer or for another audience.";
    expect(await refusalOf(await make())).toEqual({ status: 401, code: "UNAUTHENTICATED", message: sentence });
  });

  test("where no provider is set, like any wrong key", async () => {
    const plain = await startTestApp();
    stops.push(() => plain.stop());
    expect(await refusalOf(await issuer.token(), plain)).toMatchObject({
      status: 401,
      message: /^This API key is not valid here/,
    });
  });
});

describe("roles", () => {
  test("a valid token that gives none is told so: 403 PERMISSION_MISSING, and 4403 over WebSocket", async () => {
    const token = await issuer.token({ roles: ["stranger"] });
    expect(await refusalOf(token)).toEqual({
      ...{ status: 403, code: "PERMISSION_MISSING" },
      message: "This token is valid, but its claim roles gives no role here.",
    });
    const watched = clientWith(token).subscribe(viewer);
    await watched.done;
    expect(watched.errors).toMatchObject([{ code: 4403 }]);
  });

  test("are found along a path, and by a map in which other values give none", async () => {
    const mapped = { OIDC_ROLE_CLAIM: "realm_access.roles", OIDC_ROLE_MAP: "envoi-admins=ADMIN, readers=VIEWER" };
    const server = await startWith(issuer, mapped);
    const permissionsOf = async (roles: unknown) =>
      (await clientWith(await issuer.token({ realm_access: { roles } }), server).call(viewer)).data?.viewer.permissions ?? null;
    expect(await permissionsOf(["readers", "x"])).toEqual(["campaigns:read", "configurations:read"]);
    expect(await permissionsOf(["envoi-admins"])).toContain("keys:write");
    for (const roles of [["ADMIN"], ["constructor"], { readers: true }, null, 7]) expect(await permissionsOf(roles)).toBeNull();
  });
});

describe("the provider's keys", () => {
  test("when it signs with a new key its tokens are let in, and those of the one it took back no more", async () => {
    const before = await issuer.token();
    expect((await refusalOf(before)).status).toBe(200);
    await issuer.rotate();
    expect((await refusalOf(await issuer.token())).status).toBe(200);
    await until("the refusal of the old key", async () => (await refusalOf(before)).status === 401, 5);
  });

  test("while it is away, known keys go on; when it is back, so do new ones", async () => {
    const known = await issuer.token();
    expect((await refusalOf(known)).status).toBe(200);
    await issuer.goAway();
    const until2 = Date.now() + 1600;
    await until("the keys to be stale", () => Date.now() > until2);
    expect((await refusalOf(known)).status).toBe(200);
    await issuer.comeBack();
    await issuer.rotate();
    expect((await refusalOf(await issuer.token())).status).toBe(200);
  });

  test("a provider that was away from the start is 503 IDENTITY_PROVIDER_UNAVAILABLE, then let in without a restart", async () => {
    const late = await startIssuer();
    const server = await startWith(late);
    const token = await late.token();
    await late.goAway();
    expect(await refusalOf(token, server)).toMatchObject({ status: 503, code: "IDENTITY_PROVIDER_UNAVAILABLE" });
    const watched = clientWith(token, server).subscribe(viewer);
    await watched.done;
    expect(watched.errors).toMatchObject([{ code: 1013 }]);
    expect((await server.client.call(viewer)).status).toBe(200);
    await late.comeBack();
    expect((await refusalOf(token, server)).status).toBe(200);
    await late.goAway();
  });

  test("a discovery document that speaks for another issuer is not believed", async () => {
    const liar = await startIssuer({ speaksFor: "https://login.example.com" });
    const server = await startWith(liar);
    expect(await refusalOf(await liar.token(), server)).toMatchObject({ status: 503, code: "IDENTITY_PROVIDER_UNAVAILABLE" });
    await liar.goAway();
  });

  test("tokens with invented key ids do not make the server ask again and again", async () => {
    const calm = await startIssuer();
    const server = await startWith(calm, {}, { freshSeconds: 600, cooldownSeconds: 60 });
    await refusalOf(await calm.token(), server);
    const before = calm.questions();
    for (let index = 0; index < 20; index += 1) await refusalOf(await calm.token({}, { kid: `invented-${index}` }), server);
    expect(calm.questions() - before).toBeLessThanOrEqual(1);
    await calm.goAway();
  });
});

test.each([
  [{ OIDC_ISSUER: "http://login.example.com", OIDC_AUDIENCE: "envoi" }, /OIDC_ISSUER: must be an https address/],
  [{ OIDC_ISSUER: "https://login.example.com" }, /OIDC_AUDIENCE: must be set together with OIDC_ISSUER/],
  [{ OIDC_ROLE_MAP: "a=KING" }, /OIDC_ROLE_MAP: must be a list such as envoi-admins=ADMIN,marketing=AUTHOR/],
])("settings that cannot be right are refused at the start: %o", (environment, sentence) => {
  expect(() => readConfig(environment as Record<string, string>)).toThrow(sentence);
});
