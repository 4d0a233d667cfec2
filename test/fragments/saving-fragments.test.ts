import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { aCampaign, act } from "../support/campaigns.ts";
import { saveFragment, saveFragmentDocument } from "../support/fragments.ts";
import type { GraphqlError } from "../support/graphql-client.ts";
import { fewestStatementsOf } from "../support/statements.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({}, undefined, undefined, { engineRuns: "on its thread" });
});
afterAll(() => app.stop());

function refused(code: string, input: object): Promise<GraphqlError> {
  return app.client.expectCode(code, saveFragmentDocument, { input: { channel: "EMAIL", ...input } });
}

const deleteDocument = "mutation ($id: ID!) { deleteFragment(id: $id) }";

describe("a fragment", () => {
  test("keeps every version that was saved, newest first, page by page", async () => {
    const first = await saveFragment(app.client, { name: "kept", content: "one", description: "Why" });
    expect(first).toMatchObject({ name: "kept", channel: "EMAIL", description: "Why", revision: 1, content: "one" });
    const change = { id: first.id, name: "kept" };
    await saveFragment(app.client, { ...change, content: "two", expectedRevision: 1 });
    const third = await saveFragment(app.client, { ...change, content: "three", description: null, expectedRevision: 2 });
    expect(third).toMatchObject({ id: first.id, description: null, revision: 3, content: "three" });
    const query = `query ($id: ID!, $after: String) { fragment(id: $id) { content
      versions(first: 2, after: $after) { totalCount edges { node { number content } } pageInfo { hasNextPage endCursor } } } }`;
    const { fragment } = await app.client.expectData(query, { id: first.id });
    expect(fragment.content).toBe("three");
    expect(fragment.versions).toMatchObject({
      totalCount: 3,
      edges: [{ node: { number: 3, content: "three" } }, { node: { number: 2, content: "two" } }],
      pageInfo: { hasNextPage: true },
    });
    const rest = await app.client.expectData(query, { id: first.id, after: fragment.versions.pageInfo.endCursor });
    expect(rest.fragment.versions.edges).toEqual([{ node: { number: 1, content: "one" } }]);
    expect(await app.query("select data->>'revision' as revision from event where type = 'fragment.saved' order by id")).toEqual([
      { revision: "1" },
      { revision: "2" },
      { revision: "3" },
    ]);
  });

  test("is not overwritten by somebody who read an older revision", async () => {
    const { id } = await saveFragment(app.client, { name: "contested", content: "one" });
    await saveFragment(app.client, { id, name: "contested", content: "two", expectedRevision: 1 });
    const error = await refused("VERSION_CONFLICT", { id, name: "contested", content: "three", expectedRevision: 1 });
    expect(error.extensions.details).toEqual({ revision: 2, expectedRevision: 1 });
    await refused("INPUT_INVALID", { id, name: "contested", content: "three" });
    const { fragment } = await app.client.expectData("query ($id: ID!) { fragment(id: $id) { content revision } }", { id });
    expect(fragment).toEqual({ content: "two", revision: 2 });
  });

  test("has a name of its own in its channel, and keeps name and channel", async () => {
    const { id } = await saveFragment(app.client, { name: "named", content: "x" });
    await refused("NAME_TAKEN", { name: "named", content: "y" });
    await saveFragment(app.client, { name: "named", channel: "SMS", content: "y" });
    await refused("INPUT_INVALID", { id, name: "other", content: "y", expectedRevision: 1 });
    await refused("INPUT_INVALID", { id, name: "named", channel: "PUSH", content: "y", expectedRevision: 1 });
    for (const name of ["", "two words", "a-b", "1a", "a}}", "a".repeat(101)])
      await refused("INPUT_INVALID", { name, content: "y" });
    await refused("FRAGMENT_NOT_FOUND", {
      ...{ id: "01900000-0000-7000-8000-000000000000", name: "named", content: "y", expectedRevision: 1 },
    });
  });

  test("of the same name is made once, however many try together", async () => {
    const tries = Array.from({ length: 5 }, () =>
      app.client.call(saveFragmentDocument, { input: { channel: "PUSH", name: "raced", content: "x" } }),
    );
    const codes = (await Promise.all(tries)).map((answer) => answer.errors?.[0]?.extensions.code ?? "saved");
    expect(codes.sort()).toEqual(["NAME_TAKEN", "NAME_TAKEN", "NAME_TAKEN", "NAME_TAKEN", "saved"]);
  });
});

describe("a fragment that could never be used is refused, with every fault and its place", () => {
  test("faults of the language", async () => {
    const content = "{{context.a}}\n {%#if profile.vip%}{{nobody}}{%= nope() %}";
    const error = await refused("INPUT_INVALID", { name: "faulty", content });
    expect(error.message).toContain("There is no function nope.");
    expect(error.extensions.details).toMatchObject({
      field: "content",
      issues: [
        { code: "TEMPLATE_SYNTAX", path: "content", line: 2, column: 2 },
        { code: "VARIABLE_UNKNOWN", path: "content", line: 2, column: 23 },
        { code: "FUNCTION_UNKNOWN", path: "content", line: 2, column: 35 },
      ],
    });
  });

  test.each([
    ["more than 100 kB", "é".repeat(51_201)],
    ["nothing", ""],
    ["an unknown fragment", "{{> nobody_made_this}}"],
    ["MJML", "<mj-section></mj-section>"],
    ["itself", "{{> refused}}"],
  ])("%s", async (_what, content) => {
    await refused("INPUT_INVALID", { name: "refused", content });
  });

  test("a circle of three, also when two savings that close it come together", async () => {
    const { id: a } = await saveFragment(app.client, { name: "a", content: "a" });
    await saveFragment(app.client, { name: "b", content: "{{> a}}" });
    await saveFragment(app.client, { name: "c", content: "{{> b}}" });
    const error = await refused("INPUT_INVALID", { id: a, name: "a", content: "\n{{> c}}", expectedRevision: 1 });
    expect(error.extensions.details.issues).toEqual([
      {
        ...{ severity: "ERROR", code: "FRAGMENT_CYCLE", path: "content", fragment: "b", line: 1, column: 1 },
        message: "A fragment cannot use itself: this is a, which uses c, which uses b, which uses a.",
      },
    ]);
    const { id: x } = await saveFragment(app.client, { name: "x", content: "x" });
    const { id: y } = await saveFragment(app.client, { name: "y", content: "y" });
    const tries = [
      { id: x, name: "x", content: "{{> y}}", expectedRevision: 1 },
      { id: y, name: "y", content: "{{> x}}", expectedRevision: 1 },
    ].map((input) => app.client.call(saveFragmentDocument, { input: { channel: "EMAIL", ...input } }));
    const codes = (await Promise.all(tries)).map((answer) => answer.errors?.[0]?.extensions.code ?? "saved");
    expect(codes.sort()).toEqual(["INPUT_INVALID", "saved"]);
  });

  test("six inside one another", async () => {
    await saveFragment(app.client, { name: "level1", content: "x" });
    for (const level of [2, 3, 4, 5])
      await saveFragment(app.client, { name: `level${level}`, content: `{{> level${level - 1}}}` });
    const error = await refused("INPUT_INVALID", { name: "level6", content: "{{> level5}}" });
    expect(error.extensions.details.issues).toMatchObject([{ code: "FRAGMENT_TOO_DEEP", fragment: "level2" }]);
  });
});

describe("a fragment is deleted", () => {
  test("unless a draft or another fragment uses it", async () => {
    const { id } = await saveFragment(app.client, { name: "used", content: "u" });
    const user = await saveFragment(app.client, { name: "user", content: "{{> used}}" });
    const campaign = await aCampaign(app.client, {
      title: "Spring",
      content: { email: { subject: "{{> used}}", html: "h", text: "t" } },
    });
    const error = await app.client.expectCode("FRAGMENT_IN_USE", deleteDocument, { id });
    expect(error.message).toBe("The fragment used is used by the campaign Spring, the fragment user: take it out there first.");
    await act(app.client, "activateCampaign", campaign.id);
    expect((await app.client.expectData(deleteDocument, { id: user.id })).deleteFragment).toBe(user.id);
    await app.client.expectData(deleteDocument, { id });
    const query = `query ($id: ID!, $campaign: ID!) { fragment(id: $id) { id } campaign(id: $campaign) { review { canActivate } }
      previewContent(campaignId: $campaign, sample: { userId: "a@b.example" }) { subject } }`;
    expect(await app.client.expectData(query, { id, campaign: campaign.id })).toEqual({
      fragment: null,
      campaign: { review: { canActivate: true } },
      previewContent: { subject: "u" },
    });
    await app.client.expectCode("FRAGMENT_NOT_FOUND", deleteDocument, { id });
  });
});

describe("lists", () => {
  test("fragments are found by channel and part of a name, page by page, in as many statements for 5 as for 50", async () => {
    for (let index = 0; index < 50; index += 1)
      await saveFragment(app.client, { name: `listed_${index}`, channel: "PUSH", content: `${index}` });
    const query = `query ($first: Int!, $search: String, $after: String) { fragments(channel: PUSH, search: $search, first: $first, after: $after) {
      totalCount pageInfo { hasNextPage endCursor }
      edges { node { name content versions(first: 1) { totalCount edges { node { number } } } } } } }`;
    const list = async (first: number, search = "LISTED_", after: string | null = null) =>
      (await app.client.expectData(query, { first, search, after })).fragments;
    const few = await fewestStatementsOf(() => list(5));
    const many = await fewestStatementsOf(async () => expect((await list(50)).edges).toHaveLength(50));
    expect(many.length, many.join("\n\n")).toBe(few.length);
    const page = await list(2);
    expect(page).toMatchObject({ totalCount: 50, pageInfo: { hasNextPage: true } });
    expect(page.edges[0].node).toEqual({
      name: "listed_49",
      content: "49",
      versions: { totalCount: 1, edges: [{ node: { number: 1 } }] },
    });
    expect((await list(2, "listed_", page.pageInfo.endCursor)).edges[0].node.name).toBe("listed_47");
    expect((await list(50, "_4")).totalCount).toBe(11);
    expect((await list(50, "%")).totalCount).toBe(0);
  });

  test("reviews of 20 campaigns that use fragments take as many statements as reviews of 4", async () => {
    await saveFragment(app.client, { name: "shared_inner", content: "{{context.inner}}" });
    for (let index = 0; index < 20; index += 1) {
      await saveFragment(app.client, { name: `own_${index}`, content: "{{> shared_inner}}" });
      await aCampaign(app.client, { content: { email: { subject: `{{> own_${index}}}`, html: "h", text: "t" } } });
    }
    const query = "query ($first: Int!) { campaigns(first: $first) { edges { node { review { canActivate variables } } } } }";
    const list = async (first: number) => (await app.client.expectData(query, { first })).campaigns.edges;
    const few = await fewestStatementsOf(() => list(4));
    const many = await fewestStatementsOf(async () => {
      for (const { node } of await list(20)) expect(node.review).toEqual({ canActivate: true, variables: ["context.inner"] });
    });
    expect(many.length, many.join("\n\n")).toBe(few.length);
    expect(many.length, many.join("\n\n")).toBe(4);
  });
});
