import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { aLiveCampaign } from "../support/campaigns.ts";
import type { Data } from "../support/graphql-client.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.stop());

const upsertDocument =
  "mutation ($profiles: [ProfileInput!]!) { upsertProfiles(profiles: $profiles) { createdCount updatedCount } }";
const upsert = async (profiles: object[]): Promise<Data> =>
  (await app.client.expectData(upsertDocument, { profiles })).upsertProfiles;

async function read(namespace: string, userId: string): Promise<Data> {
  const query = `query ($namespace: String!, $userId: String!) { profile(namespace: $namespace, userId: $userId) {
    id source attributes timeZone locale identities { namespace value isPrimary } consents { channel state } } }`;
  return (await app.client.expectData(query, { namespace, userId })).profile;
}

async function countProfiles(): Promise<Data[]> {
  return app.query(
    "select (select count(*)::int from profile) as profiles, (select count(*)::int from profile_identity) as identities",
  );
}

describe("profiles", () => {
  test("are made and changed by one call; attributes are merged at their top level", async () => {
    const first = {
      namespace: "crm",
      userId: "u1",
      attributes: { name: "Ann", address: { city: "Lyon", zip: "1" } },
      timeZone: "Europe/Paris",
    };
    expect(await upsert([first, { namespace: "crm", userId: "u2" }])).toEqual({ createdCount: 2, updatedCount: 0 });
    const change = { namespace: "crm", userId: "u1", attributes: { address: { city: "Paris" }, age: 40 }, locale: "fr-FR" };
    expect(await upsert([change, { namespace: "crm", userId: "u3" }])).toEqual({ createdCount: 1, updatedCount: 1 });
    expect(await read("crm", "u1")).toMatchObject({
      ...{ source: "API", timeZone: "Europe/Paris", locale: "fr-FR" },
      attributes: { name: "Ann", address: { city: "Paris" }, age: 40 },
    });
    expect(await read("crm", "nobody")).toBeNull();
  });

  test("are one person under every identity; emails count alike in any case, numbers in any grouping", async () => {
    const identities = [
      { namespace: "email", value: "Mixed@Case.example" },
      { namespace: "phone", value: "+33 6 22 33 44 55" },
    ];
    await upsert([{ namespace: "crm", userId: "many", identities }]);
    const ids = [await read("crm", "many"), await read("email", "mixed@CASE.example"), await read("phone", "+33622334455")];
    expect(new Set(ids.map((profile) => profile.id)).size).toBe(1);
    expect(ids[0].identities).toHaveLength(3);
  });

  test("an identity that belongs to somebody else is refused, and the whole call with it", async () => {
    await upsert([{ namespace: "crm", userId: "owner", identities: [{ namespace: "email", value: "owned@b.example" }] }]);
    const before = await countProfiles();
    const profiles = [
      { namespace: "crm", userId: "innocent", attributes: { a: 1 } },
      { namespace: "crm", userId: "thief", identities: [{ namespace: "email", value: "OWNED@b.example" }] },
    ];
    const error = await app.client.expectCode("IDENTITY_TAKEN", upsertDocument, { profiles });
    expect(error.message).toBe("profiles.1.identities.0: this identity in the namespace email belongs to another profile.");
    expect(error.extensions.details).toEqual({ field: "profiles.1.identities.0", namespace: "email", key: "thief" });
    expect(JSON.stringify(error)).not.toContain("owned");
    expect(await countProfiles()).toEqual(before);
  });

  test.each<[string, object[], string]>([
    [
      "one person twice",
      [
        { namespace: "email", userId: "a@b.example" },
        { namespace: "email", userId: "A@b.example" },
      ],
      "profiles.1.userId: this userId stands twice in the call, as in profiles.0",
    ],
    ["none", [], "Too small"],
    ["an empty userId", [{ namespace: "crm", userId: "" }], "profiles.0.userId: "],
    [
      "NUL in an attribute",
      [{ namespace: "crm", userId: "n", attributes: { a: "x\0" } }],
      "profiles.0.attributes: must not contain NUL",
    ],
    ["attributes that are a list", [{ namespace: "crm", userId: "n", attributes: [1] }], "profiles.0.attributes: "],
    [
      "an unknown time zone",
      [{ namespace: "crm", userId: "n", timeZone: "Moon" }],
      "profiles.0.timeZone: must be an IANA time zone",
    ],
    ["a bad namespace", [{ namespace: "1x", userId: "n" }], "profiles.0.namespace: must start with a letter"],
    ["5,001 profiles", Array.from({ length: 5001 }, (_, index) => ({ namespace: "crm", userId: `x${index}` })), "5000"],
  ])("%s: refused, nothing stored", async (_what, profiles, sentence) => {
    const before = await countProfiles();
    const error = await app.client.expectCode("INPUT_INVALID", upsertDocument, { profiles });
    expect(error.message).toContain(sentence);
    expect(await countProfiles()).toEqual(before);
  });

  test("all faults of a call are told at once, each with its path and whose it is", async () => {
    const profiles = [
      { namespace: "crm", userId: "fine" },
      { namespace: "crm", userId: "moon", timeZone: "Moon", identities: [{ namespace: "1x", value: "a" }] },
      { namespace: "crm", userId: "long", locale: "x".repeat(36) },
    ];
    const error = await app.client.expectCode("INPUT_INVALID", upsertDocument, { profiles });
    expect(error.extensions.details.faults).toMatchObject([
      { field: "profiles.1.identities.0.namespace", key: "moon" },
      { field: "profiles.1.timeZone", key: "moon" },
      { field: "profiles.2.locale", key: "long" },
    ]);
    const many = Array.from({ length: 50 }, (_, index) => ({ namespace: "1x", userId: `u${index}` }));
    const counted = await app.client.expectCode("INPUT_INVALID", upsertDocument, { profiles: many });
    expect(counted.extensions.details.faults).toHaveLength(20);
    expect(counted.message).toMatch(/profiles\.4\.namespace: .*; and 45 more\.$/);
  });

  test.each<[string, object, string]>([
    [
      "two consents of one channel",
      {
        consents: [
          { channel: "EMAIL", state: "OPTED_IN" },
          { channel: "EMAIL", state: "OPTED_OUT" },
        ],
      },
      "profiles.0.consents.1.channel: EMAIL has its consent in this profile already",
    ],
    [
      "two primary identities of one namespace",
      {
        identities: [
          { namespace: "email", value: "p1@b.example", primary: true },
          { namespace: "email", value: "p2@b.example", primary: true },
        ],
      },
      "profiles.0.identities.1.primary: another identity of the namespace email is primary already",
    ],
    [
      "an identity added and removed",
      {
        identities: [{ namespace: "email", value: "p1@b.example" }],
        removeIdentities: [{ namespace: "email", value: "P1@b.example" }],
      },
      "profiles.0.identities.0: is added and removed in one call",
    ],
    [
      "the identity that finds the person, removed",
      { removeIdentities: [{ namespace: "crm", value: "self " }] },
      "profiles.0.removeIdentities.0: is the one that finds the profile",
    ],
  ])("%s: refused, nothing stored", async (_what, fields, sentence) => {
    const before = await countProfiles();
    const error = await app.client.expectCode("INPUT_INVALID", upsertDocument, {
      profiles: [{ namespace: "crm", userId: "self", ...fields }],
    });
    expect(error.message).toContain(sentence);
    expect(error.extensions.details.faults).toMatchObject([{ key: "self" }]);
    expect(await countProfiles()).toEqual(before);
  });

  test("every identity that is taken is named, and the same one given twice in a profile counts once", async () => {
    await upsert([{ namespace: "crm", userId: "has", identities: [{ namespace: "email", value: "has@b.example" }] }]);
    const profiles = ["w1", "w2"].map((userId) => ({
      namespace: "crm",
      userId,
      identities: [{ namespace: "email", value: "has@b.example" }],
    }));
    const error = await app.client.expectCode("IDENTITY_TAKEN", upsertDocument, { profiles });
    expect(error.extensions.details.faults).toMatchObject([
      { field: "profiles.0.identities.0", key: "w1" },
      { field: "profiles.1.identities.0", key: "w2" },
    ]);
    const twice = ["Twice@b.example", "twice@b.example"].map((value) => ({ namespace: "email", value }));
    await upsert([{ namespace: "crm", userId: "twice", identities: twice }]);
    expect((await read("crm", "twice")).identities).toHaveLength(2);
  });

  test("messages go to the first address of a person until another is said to be primary, and it can be taken away", async () => {
    const { id } = await aLiveCampaign(app.client, { namespace: "crm", createProfiles: false });
    const goesTo = async (): Promise<string> => {
      const query = `query ($input: ExecuteCampaignInput!) { simulateExecution(input: $input) { recipients { edges { node { address } } } } }`;
      const recipients = [{ userId: "mover", context: { name: "M" } }];
      const input = { campaignId: id, requestId: "where", recipients };
      return (await app.client.expectData(query, { input })).simulateExecution.recipients.edges[0].node.address;
    };
    const change = (fields: object) => upsert([{ namespace: "crm", userId: "mover", ...fields }]);
    const mail = (value: string, more: object = {}) => ({ namespace: "email", value, ...more });
    await change({ identities: [mail("z-first@b.example"), mail("a-second@b.example")] });
    expect(await goesTo()).toBe("z-first@b.example");
    await change({ identities: [mail("third@b.example")] });
    expect(await goesTo()).toBe("z-first@b.example");
    await change({ identities: [mail("Third@b.example", { primary: true })] });
    expect(await goesTo()).toBe("third@b.example");
    expect((await read("crm", "mover")).identities.filter(({ isPrimary }: Data) => isPrimary)).toMatchObject([
      { value: "third@b.example" },
    ]);
    await change({ removeIdentities: [mail("THIRD@b.example")] });
    expect(await goesTo()).toBe("z-first@b.example");
    expect(await read("email", "third@b.example")).toBeNull();
  });

  test("an identity can go from one person to another in one call; that of somebody else stays theirs", async () => {
    const mail = { namespace: "email", value: "moves@b.example" };
    await upsert([{ namespace: "crm", userId: "from", identities: [mail] }]);
    await upsert([{ namespace: "crm", userId: "stranger", removeIdentities: [mail] }]);
    expect((await read("crm", "from")).identities).toHaveLength(2);
    await upsert([
      { namespace: "crm", userId: "to", identities: [mail] },
      { namespace: "crm", userId: "from", removeIdentities: [mail] },
    ]);
    expect((await read("email", "moves@b.example")).id).toBe((await read("crm", "to")).id);
  });

  test("5,000 people with what is known of them, 5 MB together, fit through the door", async () => {
    const profiles = Array.from({ length: 5000 }, (_, index) => ({
      namespace: "wide",
      userId: `w${index}`,
      attributes: { text: "x".repeat(1000) },
    }));
    expect(await upsert(profiles)).toEqual({ createdCount: 5000, updatedCount: 0 });
    const entries = Array.from({ length: 5000 }, (_, index) => ({
      ...{ channel: "EMAIL", value: `gone${index}@b.example`, comment: "x".repeat(300) },
    }));
    const add = "mutation ($entries: [SuppressionInput!]!) { addSuppressions(entries: $entries) }";
    expect(await app.client.expectData(add, { entries })).toEqual({ addSuppressions: 5000 });
  });

  test("5,000 come in one call, and the same 5,000 again change nothing", async () => {
    const profiles = Array.from({ length: 5000 }, (_, index) => ({
      namespace: "bulk",
      userId: `b${index}`,
      attributes: { index },
    }));
    expect(await upsert(profiles)).toEqual({ createdCount: 5000, updatedCount: 0 });
    expect(await upsert(profiles)).toEqual({ createdCount: 0, updatedCount: 5000 });
  });

  test("two calls that make the same people at once make each once", async () => {
    const profiles = Array.from({ length: 200 }, (_, index) => ({ namespace: "race", userId: `r${index}` }));
    const answers = await Promise.all([upsert(profiles), upsert([...profiles].reverse()), upsert(profiles)]);
    expect(answers.reduce((sum, answer) => sum + answer.createdCount, 0)).toBe(200);
    expect(await app.query("select count(*)::int as count from profile_identity where namespace = 'race'")).toEqual([
      { count: 200 },
    ]);
  });
});

describe("consent", () => {
  const document = `mutation ($userId: String!, $consent: ConsentState!) {
    setConsent(namespace: "crm", userId: $userId, channel: SMS, consent: $consent) { consents { channel state } } }`;

  test("is what was said last, and UNKNOWN forgets it", async () => {
    await upsert([{ namespace: "crm", userId: "c", consents: [{ channel: "EMAIL", state: "OPTED_IN" }] }]);
    const set = async (consent: string): Promise<Data> =>
      (await app.client.expectData(document, { userId: "c", consent })).setConsent.consents;
    expect(await set("OPTED_OUT")).toEqual([
      { channel: "EMAIL", state: "OPTED_IN" },
      { channel: "SMS", state: "OPTED_OUT" },
    ]);
    expect(await set("OPTED_IN")).toContainEqual({ channel: "SMS", state: "OPTED_IN" });
    expect(await set("UNKNOWN")).toEqual([{ channel: "EMAIL", state: "OPTED_IN" }]);
  });

  test("of somebody unknown is refused", async () => {
    const error = await app.client.expectCode("PROFILE_NOT_FOUND", document, { userId: "nobody", consent: "OPTED_OUT" });
    expect(error.message).toBe("No profile has this userId in the namespace crm. Make it with upsertProfiles.");
  });
});

describe("suppressions", () => {
  const add = "mutation ($entries: [SuppressionInput!]!) { addSuppressions(entries: $entries) }";
  const remove = "mutation ($entries: [SuppressionInput!]!) { removeSuppressions(entries: $entries) }";

  test("are counted once however they are spelled, and can be removed", async () => {
    const entries = [
      { channel: "EMAIL", value: "Gone@B.example" },
      { channel: "EMAIL", kind: "DOMAIN", value: "@Example.org" },
    ];
    expect(await app.client.expectData(add, { entries })).toEqual({ addSuppressions: 2 });
    expect(await app.client.expectData(add, { entries: [{ channel: "EMAIL", value: "gone@b.EXAMPLE" }] })).toEqual({
      addSuppressions: 0,
    });
    expect(await app.client.expectData(remove, { entries })).toEqual({ removeSuppressions: 2 });
    expect(await app.client.expectData(remove, { entries })).toEqual({ removeSuppressions: 0 });
  });

  test.each([
    [{ channel: "EMAIL", value: "nothing" }, "entries.0.value: must be a valid EMAIL address."],
    [{ channel: "SMS", value: "0612345678" }, "entries.0.value: must be a valid SMS address."],
    [{ channel: "SMS", kind: "DOMAIN", value: "b.example" }, "entries.0.value: must be a domain of email addresses."],
  ])("%j is refused", async (entry, sentence) => {
    const error = await app.client.expectCode("INPUT_INVALID", add, { entries: [entry] });
    expect(error.message).toBe(sentence);
  });
});
