import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { aCampaign, act, aLiveCampaign, sandboxOf } from "../support/campaigns.ts";
import type { Data } from "../support/graphql-client.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.stop());

const createDocument = "mutation ($input: CreateCampaignInput!) { createCampaign(input: $input) { id } }";
const updateDocument = `mutation ($id: ID!, $input: UpdateCampaignInput!) {
  updateCampaign(id: $id, input: $input) { id title status revision tags description deliveryRate content { email { subject } } draftVersion { number content { email { subject } } } }
}`;

async function read(id: string, fields: string): Promise<Data> {
  return (await app.client.expectData(`query ($id: ID!) { campaign(id: $id) { ${fields} } }`, { id })).campaign;
}

async function update(id: string, input: object): Promise<Data> {
  return (await app.client.expectData(updateDocument, { id, input })).updateCampaign;
}

const email = (subject: string) => ({ email: { subject, html: "<p>Hello</p>", text: "Hello" } });

async function countCampaigns(): Promise<number> {
  return (await app.query<{ count: number }>("select count(*)::int as count from campaign"))[0]?.count ?? -1;
}

describe("creating", () => {
  test("title, category, channel and configuration are enough: the rest has the documented defaults", async () => {
    const channelConfigurationId = await sandboxOf(app.client, "SMS");
    const input = { title: "  Code  ", category: "TRANSACTIONAL", channel: "SMS", channelConfigurationId };
    const { createCampaign } = await app.client.expectData(createDocument, { input });
    const fields = `title description tags category channel status revision namespace createProfiles highThroughput onUncertain
      startAt endAt timeZone oneShot deliveryRate activatedAt statusReason content { email { subject } sms { body } push { title } }
      channelConfiguration { id } version { number status missingContext contextSchema } draftVersion { id } stats { accepted } `;
    expect(await read(createCampaign.id, fields)).toEqual({
      ...{ title: "Code", description: null, tags: [], category: "TRANSACTIONAL", channel: "SMS", status: "DRAFT", revision: 1 },
      ...{ namespace: "phone", createProfiles: false, highThroughput: false, onUncertain: "RESEND" },
      ...{
        startAt: null,
        endAt: null,
        timeZone: "UTC",
        oneShot: false,
        deliveryRate: null,
        activatedAt: null,
        statusReason: null,
      },
      content: { email: null, sms: null, push: null },
      channelConfiguration: { id: channelConfigurationId },
      version: { number: 1, status: "DRAFT", missingContext: "EXCLUDE", contextSchema: null },
      draftVersion: null,
      stats: { accepted: 0 },
    });
  });

  test("a marketing campaign holds uncertain messages unless told otherwise", async () => {
    const { id } = await aCampaign(app.client, { category: "MARKETING" });
    expect(await read(id, "onUncertain")).toEqual({ onUncertain: "HOLD" });
  });

  test.each([
    ["reversed dates", { startAt: "2099-02-01T00:00:00Z", endAt: "2099-01-01T00:00:00Z" }, "endAt must be later than startAt."],
    ["an unknown time zone", { timeZone: "Mars/Olympus" }, "timeZone: must be an IANA time zone such as Europe/Paris."],
    ["a blank title", { title: "   " }, "title: "],
    ["a title with NUL", { title: "a\0b" }, "title: must not contain NUL"],
    ["high throughput for marketing", { category: "MARKETING", highThroughput: true }, "highThroughput is for TRANSACTIONAL"],
    ["a namespace with spaces", { namespace: "my people" }, "namespace: must start with a letter"],
    ["NUL in the content", { content: email("a\0b") }, "content.email.subject: must not contain NUL"],
    [
      "NUL in push data",
      { channel: "PUSH", content: { push: { title: "T", body: "B", data: { a: "\0" } } } },
      "content.push.data: must be nested at most 100 deep, without NUL",
    ],
  ])("%s are refused and nothing is stored", async (_what, fields, sentence) => {
    const before = await countCampaigns();
    const channelConfigurationId = await sandboxOf(app.client, "EMAIL");
    const input = { title: "A", category: "TRANSACTIONAL", channel: "EMAIL", channelConfigurationId, ...fields };
    const error = await app.client.expectCode("INPUT_INVALID", createDocument, { input });
    expect(error.message).toContain(sentence);
    expect(await countCampaigns()).toBe(before);
  });

  test.each([0, -1, 2001])("a delivery rate of %d is refused by create, update and setDeliveryRate", async (deliveryRate) => {
    const { id, revision } = await aCampaign(app.client, { deliveryRate: 7 });
    const channelConfigurationId = await sandboxOf(app.client, "EMAIL");
    const input = { title: "A", category: "TRANSACTIONAL", channel: "EMAIL", channelConfigurationId, deliveryRate };
    const errors = [
      await app.client.expectCode("DELIVERY_RATE_OUT_OF_RANGE", createDocument, { input }),
      await app.client.expectCode("DELIVERY_RATE_OUT_OF_RANGE", updateDocument, {
        id,
        input: { expectedRevision: revision, deliveryRate },
      }),
      await app.client.expectCode(
        "DELIVERY_RATE_OUT_OF_RANGE",
        "mutation ($id: ID!, $rate: Int) { setDeliveryRate(id: $id, perSecond: $rate) { id } }",
        { id, rate: deliveryRate },
      ),
    ];
    for (const error of errors) {
      expect(error.message).toBe("A delivery rate is a whole number from 1 to 2000 a second, or null for none.");
      expect(error.extensions).toMatchObject({ kind: "invalid", details: { perSecond: deliveryRate } });
    }
    expect(await read(id, "deliveryRate revision")).toEqual({ deliveryRate: 7, revision });
  });

  test("an unknown channel configuration is refused by name", async () => {
    const channelConfigurationId = "01900000-0000-7000-8000-000000000000";
    const input = { title: "A", category: "TRANSACTIONAL", channel: "EMAIL", channelConfigurationId };
    const error = await app.client.expectCode("CHANNEL_CONFIGURATION_NOT_FOUND", createDocument, { input });
    expect(error.message).toContain(channelConfigurationId);
  });
});

describe("updating", () => {
  test("what is not sent stays, and null empties what can be empty", async () => {
    const { id } = await aCampaign(app.client, { description: "Long", tags: ["a", "b", "a"], deliveryRate: 5 });
    const renamed = await update(id, { expectedRevision: 1, title: "New" });
    expect(renamed).toMatchObject({ title: "New", revision: 2, tags: ["a", "b"], description: "Long", deliveryRate: 5 });
    const emptied = await update(id, { expectedRevision: 2, description: null, tags: null, deliveryRate: null });
    expect(emptied).toMatchObject({ title: "New", revision: 3, tags: ["a", "b"], description: null, deliveryRate: null });
  });

  test("a stale expectedRevision overwrites nothing and says which revision is current", async () => {
    const { id } = await aCampaign(app.client);
    await update(id, { expectedRevision: 1, title: "First" });
    const error = await app.client.expectCode("VERSION_CONFLICT", updateDocument, {
      id,
      input: { expectedRevision: 1, title: "Second", content: email("Second") },
    });
    expect(error.message).toContain("revision 2");
    expect(error.extensions).toMatchObject({ kind: "conflict", details: { revision: 2, expectedRevision: 1 } });
    expect(await read(id, "title content { email { subject } }")).toMatchObject({
      title: "First",
      content: { email: { subject: "Hello {{context.name}}" } },
    });
  });

  test("of two writers with one revision, one wins and the other is told", async () => {
    const { id } = await aCampaign(app.client);
    const answers = await Promise.all(
      ["One", "Two"].map((title) => app.client.call(updateDocument, { id, input: { expectedRevision: 1, title } })),
    );
    expect(answers.map((answer) => answer.errors?.[0]?.extensions.code ?? "OK").sort()).toEqual(["OK", "VERSION_CONFLICT"]);
  });

  test("dates that are reversed only together with the stored ones are refused", async () => {
    const { id } = await aCampaign(app.client, { startAt: "2099-01-01T00:00:00Z" });
    const input = { expectedRevision: 1, endAt: "2098-01-01T00:00:00Z" };
    const error = await app.client.expectCode("INPUT_INVALID", updateDocument, { id, input });
    expect(error.message).toBe("endAt must be later than startAt.");
    expect(await read(id, "endAt revision")).toEqual({ endAt: null, revision: 1 });
  });

  test("new content of a live campaign waits in a draft version until it is activated, and then replaces the live one", async () => {
    const { id, revision } = await aLiveCampaign(app.client, { content: email("First") });
    const changed = await update(id, { expectedRevision: revision, content: email("Second") });
    expect(changed).toMatchObject({
      status: "LIVE",
      content: { email: { subject: "First" } },
      draftVersion: { number: 2, content: { email: { subject: "Second" } } },
    });
    expect(await read(id, "availableActions")).toMatchObject({ availableActions: expect.arrayContaining(["ACTIVATE"]) });
    await act(app.client, "activateCampaign", id);
    expect(await read(id, "status content { email { subject } } version { number status } draftVersion { id }")).toEqual({
      status: "LIVE",
      content: { email: { subject: "Second" } },
      version: { number: 2, status: "LIVE" },
      draftVersion: null,
    });
    const versions = await app.query("select number, status from campaign_version where campaign_id = $1 order by number", [id]);
    expect(versions).toEqual([
      { number: 1, status: "RETIRED" },
      { number: 2, status: "LIVE" },
    ]);
  });

  test("labels of a live campaign change at once, without a draft version", async () => {
    const { id, revision } = await aLiveCampaign(app.client);
    const changed = await update(id, { expectedRevision: revision, title: "Renamed", tags: ["spring"] });
    expect(changed).toMatchObject({ title: "Renamed", tags: ["spring"], draftVersion: null });
  });

  test.each(["STOPPED", "ARCHIVED"])("of a %s campaign labels can be changed, content cannot", async (status) => {
    const { id } = await aLiveCampaign(app.client);
    const { revision } = await act(app.client, "stopCampaign", id);
    if (status === "ARCHIVED") await act(app.client, "archiveCampaign", id);
    expect(await update(id, { expectedRevision: revision, tags: ["old"] })).toMatchObject({ status, tags: ["old"] });
    const input = { expectedRevision: revision + 1, title: "Lost", content: email("New") };
    const error = await app.client.expectCode("ACTION_NOT_ALLOWED", updateDocument, { id, input });
    expect(error.message).toContain("Duplicate it");
    expect(await read(id, "title revision")).toEqual({ title: "A campaign", revision: revision + 1 });
  });

  test("the rate of an activated campaign is left to setDeliveryRate, and the error says so", async () => {
    const { id, revision } = await aLiveCampaign(app.client, { deliveryRate: 10 });
    const error = await app.client.expectCode("INPUT_INVALID", updateDocument, {
      id,
      input: { expectedRevision: revision, deliveryRate: 20 },
    });
    expect(error.message).toContain("setDeliveryRate");
  });
});

describe("review", () => {
  test("an activation with errors is refused, lists all of them and changes nothing", async () => {
    const content = { email: { subject: " ", html: "<p>\n  {{contxt.name}} {{context.name</p>" } };
    const { id } = await aCampaign(app.client, { category: "MARKETING", content, endAt: "2020-01-01T00:00:00Z" });
    const error = await app.client.expectCode("CAMPAIGN_HAS_ERRORS", "mutation ($id: ID!) { activateCampaign(id: $id) { id } }", {
      id,
    });
    const issues = error.extensions.details.issues as { code: string; line?: number; column?: number; path: string }[];
    expect(issues.map((issue) => issue.code).sort()).toEqual(
      ["END_PAST", "SUBJECT_EMPTY", "TEMPLATE_SYNTAX", "UNSUBSCRIBE_LINK_MISSING", "VARIABLE_UNKNOWN"].sort(),
    );
    expect(error.message).toMatch(/^The campaign has 5 errors to mend: /);
    expect(issues.find((issue) => issue.code === "VARIABLE_UNKNOWN")).toMatchObject({
      path: "content.email.html",
      line: 2,
      column: 5,
    });
    expect(
      await read(id, "status version { status } review { canActivate issues { code severity line column message } }"),
    ).toMatchObject({
      status: "DRAFT",
      version: { status: "DRAFT" },
      review: {
        canActivate: false,
        issues: expect.arrayContaining([expect.objectContaining({ code: "TEMPLATE_SYNTAX", severity: "ERROR", line: 2 })]),
      },
    });
  });

  test("warnings do not stop an activation, and the variables of the content are listed", async () => {
    const content = { email: { subject: "Hi {{profile.firstName}}", html: "<p>{{{context.code}}}</p>" } };
    const { id } = await aCampaign(app.client, { content });
    expect(await read(id, "review { canActivate issues { code severity } variables }")).toEqual({
      review: {
        canActivate: true,
        issues: [{ code: "TEXT_PART_MISSING", severity: "WARNING" }],
        variables: ["context.code", "profile.firstName"],
      },
    });
    expect(await act(app.client, "activateCampaign", id)).toMatchObject({ status: "LIVE" });
  });

  test("a campaign without content, or with that of another channel, cannot be activated", async () => {
    for (const content of [null, { sms: { body: "Hi" } }]) {
      const { id } = await aCampaign(app.client, { content });
      const error = await app.client.expectCode(
        "CAMPAIGN_HAS_ERRORS",
        "mutation ($id: ID!) { activateCampaign(id: $id) { id } }",
        {
          id,
        },
      );
      expect(error.message).toContain("no email content");
    }
  });

  test("checkContent finds the same faults without saving anything", async () => {
    const query = `query ($content: CampaignContentInput!) {
      checkContent(channel: EMAIL, content: $content) { canActivate issues { code line column } variables }
    }`;
    const { checkContent } = await app.client.expectData(query, { content: email("{{context.a}} {%= nope(1) %}") });
    expect(checkContent).toEqual({
      canActivate: false,
      issues: [{ code: "FUNCTION_UNKNOWN", line: 1, column: 19 }],
      variables: ["context.a"],
    });
  });
});

describe("duplicating and deleting", () => {
  test("a duplicate is a new DRAFT with the same content and settings, also of a stopped campaign", async () => {
    const fields = { tags: ["x"], deliveryRate: 9, oneShot: true, content: email("Kept"), title: `a${"😀".repeat(99)}` };
    const { id } = await aLiveCampaign(app.client, fields);
    await act(app.client, "stopCampaign", id);
    const query = `mutation ($id: ID!, $title: String) { duplicateCampaign(id: $id, title: $title) {
      id title status revision tags deliveryRate oneShot activatedAt content { email { subject } } stats { accepted } } }`;
    const { duplicateCampaign: copy } = await app.client.expectData(query, { id });
    expect(copy).toMatchObject({
      ...{ status: "DRAFT", revision: 1, tags: ["x"], deliveryRate: 9, oneShot: true, activatedAt: null },
      content: { email: { subject: "Kept" } },
    });
    expect(copy.id).not.toBe(id);
    expect(copy.title).toBe(`a${"😀".repeat(94)} (copy)`);
    expect((await app.client.expectData(query, { id, title: "Mine" })).duplicateCampaign.title).toBe("Mine");
  });

  test("a DRAFT can be deleted for good; whatever ran cannot", async () => {
    const draft = await aCampaign(app.client);
    const query = "mutation ($id: ID!) { deleteCampaign(id: $id) }";
    expect((await app.client.expectData(query, { id: draft.id })).deleteCampaign).toBe(draft.id);
    expect(await read(draft.id, "id")).toBeNull();
    expect(await app.query("select id from campaign_version where campaign_id = $1", [draft.id])).toEqual([]);
    await app.client.expectCode("CAMPAIGN_NOT_FOUND", query, { id: draft.id });
    const live = await aLiveCampaign(app.client);
    const error = await app.client.expectCode("ACTION_NOT_ALLOWED", query, { id: live.id });
    expect(error.message).toBe(
      "DELETE is not possible while the campaign is LIVE. Possible now: UPDATE, RESTORE_VERSION, EXECUTE, SET_DELIVERY_RATE, PAUSE, STOP, DUPLICATE.",
    );
  });
});
