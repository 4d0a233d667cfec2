import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { changedPaths } from "../../src/campaigns/changed-paths.ts";
import { update, updateDocument } from "../support/approvals.ts";
import { aCampaign, act, aLiveCampaign, execute, mailbox, recipients, statsOf } from "../support/campaigns.ts";
import { saveFragment } from "../support/fragments.ts";
import type { Data } from "../support/graphql-client.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";
import { until } from "../support/until.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.stop());

const email = (subject: string) => ({ email: { subject, html: `<p>${subject}</p>`, text: subject } });

async function read(id: string, fields: string): Promise<Data> {
  return (await app.client.expectData(`query ($id: ID!) { campaign(id: $id) { ${fields} } }`, { id })).campaign;
}

async function historyOf(id: string): Promise<Data[]> {
  const { versions } = await read(
    id,
    "versions { totalCount edges { node { number status activatedAt content { email { subject } } } } }",
  );
  expect(versions.totalCount).toBe(versions.edges.length);
  return versions.edges.map(({ node }: Data) => [node.number, node.status, node.content.email.subject]);
}

/** Live with three versions that say One, Two and Three. */
async function aCampaignWithHistory(): Promise<string> {
  const { id } = await aLiveCampaign(app.client, { content: email("One") });
  for (const subject of ["Two", "Three"]) {
    await update(app.client, id, { content: email(subject) });
    await act(app.client, "activateCampaign", id);
  }
  return id;
}

const restoreDocument = `mutation ($id: ID!, $number: Int!, $revision: Int!) {
  restoreVersion(campaignId: $id, number: $number, expectedRevision: $revision) {
    status revision draftVersion { number status content { email { subject } } } version { number }
  }
}`;

async function restore(id: string, number: number): Promise<Data> {
  const { revision } = await read(id, "revision");
  return (await app.client.expectData(restoreDocument, { id, number, revision })).restoreVersion;
}

describe("the history", () => {
  test("has every version, newest first, page by page", async () => {
    const id = await aCampaignWithHistory();
    expect(await historyOf(id)).toEqual([
      [3, "LIVE", "Three"],
      [2, "RETIRED", "Two"],
      [1, "RETIRED", "One"],
    ]);
    const query = `query ($id: ID!, $after: String) {
      campaign(id: $id) { versions(first: 2, after: $after) { edges { node { number createdBy } } pageInfo { hasNextPage endCursor } } }
    }`;
    const { versions: first } = (await app.client.expectData(query, { id })).campaign;
    expect(first.edges.map(({ node }: Data) => node.number)).toEqual([3, 2]);
    expect(first.pageInfo.hasNextPage).toBe(true);
    const { versions: rest } = (await app.client.expectData(query, { id, after: first.pageInfo.endCursor })).campaign;
    expect(rest.edges.map(({ node }: Data) => node.number)).toEqual([1]);
    expect(rest.pageInfo.hasNextPage).toBe(false);
  });

  test("an older version comes back as a draft, goes live by an activation, and nothing of the history changes", async () => {
    const id = await aCampaignWithHistory();
    expect(await restore(id, 1)).toMatchObject({
      status: "LIVE",
      version: { number: 3 },
      draftVersion: { number: 4, status: "DRAFT", content: { email: { subject: "One" } } },
    });
    await act(app.client, "activateCampaign", id);
    expect(await historyOf(id)).toEqual([
      [4, "LIVE", "One"],
      [3, "RETIRED", "Three"],
      [2, "RETIRED", "Two"],
      [1, "RETIRED", "One"],
    ]);
  });

  test("a restored version takes the place of what the draft said, and sees the latest fragments", async () => {
    await saveFragment(app.client, { name: "restored", content: "old" });
    const { id } = await aLiveCampaign(app.client, {
      content: { email: { subject: "One", html: "<p>{{> restored}}</p>", text: "One" } },
    });
    const { fragments } = await app.client.expectData(`{ fragments(search: "restored") { edges { node { id } } } }`);
    await saveFragment(app.client, { id: fragments.edges[0].node.id, expectedRevision: 1, name: "restored", content: "new" });
    await update(app.client, id, { content: email("Draft") });
    expect(await restore(id, 1)).toMatchObject({ draftVersion: { number: 2, content: { email: { subject: "One" } } } });
    await act(app.client, "activateCampaign", id);
    const { version } = await read(id, "version { content { fragments { number content } } }");
    expect(version.content.fragments).toEqual([{ number: 2, content: "new" }]);
  });

  test("a discarded draft leaves the live version alone, stays readable, and its number is not given again", async () => {
    const { id } = await aLiveCampaign(app.client, { content: email("One") });
    await update(app.client, id, { content: email("Two") });
    const discarded =
      "mutation ($id: ID!, $revision: Int) { discardDraft(id: $id, expectedRevision: $revision) { status draftVersion { id } revision } }";
    const { revision } = await read(id, "revision");
    await app.client.expectCode("VERSION_CONFLICT", discarded, { id, revision: revision - 1 });
    expect((await app.client.expectData(discarded, { id, revision })).discardDraft).toEqual({
      ...{ status: "LIVE", draftVersion: null, revision: revision + 1 },
    });
    await update(app.client, id, { content: email("Three") });
    expect(await historyOf(id)).toEqual([
      [3, "DRAFT", "Three"],
      [2, "RETIRED", "Two"],
      [1, "LIVE", "One"],
    ]);
    expect(await restore(id, 2)).toMatchObject({ draftVersion: { number: 3, content: { email: { subject: "Two" } } } });
  });

  test("an unknown version is refused by its number, and a stale revision overwrites nothing", async () => {
    const { id, revision } = await aLiveCampaign(app.client);
    const error = await app.client.expectCode("VERSION_NOT_FOUND", restoreDocument, { id, number: 9, revision });
    expect(error.message).toBe("The campaign has no version 9.");
    await app.client.expectCode("VERSION_CONFLICT", restoreDocument, { id, number: 1, revision: revision - 1 });
    expect(await read(id, "revision draftVersion { id }")).toEqual({ revision, draftVersion: null });
  });
});

describe("a comparison", () => {
  const compareDocument = `query ($id: ID!, $from: Int!, $to: Int!) {
    compareVersions(campaignId: $id, from: $from, to: $to) { from { number } to { number status } changes { path before after } }
  }`;

  test("names each setting and text that differs, with what it was and what it is", async () => {
    const { id } = await aLiveCampaign(app.client, {
      content: email("One"),
      contextSchema: { properties: { "order id": { type: "string" } } },
    });
    const endAt = "2099-01-01T00:00:00.000Z";
    const contextSchema = { properties: { "order id": { type: "number" } } };
    await update(app.client, id, {
      content: { email: { ...email("One").email, subject: "Two" } },
      endAt,
      createProfiles: false,
      contextSchema,
    });
    const { compareVersions } = await app.client.expectData(compareDocument, { id, from: 1, to: 2 });
    expect(compareVersions).toEqual({
      from: { number: 1 },
      to: { number: 2, status: "DRAFT" },
      changes: [
        { path: "createProfiles", before: true, after: false },
        { path: "contextSchema.properties.`order id`.type", before: "string", after: "number" },
        { path: "endAt", before: null, after: endAt },
        { path: "content.email.subject", before: "One", after: "Two" },
      ],
    });
    const same = await app.client.expectData(compareDocument, { id, from: 2, to: 2 });
    expect(same.compareVersions.changes).toEqual([]);
    await app.client.expectCode("VERSION_NOT_FOUND", compareDocument, { id, from: 1, to: 3 });
  });

  test("shows a fragment that became newer, and nothing that was only compiled", async () => {
    const { id: fragmentId } = await saveFragment(app.client, { name: "compared", content: "old" });
    const mjml =
      "<mjml><mj-body><mj-section><mj-column><mj-text>{{> compared}}</mj-text></mj-column></mj-section></mj-body></mjml>";
    const content = { email: { subject: "One", html: mjml, text: "One" } };
    const { id } = await aLiveCampaign(app.client, { content });
    await saveFragment(app.client, { id: fragmentId, expectedRevision: 1, name: "compared", content: "new" });
    await update(app.client, id, { content: { email: { ...content.email, html: mjml.replace("<mj-text>", "<mj-text>!") } } });
    const { compareVersions } = await app.client.expectData(compareDocument, { id, from: 1, to: 2 });
    expect(compareVersions.changes).toEqual([
      { path: "content.email.html", before: mjml, after: mjml.replace("<mj-text>", "<mj-text>!") },
      { path: "content.fragments.compared.number", before: 1, after: 2 },
      { path: "content.fragments.compared.content", before: "old", after: "new" },
    ]);
  });

  test.each([
    [{ a: 1, b: null }, { b: undefined, a: 1 }, []],
    [{ a: [1, { b: 2 }] }, { a: [1, { b: 2 }] }, []],
    [{ a: [1] }, { a: [1, 2] }, [{ path: "a", before: [1], after: [1, 2] }]],
    [{ a: { "x.y": 1 } }, { a: {} }, [{ path: "a.`x.y`", before: 1, after: null }]],
    [{ a: { b: 1 } }, { a: 5 }, [{ path: "a", before: { b: 1 }, after: 5 }]],
    [{ a: new Date(5) }, { a: new Date(5) }, []],
    [JSON.parse('{"__proto__":{"a":1}}'), {}, [{ path: "__proto__", before: { a: 1 }, after: null }]],
  ])("of %j and %j", (before, after, changes) => {
    expect(changedPaths(before, after)).toEqual(changes);
  });
});

describe("two people", () => {
  test("edit the same draft: the second gets a conflict, and nothing is overwritten silently", async () => {
    const { id, revision } = await aLiveCampaign(app.client, { content: email("Live") });
    const write = (subject: string) =>
      app.client.call(updateDocument, { id, input: { expectedRevision: revision, content: email(subject) } });
    expect((await write("First")).errors).toBeUndefined();
    const second = await write("Second");
    expect(second.errors?.[0]?.extensions).toMatchObject({
      code: "VERSION_CONFLICT",
      details: { revision: revision + 1, expectedRevision: revision },
    });
    const { draftVersion } = await read(id, "draftVersion { number content { email { subject } } }");
    expect(draftVersion).toEqual({ number: 2, content: { email: { subject: "First" } } });
  });

  test.each(["a new draft", "a draft that is there"])("and 18 more write %s at once: exactly one wins", async (what) => {
    const { id } = await aLiveCampaign(app.client, { content: email("Live") });
    if (what !== "a new draft") await update(app.client, id, { content: email("Draft") });
    const { revision } = await read(id, "revision");
    const subjects = Array.from({ length: 20 }, (_, index) => `Writer ${index}`);
    const answers = await Promise.all(
      subjects.map((subject) =>
        app.client.call(updateDocument, { id, input: { expectedRevision: revision, content: email(subject) } }),
      ),
    );
    const codes = answers.map(({ errors }) => errors?.[0]?.extensions.code ?? "OK");
    expect(codes.toSorted()).toEqual(["OK", ...Array(19).fill("VERSION_CONFLICT")]);
    const present = await read(id, "revision draftVersion { number content { email { subject } } }");
    expect(present).toEqual({
      revision: revision + 1,
      draftVersion: { number: 2, content: { email: { subject: subjects[codes.indexOf("OK")] } } },
    });
  });

  test("one edits while the other pauses, resumes and sets the rate: running it is no edit", async () => {
    const { id, revision } = await aLiveCampaign(app.client);
    await act(app.client, "pauseCampaign", id);
    await act(app.client, "resumeCampaign", id);
    await app.client.expectData("mutation ($id: ID!) { setDeliveryRate(id: $id, perSecond: 9) { id } }", { id });
    const { errors } = await app.client.call(updateDocument, { id, input: { expectedRevision: revision, title: "Mine" } });
    expect(errors).toBeUndefined();
  });

  test("one activates a draft that the other is still reading: what the other then writes is a conflict", async () => {
    const { id } = await aLiveCampaign(app.client);
    const { revision } = await update(app.client, id, { content: email("Two") });
    await act(app.client, "activateCampaign", id);
    await app.client.expectCode("VERSION_CONFLICT", updateDocument, {
      id,
      input: { expectedRevision: revision, content: email("X") },
    });
  });
});

test("20,000 messages across a swap: each is rendered by exactly the version that its execution recorded [D7]", async () => {
  const says = (version: string) => ({
    email: { subject: `${version} {{context.name}}`, html: `<p>${version}</p>`, text: version },
  });
  const { id } = await aLiveCampaign(app.client, { content: says("One") });
  await update(app.client, id, { content: says("Two") });
  const calls = Array.from({ length: 40 }, (_, index) =>
    execute(app.client, { campaignId: id, requestId: `r${index}`, recipients: recipients(500, `p${index}-`) }),
  );
  // In the middle of them, and while messages are being sent.
  await until("some are sent", async () => (await statsOf(app.client, id)).sent > 500);
  await act(app.client, "activateCampaign", id);
  calls.push(
    ...[40, 41].map((index) =>
      execute(app.client, { campaignId: id, requestId: `r${index}`, recipients: recipients(10, `p${index}-`) }),
    ),
  );
  await Promise.all(calls);
  await until("all sent", async () => (await statsOf(app.client, id)).sent === 20_020, 60, 250);

  const executions = await app.query<{ id: string; number: number }>(
    "select execution.id, version.number from execution join campaign_version version on version.id = version_id where execution.campaign_id = $1",
    [id],
  );
  const numbers = new Map(executions.map((execution) => [execution.id, execution.number]));
  expect(new Set(numbers.values())).toEqual(new Set([1, 2]));
  const astray = await app.query(
    "select 1 from message join execution on execution.id = execution_id where message.version_id <> execution.version_id",
  );
  expect(astray).toEqual([]);
  const sent = await mailbox(app.client, id);
  expect(sent).toHaveLength(20_020);
  const wrong = sent.filter(({ executionId, subject, text }) => {
    const version = numbers.get(executionId) === 1 ? "One" : "Two";
    return text !== version || !subject.startsWith(`${version} Name `);
  });
  expect(wrong).toEqual([]);
}, 120_000);

test("a version that went live cannot be changed by anything that comes later", async () => {
  const { id } = await aCampaign(app.client, { content: email("One") });
  await act(app.client, "activateCampaign", id);
  const before = await app.query("select * from campaign_version where campaign_id = $1 and number = 1", [id]);
  await update(app.client, id, { content: email("Two"), namespace: "customer", timeZone: "Asia/Tokyo" });
  await restore(id, 1);
  await update(app.client, id, { content: email("Three") });
  expect(await app.query("select * from campaign_version where campaign_id = $1 and number = 1", [id])).toEqual(before);
});
