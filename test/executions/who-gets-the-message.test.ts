import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { act, aLiveCampaign, execute, mailbox, statsOf } from "../support/campaigns.ts";
import type { Data } from "../support/graphql-client.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";
import { until } from "../support/until.ts";

let app: TestApp;
let strict: TestApp;
beforeAll(async () => {
  [app, strict] = await Promise.all([startTestApp(), startTestApp({ CONSENT_UNKNOWN_IS_CONSENT: "false" })]);
});
afterAll(() => Promise.all([app.stop(), strict.stop()]));

const plain = { email: { subject: "S", html: "<p>H {{message.unsubscribeUrl}}</p>", text: "T" } };
type Person = { userId: string } & Record<string, unknown>;

async function upsert(profiles: object[], on = app): Promise<void> {
  await on.client.expectData("mutation ($profiles: [ProfileInput!]!) { upsertProfiles(profiles: $profiles) { createdCount } }", {
    profiles,
  });
}

async function suppress(entries: object[]): Promise<void> {
  await app.client.expectData("mutation ($entries: [SuppressionInput!]!) { addSuppressions(entries: $entries) }", { entries });
}

/** Executes and waits: what became of each recipient, in their order. */
async function outcome(campaignId: string, people: readonly Person[], on = app): Promise<Data[]> {
  const { execution } = await execute(on.client, { campaignId, requestId: crypto.randomUUID(), recipients: people });
  return settledMessages(execution.id, on);
}

async function settledMessages(id: string, on = app): Promise<Data[]> {
  const query = `query ($id: ID!) { execution(id: $id) { status messages {
    edges { node { userId namespace recipientType address status exclusion exclusionDetail attempts timeline { status } } } } } }`;
  return until("execution finished", async () => {
    const { execution } = await on.client.expectData(query, { id });
    return execution.status === "FINISHED" && execution.messages.edges.map((edge: Data) => edge.node);
  });
}

async function profileOf(namespace: string, userId: string): Promise<Data> {
  const query = `query ($namespace: String!, $userId: String!) { profile(namespace: $namespace, userId: $userId) {
    source attributes identities { namespace value } consents { channel state } } }`;
  return (await app.client.expectData(query, { namespace, userId })).profile;
}

describe("unknown people", () => {
  test("are excluded when createProfiles is off, and nothing is created", async () => {
    const { id } = await aLiveCampaign(app.client, { createProfiles: false, content: plain });
    await upsert([{ namespace: "email", userId: "known@b.example" }]);
    expect(await outcome(id, [{ userId: "unknown@b.example" }, { userId: "KNOWN@b.example" }])).toMatchObject([
      {
        status: "EXCLUDED",
        exclusion: "PROFILE_NOT_FOUND",
        exclusionDetail: "No profile has this userId in the namespace email, and createProfiles is off.",
        attempts: 0,
      },
      { status: "SENT", address: "KNOWN@b.example" },
    ]);
    expect(await profileOf("email", "unknown@b.example")).toBeNull();
  });

  test("are created when it is on: identity only, marked as made by an execution, without the context [D47]", async () => {
    const { id } = await aLiveCampaign(app.client, { createProfiles: true, content: plain });
    const person = { userId: "fresh@b.example", context: { code: "secret" }, profile: { name: "N" } };
    expect(await outcome(id, [person])).toMatchObject([{ status: "SENT" }]);
    expect(await profileOf("email", "fresh@b.example")).toEqual({
      source: "EXECUTION",
      attributes: {},
      identities: [{ namespace: "email", value: "fresh@b.example" }],
      consents: [],
    });
    const left = await app.query("select context, profile_data from message where user_id = 'fresh@b.example'");
    expect(left).toEqual([{ context: null, profile_data: null }]);
  });

  test("EXTERNAL recipients are neither looked up nor created", async () => {
    const { id } = await aLiveCampaign(app.client, { createProfiles: true, content: plain });
    const external = { userId: "out@b.example", type: "EXTERNAL" };
    const byToken = { userId: "whoever", namespace: "crm", type: "EXTERNAL", channelData: { emailAddress: "Given@B.example" } };
    expect(await outcome(id, [external, byToken])).toMatchObject([
      { status: "SENT", recipientType: "EXTERNAL", address: "out@b.example" },
      { status: "SENT", recipientType: "EXTERNAL", address: "Given@b.example", namespace: "crm" },
    ]);
    expect(await profileOf("email", "out@b.example")).toBeNull();
    expect(await profileOf("crm", "whoever")).toBeNull();
  });

  test("a high-throughput campaign looks nobody up and needs no profile", async () => {
    const { id } = await aLiveCampaign(app.client, { createProfiles: false, highThroughput: true });
    expect(await outcome(id, [{ userId: "fast@b.example", context: { name: "F" } }])).toMatchObject([
      { status: "SENT", recipientType: "EXTERNAL" },
    ]);
    expect(await profileOf("email", "fast@b.example")).toBeNull();
  });
});

describe("addresses", () => {
  test("come from channelData, else the userId, else the profile's first identity of the channel", async () => {
    await upsert([
      { namespace: "crm", userId: "c1", identities: [{ namespace: "email", value: "c1@b.example" }] },
      { namespace: "crm", userId: "c2", identities: [{ namespace: "phone", value: "+33612345678" }] },
    ]);
    const { id } = await aLiveCampaign(app.client, { namespace: "crm", createProfiles: false, content: plain });
    const people = [
      { userId: "c1" },
      { userId: "c1-", namespace: "crm" },
      { userId: "c2" },
      { userId: " c1 ", channelData: { emailAddress: "other@b.example" } },
      { userId: "c2 ", channelData: { mobilePhoneNumber: "+33612345678" } },
    ];
    expect(await outcome(id, people)).toMatchObject([
      { status: "SENT", address: "c1@b.example" },
      { exclusion: "PROFILE_NOT_FOUND" },
      { exclusion: "NO_ADDRESS", exclusionDetail: "Neither the call nor the profile has an address for EMAIL.", address: null },
      { status: "SENT", address: "other@b.example" },
      { exclusion: "NO_ADDRESS" },
    ]);
  });

  test("SMS goes to a number however it is written, and refuses one without its country", async () => {
    const { id } = await aLiveCampaign(app.client, { channel: "SMS" });
    const people = ["+33 6 12 34 56 79", "0612345678", "+1"].map((userId) => ({ userId, context: { name: "Ann" } }));
    expect(await outcome(id, people)).toMatchObject([
      { status: "SENT", address: "+33612345679" },
      {
        exclusion: "ADDRESS_INVALID",
        exclusionDetail: "The number has no country: write +33612345678, or set defaultCountry of the channel configuration.",
      },
      {
        exclusion: "ADDRESS_INVALID",
        exclusionDetail: "The number is not valid: write it with its country, such as +33612345678.",
      },
    ]);
    expect(await mailbox(app.client, id)).toMatchObject([{ channel: "SMS", address: "+33612345679", body: "Hello Ann" }]);
  });

  test("PUSH goes to the profile's token or to the given one", async () => {
    await upsert([{ namespace: "ecid", userId: "p1", identities: [{ namespace: "pushToken", value: "token-1" }] }]);
    const { id } = await aLiveCampaign(app.client, { channel: "PUSH" });
    const people = [
      { userId: "p1", context: { name: "Ann" } },
      { userId: "p2", context: { name: "Bob" }, channelData: { pushToken: "token-2" } },
      { userId: "p3", context: { name: "Cid" } },
    ];
    expect(await outcome(id, people)).toMatchObject([
      { status: "SENT", address: "token-1" },
      { status: "SENT", address: "token-2" },
      { exclusion: "NO_ADDRESS" },
    ]);
    expect((await mailbox(app.client, id)).map((message) => [message.address, message.title, message.body])).toEqual([
      ["token-1", "Hello Ann", "How are you?"],
      ["token-2", "Hello Bob", "How are you?"],
    ]);
  });
});

describe("consent", () => {
  const consenting = (userId: string, state?: string) => ({
    ...{ namespace: "email", userId },
    ...(state ? { consents: [{ channel: "EMAIL", state }] } : {}),
  });

  test("binds marketing only; unknown counts as consent unless the server is set otherwise [D8]", async () => {
    const people = [
      consenting("in@c.example", "OPTED_IN"),
      consenting("out@c.example", "OPTED_OUT"),
      consenting("unknown@c.example"),
    ];
    for (const on of [app, strict]) {
      await upsert(people, on);
      const marketing = await aLiveCampaign(on.client, { category: "MARKETING", content: plain });
      const transactional = await aLiveCampaign(on.client, { content: plain });
      const to = people.map(({ userId }) => ({ userId }));
      expect((await outcome(marketing.id, to, on)).map((message) => message.exclusion)).toEqual([
        null,
        "NO_CONSENT",
        on === app ? null : "NO_CONSENT",
      ]);
      expect((await outcome(transactional.id, to, on)).map((message) => message.status)).toEqual(["SENT", "SENT", "SENT"]);
    }
  });

  test("known for an address binds an EXTERNAL recipient of marketing too", async () => {
    await upsert([consenting("ext@c.example", "OPTED_OUT")]);
    const { id } = await aLiveCampaign(app.client, { category: "MARKETING", content: plain });
    expect(await outcome(id, [{ userId: "EXT@c.example", type: "EXTERNAL" }])).toMatchObject([{ exclusion: "NO_CONSENT" }]);
  });

  test("withdrawn while the message waits is obeyed [D9]", async () => {
    await upsert([consenting("waits@c.example", "OPTED_IN"), consenting("stays@c.example", "OPTED_IN")]);
    const { id } = await aLiveCampaign(app.client, { category: "MARKETING", content: plain });
    await act(app.client, "pauseCampaign", id);
    const people = [{ userId: "waits@c.example" }, { userId: "stays@c.example" }, { userId: "late@d.example" }];
    const { execution, toSendCount } = await execute(app.client, { campaignId: id, requestId: "r", recipients: people });
    expect(toSendCount).toBe(3);
    const { setConsent } = await app.client.expectData(
      `mutation { setConsent(namespace: "email", userId: "waits@c.example", channel: EMAIL, consent: OPTED_OUT) { consents { state } } }`,
    );
    expect(setConsent.consents).toEqual([{ state: "OPTED_OUT" }]);
    await suppress([{ channel: "EMAIL", kind: "DOMAIN", value: "d.example" }]);
    await act(app.client, "resumeCampaign", id);
    expect(await settledMessages(execution.id)).toMatchObject([
      { status: "EXCLUDED", exclusion: "NO_CONSENT", exclusionDetail: "The person opted out of this channel." },
      { status: "SENT" },
      { status: "EXCLUDED", exclusion: "SUPPRESSED" },
    ]);
    expect(await mailbox(app.client, id)).toHaveLength(1);
  });
});

test("suppressed addresses and domains get nothing, in any case, whatever the category [D8]", async () => {
  await suppress([
    { channel: "EMAIL", value: "Stop@S.example" },
    { channel: "EMAIL", kind: "DOMAIN", value: "@Blocked.example" },
    { channel: "SMS", value: "+33 6 11 11 11 11" },
  ]);
  const people = ["sTOP@s.EXAMPLE", "any@BLOCKED.example", "fine@s.example", "any@not-blocked.example"].map((userId) => ({
    userId,
  }));
  for (const category of ["MARKETING", "TRANSACTIONAL"]) {
    const { id } = await aLiveCampaign(app.client, { category, content: plain });
    const found = await outcome(id, [
      ...people,
      { userId: "e", type: "EXTERNAL", channelData: { emailAddress: "stop@s.example" } },
    ]);
    expect(found.map((message) => message.exclusion)).toEqual(["SUPPRESSED", "SUPPRESSED", null, null, "SUPPRESSED"]);
  }
  const { id } = await aLiveCampaign(app.client, { channel: "SMS", content: { sms: { body: "S" } } });
  expect(await outcome(id, [{ userId: "+33611111111" }])).toMatchObject([{ exclusion: "SUPPRESSED" }]);
});

test("two people with one address get one marketing message, and two transactional ones [D8]", async () => {
  const people = ["d1", "d2"].map((userId) => ({
    userId,
    namespace: "crm",
    channelData: { emailAddress: `${userId === "d1" ? "Same" : "same"}@b.example` },
  }));
  const marketing = await aLiveCampaign(app.client, { category: "MARKETING", content: plain });
  expect(await outcome(marketing.id, people)).toMatchObject([{ status: "SENT" }, { exclusion: "DUPLICATE_ADDRESS" }]);
  const transactional = await aLiveCampaign(app.client, { content: plain });
  expect(await outcome(transactional.id, people)).toMatchObject([{ status: "SENT" }, { status: "SENT" }]);
});

test("a message is rendered from the stored attributes, what the call lays over them, and the context", async () => {
  await upsert([
    {
      namespace: "email",
      userId: "rendered@b.example",
      attributes: { firstName: "Ann", tier: "gold", address: { city: "Lyon" } },
    },
  ]);
  const content = {
    email: {
      subject: "{{profile.firstName}} {{profile.tier}}",
      html: "<p>{{profile.address.city}}{{#each context.items as |item|}} {{item.name}}{{/each}}</p>",
      text: '{%= context.greeting ?: "Hello" %} {{profile.firstName}}',
    },
  };
  const { id } = await aLiveCampaign(app.client, { content });
  const context = { items: [{ name: "<Tea>" }, { name: "Milk" }] };
  await outcome(id, [{ userId: "rendered@b.example", profile: { tier: "<silver>" }, context }]);
  expect(await mailbox(app.client, id)).toMatchObject([
    { subject: "Ann <silver>", html: "<p>Lyon &lt;Tea&gt; Milk</p>", text: "Hello Ann" },
  ]);
  expect((await profileOf("email", "rendered@b.example")).attributes).toMatchObject({ tier: "gold" });
});

test("every message tells its life, and totals name the reasons", async () => {
  const { id } = await aLiveCampaign(app.client, { createProfiles: false, content: plain });
  await upsert([{ namespace: "email", userId: "told@b.example" }]);
  const [sent, excluded] = await outcome(id, [{ userId: "told@b.example" }, { userId: "nobody@b.example" }]);
  expect(sent.timeline.map((step: Data) => step.status)).toEqual(["QUEUED", "CLAIMED", "SENDING", "SENT"]);
  expect(excluded.timeline.map((step: Data) => step.status)).toEqual(["EXCLUDED"]);
  expect(await statsOf(app.client, id)).toMatchObject({
    accepted: 2,
    sent: 1,
    excluded: 1,
    exclusions: [{ reason: "PROFILE_NOT_FOUND", count: 1 }],
  });
});
