import { afterAll, beforeAll, expect, test } from "vitest";
import { aKey, aPolicy, dropPolicy, type Keyed, savePolicy, savePolicyDocument } from "../support/approvals.ts";
import { aCampaign } from "../support/campaigns.ts";
import type { Data } from "../support/graphql-client.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";

let app: TestApp;
let author: Keyed;
beforeAll(async () => {
  app = await startTestApp();
  author = await aKey(app, "AUTHOR");
});
afterAll(() => app.stop());

const byId = (mutation: string) => `mutation ($id: ID!) { ${mutation}(id: $id) { id activatedAt revision } }`;
const deleteDocument = "mutation ($id: ID!) { deleteApprovalPolicy(id: $id) }";

test("a policy is saved, put in force, taken out of force and deleted; in force it cannot be changed", async () => {
  const saved = await savePolicy(app.client, { name: " Marketing ", categories: ["MARKETING"], approverRoles: ["APPROVER"] });
  expect(saved).toMatchObject({ name: "Marketing", revision: 1, activatedAt: null, blockSelfApproval: true });
  const { id } = saved;
  const active = (await app.client.expectData(byId("activateApprovalPolicy"), { id })).activateApprovalPolicy;
  expect(active).toMatchObject({ activatedAt: expect.any(String), revision: 2 });

  const change = { id, expectedRevision: 2, name: "Marketing", approverIds: [author.id], titleContains: "sale" };
  const refused = await app.client.expectCode("ACTION_NOT_ALLOWED", savePolicyDocument, { input: change });
  expect(refused.message).toContain("deactivate it first");
  await app.client.expectCode("ACTION_NOT_ALLOWED", deleteDocument, { id });

  await app.client.expectData(byId("deactivateApprovalPolicy"), { id });
  await app.client.expectCode("VERSION_CONFLICT", savePolicyDocument, { input: change });
  expect(await savePolicy(app.client, { ...change, expectedRevision: 3 })).toMatchObject({ revision: 4 });
  const { approvalPolicy } = await app.client.expectData(
    "query ($id: ID!) { approvalPolicy(id: $id) { categories titleContains approverIds approverRoles blockSelfApproval } }",
    { id },
  );
  expect(approvalPolicy).toEqual({
    ...{ categories: ["MARKETING"], titleContains: "sale", approverIds: [author.id], approverRoles: ["APPROVER"] },
    blockSelfApproval: true,
  });
  const emptied = { id, expectedRevision: 4, categories: null, approverRoles: [], titleContains: null, blockSelfApproval: null };
  expect(await savePolicy(app.client, emptied)).toMatchObject({ name: "Marketing", blockSelfApproval: true });
  const read = await app.client.expectData(
    "query ($id: ID!) { approvalPolicy(id: $id) { categories titleContains approverRoles } }",
    { id },
  );
  expect(read.approvalPolicy).toEqual({ categories: [], titleContains: null, approverRoles: [] });
  expect(await app.client.expectData(deleteDocument, { id })).toEqual({ deleteApprovalPolicy: id });
  await app.client.expectCode("APPROVAL_POLICY_NOT_FOUND", byId("activateApprovalPolicy"), { id });
});

test.each<[string, Record<string, unknown>, string]>([
  ["nobody to approve", {}, "must name somebody"],
  ["an approver who does not exist", { approverIds: ["01900000-0000-7000-8000-000000000000"] }, "There is no API key"],
  ["no name", { name: " ", approverRoles: ["ADMIN"] }, "name:"],
])("a policy with %s is refused", async (_what, fields, sentence) => {
  const error = await app.client.expectCode("INPUT_INVALID", savePolicyDocument, { input: { name: "A", ...fields } });
  expect(error.message).toContain(sentence);
});

test("a copy says the same, is not in force, and has a name of its own", async () => {
  const fields = "name description tags approverRoles blockSelfApproval revision activatedAt";
  const copyDocument = `mutation ($id: ID!, $name: String) { duplicateApprovalPolicy(id: $id, name: $name) { id ${fields} } }`;
  const original = await aPolicy(app.client, { name: "Original", tags: ["copied"], blockSelfApproval: false });
  const { duplicateApprovalPolicy: copy } = await app.client.expectData(copyDocument, { id: original.id });
  expect(copy).toEqual({
    ...{ id: expect.any(String), name: "Original (copy)", description: null, tags: ["copied"], approverRoles: ["APPROVER"] },
    ...{ blockSelfApproval: false, revision: 1, activatedAt: null },
  });
  expect(copy.id).not.toBe(original.id);
  await app.client.expectCode("NAME_TAKEN", copyDocument, { id: original.id });
  const { duplicateApprovalPolicy: second } = await app.client.expectData(copyDocument, { id: copy.id, name: " Second " });
  expect(second.name).toBe("Second");
  await app.client.expectCode("INPUT_INVALID", copyDocument, { id: original.id, name: " " });
  for (const { id } of [copy, second]) await app.client.expectData(deleteDocument, { id });
  await dropPolicy(app.client, original.id);
});

test("names are unique, also when two are saved at once", async () => {
  const input = { name: "Twice", approverRoles: ["ADMIN"] };
  const answers = await Promise.all([1, 2, 3].map(() => app.client.call(savePolicyDocument, { input })));
  expect(answers.map(({ errors }) => errors?.[0]?.extensions.code ?? "OK").sort()).toEqual(["NAME_TAKEN", "NAME_TAKEN", "OK"]);
});

test("policies are for whoever has approvals:write; everybody who reads campaigns can read them", async () => {
  const input = { name: "Mine", approverIds: [author.id] };
  const error = await author.client.expectCode("PERMISSION_MISSING", savePolicyDocument, { input });
  expect(error.extensions.details).toEqual({ permission: "approvals:write" });
  for (const mutation of ["activateApprovalPolicy", "deactivateApprovalPolicy"])
    await author.client.expectCode("PERMISSION_MISSING", byId(mutation), { id: author.id });
  await author.client.expectCode("PERMISSION_MISSING", deleteDocument, { id: author.id });
  const query =
    "query ($active: Boolean, $first: Int, $after: String) { approvalPolicies(active: $active, first: $first, after: $after) { totalCount edges { node { name } } pageInfo { hasNextPage endCursor } } }";
  const { id } = await aPolicy(app.client, { name: "In force", tags: ["none"] });
  const names = async (variables: object): Promise<string[]> =>
    (await author.client.expectData(query, { ...variables })).approvalPolicies.edges.map(({ node }: Data) => node.name);
  expect(await names({ active: true })).toEqual(["In force"]);
  expect(await names({ active: false })).toEqual(["Twice"]);
  const { approvalPolicies: page } = await author.client.expectData(query, { first: 1 });
  expect(page).toMatchObject({ totalCount: 2, edges: [{ node: { name: "In force" } }], pageInfo: { hasNextPage: true } });
  expect(await names({ first: 1, after: page.pageInfo.endCursor })).toEqual(["Twice"]);
  await dropPolicy(app.client, id);
});

test("the policy activated last counts; activating one again makes it the last", async () => {
  const one = await aPolicy(app.client, { name: "One" });
  const two = await aPolicy(app.client, { name: "Two" });
  const { id } = await aCampaign(app.client);
  const present = async (): Promise<string> =>
    (await app.client.expectData("query ($id: ID!) { campaign(id: $id) { approvalPolicy { name } } }", { id })).campaign
      .approvalPolicy?.name;
  expect(await present()).toBe("Two");
  await app.client.expectData(byId("activateApprovalPolicy"), { id: one.id });
  expect(await present()).toBe("One");
  for (const policy of [one, two]) await dropPolicy(app.client, policy.id);
  expect(await present()).toBeUndefined();
});
