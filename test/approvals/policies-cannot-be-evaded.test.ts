import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { aKey, aPolicy, dropPolicy, type Keyed, update, updateDocument } from "../support/approvals.ts";
import { aCampaign, act, aLiveCampaign } from "../support/campaigns.ts";
import type { Data } from "../support/graphql-client.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";

let app: TestApp;
let approver: Keyed;
/** May write and publish, and approves nothing. */
let publisher: Keyed;

beforeAll(async () => {
  app = await startTestApp();
  approver = await aKey(app, "APPROVER");
  publisher = await aKey(app, "ADMIN", "publisher");
});
afterAll(() => app.stop());

const activate = "mutation ($id: ID!) { activateCampaign(id: $id) { id } }";
const duplicate = "mutation ($id: ID!, $title: String) { duplicateCampaign(id: $id, title: $title) { id } }";

type Case = {
  /** Conditions of a policy, and what a campaign must have to fall under it. */
  readonly policy: Data;
  readonly bound: Data;
  /** A change of the same campaign that the policy does not match. */
  readonly evading: Data;
};

const cases: [string, Case][] = [
  ["a tag", { policy: { tags: ["Legal"] }, bound: { tags: ["legal", "other"] }, evading: { tags: ["other"] } }],
  ["one of its tags", { policy: { tags: ["a", "b"] }, bound: { tags: ["b"] }, evading: { tags: [] } }],
  ["a part of the title", { policy: { titleContains: "SALE" }, bound: { title: "Summer sale" }, evading: { title: "Summer" } }],
  [
    "title and tag together",
    {
      policy: { titleContains: "sale", tags: ["legal"] },
      bound: { title: "Sale", tags: ["legal"] },
      evading: { title: "S", tags: [] },
    },
  ],
  [
    "tag and category together",
    { policy: { tags: ["legal"], categories: ["TRANSACTIONAL"] }, bound: { tags: ["legal"] }, evading: { tags: [] } },
  ],
];

describe.each(cases)("a policy by %s binds", (_what, { policy, bound, evading }) => {
  let policyId: string;
  beforeAll(async () => {
    policyId = (await aPolicy(app.client, policy)).id;
  });
  afterAll(() => dropPolicy(app.client, policyId));

  const isBound = async (id: string): Promise<void> => {
    await publisher.client.expectCode("APPROVAL_REQUIRED", activate, { id });
    const { status } = await act(publisher.client, "requestApproval", id);
    expect(status).toBe("IN_REVIEW");
  };

  test("a draft from which that was taken off before it is activated", async () => {
    const { id } = await aCampaign(publisher.client, bound);
    await update(publisher.client, id, evading);
    await isBound(id);
  });

  test("a draft that had it at any time, whatever was changed in between", async () => {
    const { id } = await aCampaign(publisher.client, { title: "Harmless", tags: [] });
    await update(publisher.client, id, bound);
    await update(publisher.client, id, evading);
    await update(publisher.client, id, { title: "Something else", tags: ["new"] });
    await isBound(id);
  });

  test("a copy under another name, with nothing of it left", async () => {
    const { id } = await aCampaign(publisher.client, bound);
    const copy = (await publisher.client.expectData(duplicate, { id, title: "Harmless" })).duplicateCampaign;
    await update(publisher.client, copy.id, { ...evading, title: "Harmless" });
    await isBound(copy.id);
  });

  test("a new draft of a live campaign from which that was taken off since it went live", async () => {
    const { id } = await aCampaign(publisher.client, bound);
    await act(publisher.client, "requestApproval", id);
    await act(approver.client, "approveCampaign", id);
    await update(publisher.client, id, evading);
    await update(publisher.client, id, { content: { email: { subject: "Other", html: "<p>Other</p>", text: "Other" } } });
    const error = await publisher.client.expectCode("APPROVAL_REQUIRED", activate, { id });
    expect(error.extensions.details.policyId).toBe(policyId);
  });

  test("a running campaign that never had it: only an approver puts it there", async () => {
    const { id } = await aLiveCampaign(publisher.client, { title: "Harmless", tags: [] });
    const { campaign } = await app.client.expectData("query ($id: ID!) { campaign(id: $id) { revision } }", { id });
    const change = { id, input: { expectedRevision: campaign.revision, ...bound } };
    await publisher.client.expectCode("APPROVAL_REQUIRED", updateDocument, change);
    expect((await approver.client.expectData(updateDocument, change)).updateCampaign.status).toBe("LIVE");
  });

  test("nothing that it never matched, and nothing of what was before the last approval", async () => {
    const { id } = await aCampaign(publisher.client, bound);
    await act(publisher.client, "requestApproval", id);
    await act(approver.client, "approveCampaign", id);
    await update(publisher.client, id, evading);
    await update(publisher.client, id, { content: { email: { subject: "Next", html: "<p>Next</p>", text: "Next" } } });
    await act(publisher.client, "requestApproval", id);
    await act(approver.client, "approveCampaign", id);
    await update(publisher.client, id, { content: { email: { subject: "Later", html: "<p>Later</p>", text: "Later" } } });
    await act(publisher.client, "activateCampaign", id);
    const { id: other } = await aCampaign(publisher.client, { title: "Harmless", tags: [] });
    await act(publisher.client, "activateCampaign", other);
  });
});

test("an ended campaign may be named and tagged at will: nothing is sent any more", async () => {
  const policy = await aPolicy(app.client, { tags: ["ended"] });
  const { id } = await aLiveCampaign(publisher.client, { tags: [] });
  await act(publisher.client, "stopCampaign", id);
  await update(publisher.client, id, { tags: ["ended"] });
  await dropPolicy(app.client, policy.id);
});

test("what a draft was called is bounded, and says so", async () => {
  const { id } = await aCampaign(publisher.client, { tags: [] });
  const tagged = (from: number) => Array.from({ length: 50 }, (_, index) => `tag ${from + index}`);
  for (let from = 0; from < 500; from += 50) await update(publisher.client, id, { tags: tagged(from) });
  await update(publisher.client, id, { tags: tagged(500) });
  const { campaign } = await app.client.expectData("query ($id: ID!) { campaign(id: $id) { revision } }", { id });
  const input = { expectedRevision: campaign.revision, tags: [] };
  const error = await publisher.client.expectCode("INPUT_INVALID", updateDocument, { id, input });
  expect(error.message).toContain("Duplicate the campaign");
});
