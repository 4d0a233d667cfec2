import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { auditDocument, auditPage, auditTrail } from "../support/audit.ts";
import { aCampaign, act, aLiveCampaign, sandboxOf } from "../support/campaigns.ts";
import { beginsNow, farStart } from "../support/dates.ts";
import { createGraphqlClient, type Data, type GraphqlClient } from "../support/graphql-client.ts";
import { openRawSocket } from "../support/raw-socket.ts";
import { fewestStatementsOf as statementsOf } from "../support/statements.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({}, undefined, undefined, { engineRuns: "on its thread" });
});
afterAll(() => app.stop());

const update = "mutation ($id: ID!, $input: UpdateCampaignInput!) { updateCampaign(id: $id, input: $input) { id revision } }";
const keyDocument =
  'mutation ($role: Role!) { createApiKey(input: { name: "Somebody", role: $role }) { key { id name } secret } }';

async function keyOf(role: string): Promise<{ client: GraphqlClient; id: string }> {
  const { createApiKey } = await app.client.expectData(keyDocument, { role });
  return { client: createGraphqlClient(app.url, createApiKey.secret), id: createApiKey.key.id };
}

describe("what is recorded", () => {
  test("of a change: who, which campaign, and before and after of each field that differs, and of no other", async () => {
    const { client, id: keyId } = await keyOf("AUTHOR");
    const { id } = await aCampaign(app.client, { title: "Old title", tags: ["a"] });
    await client.expectData(update, { id, input: { expectedRevision: 1, title: "New title", tags: ["a", "b"], oneShot: false } });
    const [entry] = await auditTrail(app.client, { campaignId: id });
    expect(entry).toMatchObject({
      ...{ type: "campaign.updated", entityType: "CAMPAIGN", entityId: id, entityName: "New title", campaignId: id },
      actor: { kind: "KEY", id: keyId, name: "Somebody" },
      data: { number: 1, revision: 2 },
      changes: [
        { field: "title", form: "WHOLE", before: "Old title", after: "New title" },
        { field: "tags", form: "WHOLE", before: ["a"], after: ["a", "b"] },
      ],
    });
    expect(new Date(entry.at).getTime()).toBeGreaterThan(Date.now() - 60_000);
  });

  test("of content: short texts whole, long ones by length, SHA-256 and beginning; nothing that was compiled", async () => {
    const { id } = await aCampaign(app.client);
    const html = `<p>${"long ".repeat(90_000)}😀</p>`;
    const content = { email: { subject: "Another subject", html, text: "Hello {{context.name}}" } };
    await app.client.expectData(update, { id, input: { expectedRevision: 1, content } });
    const [entry] = await auditTrail(app.client, { campaignId: id });
    expect(entry.changes).toEqual([
      {
        field: "content.email.html",
        form: "DIGEST",
        before: "<p>Hello {{context.name}}</p>",
        after: {
          characters: html.length,
          sha256: createHash("sha256").update(html).digest("hex"),
          beginning: html.slice(0, 200),
        },
      },
      { field: "content.email.subject", form: "WHOLE", before: "Hello {{context.name}}", after: "Another subject" },
    ]);
    const [row] = await app.query<{ bytes: number }>("select pg_column_size(changes) as bytes from event where id = $1", [
      entry.id,
    ]);
    expect(row?.bytes).toBeLessThan(2000);
    const mjml = "<mjml><mj-body><mj-section><mj-column><mj-text>Hello</mj-text></mj-column></mj-section></mj-body></mjml>";
    await app.client.expectData(update, { id, input: { expectedRevision: 2, content: { email: { subject: "S", html: mjml } } } });
    const [second] = await auditTrail(app.client, { campaignId: id });
    expect(second.changes.map(({ field }: Data) => field)).toEqual([
      ...["content.email.html", "content.email.subject", "content.email.text"],
    ]);
  });

  test("of settings of a provider: where mail goes, whole; user name and password by name alone", async () => {
    const save = "mutation ($input: ChannelConfigurationInput!) { saveChannelConfiguration(input: $input) { id } }";
    const smtp = { host: "one.example", port: 25, username: "me", password: "secret-1", fromAddress: "from@b.example" };
    const input = { name: "A relay", channel: "EMAIL", provider: "smtp", smtp };
    const { id } = (await app.client.expectData(save, { input })).saveChannelConfiguration;
    const changed = { ...smtp, host: "two.example", username: "you", password: "secret-2" };
    await app.client.expectData(save, { input: { ...input, id, concurrency: 3, smtp: changed } });
    const [entry] = await auditTrail(app.client, { entityId: id });
    expect(entry).toMatchObject({ type: "channel-configuration.saved", entityName: "A relay" });
    expect(entry.changes).toEqual([
      { field: "concurrency", form: "WHOLE", before: 20, after: 3 },
      { field: "smtp.host", form: "WHOLE", before: "one.example", after: "two.example" },
      { field: "smtp.username", form: "HIDDEN", before: null, after: null },
      { field: "smtp.password", form: "HIDDEN", before: null, after: null },
    ]);
  });

  test("of the clock: the server itself, and no call", async () => {
    const { id } = await aLiveCampaign(app.client, { startAt: farStart });
    await beginsNow(app, id);
    await expect
      .poll(async () => (await auditTrail(app.client, { campaignId: id }))[0]?.data.action, { timeout: 10_000 })
      .toBe("START");
    const [entry] = await auditTrail(app.client, { campaignId: id });
    expect(entry).toMatchObject({
      actor: { kind: "SYSTEM", id: "system", name: "Envoi" },
      requestId: null,
      changes: [{ field: "status", before: "SCHEDULED", after: "LIVE" }],
    });
  });

  test("of people: their ids and names of fields; entries about many are found by each of them", async () => {
    const upsert = "mutation ($profiles: [ProfileInput!]!) { upsertProfiles(profiles: $profiles) { createdCount } }";
    const person = (userId: string) => ({
      ...{ namespace: "email", userId, locale: "de", attributes: { firstName: "Zebedee", "x@example.com": 1 } },
    });
    await app.client.expectData(upsert, { profiles: ["one@example.com", "two@example.com"].map(person) });
    const query = '{ profile(namespace: "email", userId: "two@example.com") { id } }';
    const { id } = (await app.client.expectData(query)).profile;
    const consent =
      'mutation { setConsent(namespace: "email", userId: "two@example.com", channel: EMAIL, consent: OPTED_OUT) { id } }';
    await app.client.expectData(consent);
    const found = await auditTrail(app.client, { entityType: "PROFILE", entityId: id });
    expect(found).toMatchObject([
      { type: "profile.consent-set", entityId: id, changes: [{ field: "consents.EMAIL", form: "HIDDEN" }] },
      {
        ...{ type: "profiles.upserted", entityId: null, changes: [] },
        data: { createdCount: 2, updatedCount: 0, fields: ["attributes.firstName", "attributes", "locale"] },
      },
    ]);
    const rows = await app.query<{ text: string }>("select event::text as text from event");
    for (const { text } of rows) expect(text).not.toMatch(/example\.com.*PROFILE|PROFILE.*example\.com|Zebedee|OPTED/);
  });
});

describe("the call", () => {
  test("has the id that its answer tells, over HTTP, unique for good", async () => {
    const { headers, data } = await app.client.call(
      'mutation { createApiKey(input: { name: "K", role: VIEWER }) { key { id } } }',
    );
    const requestId = headers.get("x-request-id");
    expect(requestId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
    const found = await auditTrail(app.client, { requestId });
    expect(found.map(({ entityId }) => entityId)).toEqual([data.createApiKey.key.id]);
    const { headers: other } = await app.client.call("{ viewer { id } }");
    expect(other.get("x-request-id")).not.toBe(requestId);
    const error = await app.client.call('mutation { revokeApiKey(id: "nonsense") { id } }');
    expect(error.errors?.[0]?.extensions.requestId).toBe(error.headers.get("x-request-id"));
  });

  test("with several mutations has several entries with one id, in their order", async () => {
    const { id } = await aLiveCampaign(app.client);
    const { headers } = await app.client.call(
      `mutation { a: pauseCampaign(id: "${id}") { id } b: resumeCampaign(id: "${id}") { id } }`,
    );
    const found = await auditTrail(app.client, { requestId: headers.get("x-request-id") });
    expect(found.map(({ data }) => data.action)).toEqual(["RESUME", "PAUSE"]);
  });

  test("has an id over a WebSocket too", async () => {
    const { id } = await aCampaign(app.client);
    const socket = await openRawSocket(app.url);
    await socket.init(app.adminKey);
    socket.send({ type: "subscribe", id: "1", payload: { query: `mutation { deleteCampaign(id: "${id}") }` } });
    await socket.answerTo("1");
    socket.socket.close();
    const [entry] = await auditTrail(app.client, { campaignId: id });
    expect(entry).toMatchObject({ type: "campaign.deleted", requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) });
  });
});

test("a call that fails leaves no entry, also when it fails at its last step", async () => {
  const { id } = await aCampaign(app.client);
  const configurationId = await sandboxOf(app.client, "SMS");
  const before = await auditPage(app.client, { first: 1 });
  await app.client.expectCode("VERSION_CONFLICT", update, { id, input: { expectedRevision: 9, title: "x" } });
  await app.client.expectCode("ACTION_NOT_ALLOWED", "mutation ($id: ID!) { pauseCampaign(id: $id) { id } }", { id });
  await app.client.expectCode("INPUT_INVALID", update, { id, input: { expectedRevision: 1, title: "" } });
  const { client } = await keyOf("VIEWER");
  await client.expectCode("PERMISSION_MISSING", update, { id, input: { expectedRevision: 1, title: "x" } });
  // Everything worked and the entry was written; then the transaction could not commit.
  await app.query("create function late() returns trigger language plpgsql as $$ begin raise 'too late'; end $$");
  await app.query(
    "create constraint trigger zz_late after update on campaign deferrable initially deferred for each row execute function late()",
  );
  await app.client.expectCode("INTERNAL", update, {
    id,
    input: { expectedRevision: 1, channelConfigurationId: configurationId },
  });
  await app.query("drop trigger zz_late on campaign");
  const after = await auditPage(app.client, { first: 2 });
  // Only the key of the viewer was made meanwhile.
  expect(after.totalCount).toBe(before.totalCount + 1);
  expect(after.edges[0].node.type).toBe("api-key.created");
  expect(after.edges[1].node.id).toBe(before.edges[0].node.id);
});

describe("finding", () => {
  let id = "";
  beforeAll(async () => {
    ({ id } = await aLiveCampaign(app.client, { title: "A quite 100% special_title" }));
    for (const mutation of ["pauseCampaign", "resumeCampaign", "stopCampaign", "archiveCampaign"])
      await act(app.client, mutation, id);
  });

  test("pages follow each other, newest first, without a gap, each by as many statements", async () => {
    const all = await auditTrail(app.client, {}, { first: 500 });
    const positions = all.map(({ cursor }) => Number(Buffer.from(cursor, "base64url").toString()));
    expect(positions).toEqual(positions.toSorted((one, other) => other - one));
    const seen: string[] = [];
    for (let after: string | null = null; ; ) {
      const page: Data = await auditPage(app.client, { first: 7, after });
      expect(page.totalCount).toBe(all.length);
      seen.push(...page.edges.map((edge: Data) => edge.node.id));
      if (!page.pageInfo.hasNextPage) break;
      after = page.pageInfo.endCursor;
    }
    expect(seen).toEqual(all.map((entry) => entry.id));
    expect(all.at(-1)).toMatchObject({ type: "channel-configuration.saved", actor: { kind: "SYSTEM" } });
    // Without the changes: pages with many of them are made on another thread, whose statements are not seen.
    const short = (first: number) =>
      app.client.expectData(
        `{ auditTrail(first: ${first}) { totalCount edges { node { id type actor { name } entityName data } } } }`,
      );
    expect(await statementsOf(() => short(1))).toHaveLength(2);
    expect(await statementsOf(() => short(100))).toHaveLength(2);
  });

  test("each filter finds what it says, and all together", async () => {
    const all = await auditTrail(app.client, {}, { first: 500 });
    const [viewer] = [(await app.client.expectData("{ viewer { id } }")).viewer];
    const expectSame = async (filter: object, fits: (entry: Data) => boolean): Promise<void> => {
      const page = await auditPage(app.client, { filter, first: 500 });
      const ids = all.filter(fits).map((entry) => entry.id);
      expect(
        page.edges.map((edge: Data) => edge.node.id),
        JSON.stringify(filter),
      ).toEqual(ids);
      expect(page.totalCount).toBe(ids.length);
      expect(ids.length, JSON.stringify(filter)).toBeGreaterThan(0);
    };
    const middle = all[Math.floor(all.length / 2)];
    const types = ["campaign.status-changed", "api-key.created"];
    const [from, to] = [middle.at, all[2].at];
    await expectSame({ campaignId: id }, (entry) => entry.campaignId === id);
    await expectSame({ actorId: "system" }, (entry) => entry.actor.kind === "SYSTEM");
    await expectSame({ actorId: viewer.id }, (entry) => entry.actor.id === viewer.id);
    await expectSame({ entityType: "API_KEY" }, (entry) => entry.entityType === "API_KEY");
    await expectSame({ entityType: "CAMPAIGN", entityId: id }, (entry) => entry.entityId === id);
    await expectSame({ types }, (entry) => types.includes(entry.type));
    await expectSame({ from }, (entry) => entry.at >= from);
    await expectSame({ to }, (entry) => entry.at < to);
    await expectSame({ from, to }, (entry) => entry.at >= from && entry.at < to);
    await expectSame({ search: "100% SPECIAL_t" }, (entry) => entry.entityName === "A quite 100% special_title");
    await expectSame(
      { campaignId: id, actorId: viewer.id, types, from, search: "quite" },
      (entry) => entry.campaignId === id && types.includes(entry.type) && entry.at >= from,
    );
    const future = new Date(Date.now() + 3_600_000).toISOString();
    for (const nothing of [
      { from: future },
      { to: "2001-01-01T00:00:00Z" },
      { entityId: "x" },
      { search: "_%" },
      { requestId: "r" },
    ])
      expect(await auditTrail(app.client, nothing)).toEqual([]);
  });

  test("what cannot be is refused", async () => {
    const wrong = [
      { types: ["campaign.exploded"] },
      { campaignId: "x" },
      { entityType: "PROFILE", entityId: "x" },
      { search: "\0" },
    ];
    for (const filter of wrong) await app.client.expectCode("INPUT_INVALID", auditDocument, { filter });
    for (const page of [{ first: 0 }, { first: 501 }, { after: "x" }, { after: "LTU" }])
      await app.client.expectCode("INPUT_INVALID", auditDocument, page);
  });

  test("ADMIN, APPROVER and OPERATOR may read it, the others not", async () => {
    for (const role of ["VIEWER", "AUTHOR", "TRIGGER"])
      await (await keyOf(role)).client.expectCode("PERMISSION_MISSING", auditDocument);
    for (const role of ["ADMIN", "APPROVER", "OPERATOR"])
      expect((await auditTrail((await keyOf(role)).client)).length).toBeGreaterThan(3);
  });

  test("a campaign tells its history; a list of campaigns reads all of them in one statement", async () => {
    const list = `query ($first: Int!) { campaigns(first: $first) { edges { node {
      id history(first: 3) { totalCount pageInfo { hasNextPage } edges { node { type data } } } } } } }`;
    const { campaigns } = await app.client.expectData(list, { first: 1 });
    expect(campaigns.edges[0].node).toMatchObject({
      id,
      history: {
        totalCount: 7,
        pageInfo: { hasNextPage: true },
        edges: ["ARCHIVE", "STOP", "RESUME"].map((action) => ({ node: { type: "campaign.status-changed", data: { action } } })),
      },
    });
    const few = await statementsOf(() => app.client.expectData(list, { first: 1 }));
    const many = await statementsOf(() => app.client.expectData(list, { first: 20 }));
    expect(many.length, many.join("\n\n")).toBe(few.length);
  });
});
