import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { aKey, aPolicy, dropPolicy, type Keyed, update, updateDocument } from "../support/approvals.ts";
import { aCampaign, act, aLiveCampaign, execute, recipients, sandboxOf } from "../support/campaigns.ts";
import { beginsNow, endsNow, farEnd, farStart } from "../support/dates.ts";
import { saveFragment } from "../support/fragments.ts";
import { createGraphqlClient, type Data, type GraphqlClient } from "../support/graphql-client.ts";
import { fewestStatementsOf } from "../support/statements.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";
import { until } from "../support/until.ts";

let app: TestApp;
let author: Keyed;
let approver: Keyed;
let operator: Keyed;
let policy: Data | null = null;
beforeAll(async () => {
  app = await startTestApp({}, undefined, undefined, { engineRuns: "on its thread" });
  author = await aKey(app, "AUTHOR", "Ada");
  approver = await aKey(app, "APPROVER", "Grace");
  operator = await aKey(app, "OPERATOR", "Olga");
});
afterEach(async () => {
  if (policy) await dropPolicy(app.client, policy.id);
  policy = null;
});
afterAll(() => app.stop());

const activateDocument = "mutation ($id: ID!) { activateCampaign(id: $id) { status } }";
const requestDocument =
  "mutation ($id: ID!, $message: String) { requestApproval(id: $id, message: $message) { status approvalRequest { id } } }";
const approveDocument =
  "mutation ($id: ID!, $message: String, $revision: Int) { approveCampaign(id: $id, message: $message, expectedRevision: $revision) { status } }";
const changesDocument = `mutation ($id: ID!, $message: String!) { requestChanges(id: $id, message: $message) { status statusReason } }`;
const cancelDocument = "mutation ($id: ID!) { cancelApprovalRequest(id: $id) { status } }";
const commentDocument = `mutation ($id: ID!, $body: String!) {
  commentOnApproval(approvalRequestId: $id, body: $body) { id comments { authorName body } }
}`;

async function request(client: GraphqlClient, id: string, message: string | null = null): Promise<Data> {
  return (await client.expectData(requestDocument, { id, message })).requestApproval;
}

async function read(id: string, fields: string): Promise<Data> {
  return (await app.client.expectData(`query ($id: ID!) { campaign(id: $id) { ${fields} } }`, { id })).campaign;
}

const requestFields = `id status policyName message requesterName deciderName decisionMessage versionNumber canApprove
  comments { body } campaign { id status } version { number status }`;
const listDocument = `query ($status: [ApprovalStatus!], $campaignId: ID, $mine: Boolean, $first: Int, $after: String) {
  approvalRequests(status: $status, campaignId: $campaignId, mine: $mine, first: $first, after: $after) {
    totalCount edges { node { ${requestFields} } } pageInfo { hasNextPage endCursor }
  }
}`;

async function list(client: GraphqlClient, variables: object): Promise<Data[]> {
  const { approvalRequests } = await client.expectData(listDocument, { ...variables });
  return approvalRequests.edges.map(({ node }: Data) => node);
}

const eventsOf = (id: string) =>
  app.query<{ type: string; actor_name: string }>("select type, actor_name from event where campaign_id = $1 order by id", [id]);

describe("where a policy matches", () => {
  test("activateCampaign fails, naming the policy and what to do; requested and approved, it goes live, and every step is recorded", async () => {
    policy = await aPolicy(app.client, { name: "Four eyes" });
    const { id } = await aCampaign(author.client);
    const refused = await approver.client.expectCode("APPROVAL_REQUIRED", activateDocument, { id });
    expect(refused.message).toBe("The policy Four eyes asks for approval: call requestApproval instead.");
    expect(refused.extensions).toMatchObject({
      kind: "conflict",
      details: { policyName: "Four eyes", policyId: policy?.id, next: "requestApproval" },
    });
    expect(await request(author.client, id, "Please")).toMatchObject({ status: "IN_REVIEW" });
    expect(await list(approver.client, { campaignId: id })).toMatchObject([
      {
        ...{ status: "OPEN", policyName: "Four eyes", message: "Please", requesterName: "Ada", deciderName: null },
        ...{
          versionNumber: 1,
          canApprove: true,
          campaign: { id, status: "IN_REVIEW" },
          version: { number: 1, status: "IN_REVIEW" },
        },
      },
    ]);
    expect((await approver.client.expectData(approveDocument, { id, message: "Fine" })).approveCampaign.status).toBe("LIVE");
    expect(await list(author.client, { campaignId: id })).toMatchObject([
      {
        ...{ status: "APPROVED", deciderName: "Grace", decisionMessage: "Fine", canApprove: false },
        ...{ campaign: { status: "LIVE" }, version: { status: "LIVE" } },
      },
    ]);
    expect(await read(id, "approvalRequest { id }")).toEqual({ approvalRequest: null });
    expect(await execute(app.client, { campaignId: id, requestId: "r", recipients: recipients(1) })).toMatchObject({
      acceptedCount: 1,
    });
    expect((await eventsOf(id)).map(({ type, actor_name }) => `${type} ${actor_name}`)).toEqual([
      ...["campaign.created Ada", "approval.requested Ada", "campaign.status-changed Ada"],
      ...["approval.granted Grace", "campaign.version-activated Grace", "campaign.status-changed Grace"],
    ]);
  });

  test("changes are requested with a reason, the author mends, requests again, and it is approved", async () => {
    policy = await aPolicy(app.client);
    const { id } = await aCampaign(author.client);
    await request(author.client, id);
    await approver.client.expectCode("INPUT_INVALID", changesDocument, { id, message: " " });
    const { requestChanges } = await approver.client.expectData(changesDocument, { id, message: "A shorter subject" });
    expect(requestChanges).toEqual({ status: "DRAFT", statusReason: "Changes were requested: A shorter subject" });
    await update(author.client, id, { title: "Mended" });
    await request(author.client, id);
    await approver.client.expectData(approveDocument, { id });
    expect((await list(author.client, { campaignId: id })).map(({ status }) => status)).toEqual([
      "APPROVED",
      "CHANGES_REQUESTED",
    ]);
    expect(await read(id, "status statusReason")).toEqual({ status: "LIVE", statusReason: null });
  });

  test("what is in review is locked for everyone until the request is taken back", async () => {
    policy = await aPolicy(app.client);
    const { id, revision } = await aCampaign(author.client);
    await request(author.client, id);
    const before = await app.query("select * from campaign_version where campaign_id = $1", [id]);
    for (const client of [author.client, app.client]) {
      const input = { expectedRevision: revision, title: "Smuggled", content: { email: { subject: "x", html: "x" } } };
      const error = await client.expectCode("ACTION_NOT_ALLOWED", updateDocument, { id, input });
      expect(error.extensions.details).toMatchObject({ action: "UPDATE", status: "IN_REVIEW" });
    }
    expect(await app.query("select * from campaign_version where campaign_id = $1", [id])).toEqual(before);
    expect((await author.client.expectData(cancelDocument, { id })).cancelApprovalRequest.status).toBe("DRAFT");
    await update(author.client, id, { title: "Open again" });
    expect((await list(author.client, { campaignId: id }))[0]).toMatchObject({ status: "CANCELLED", deciderName: "Ada" });
  });

  test("a draft beside a live version is reviewed while the live one runs: its status stays, its draft is IN_REVIEW and locked", async () => {
    const { id } = await aLiveCampaign(app.client);
    policy = await aPolicy(app.client);
    await update(author.client, id, { timeZone: "Europe/Paris" });
    await approver.client.expectCode("APPROVAL_REQUIRED", activateDocument, { id });
    expect(await request(author.client, id)).toMatchObject({ status: "LIVE" });
    const fields = "status timeZone draftVersion { number status } version { number status } availableActions";
    expect(await read(id, fields)).toMatchObject({
      ...{
        status: "LIVE",
        timeZone: "UTC",
        draftVersion: { number: 2, status: "IN_REVIEW" },
        version: { number: 1, status: "LIVE" },
      },
      availableActions: expect.arrayContaining(["APPROVE", "EXECUTE", "PAUSE"]),
    });
    const { revision } = await read(id, "revision");
    const error = await author.client.expectCode("ACTION_NOT_ALLOWED", updateDocument, {
      id,
      input: { expectedRevision: revision, title: "New" },
    });
    expect(error.message).toContain("its draft is in review");
    expect(await execute(app.client, { campaignId: id, requestId: "r", recipients: recipients(1) })).toMatchObject({
      acceptedCount: 1,
    });
    await act(app.client, "pauseCampaign", id);
    expect((await approver.client.expectData(approveDocument, { id })).approveCampaign.status).toBe("PAUSED");
    expect(await read(id, "timeZone draftVersion { id } version { number }")).toEqual({
      ...{ timeZone: "Europe/Paris", draftVersion: null, version: { number: 2 } },
    });
  });

  test("exactly what was reviewed goes live: a fragment saved meanwhile stays out", async () => {
    policy = await aPolicy(app.client);
    const { id: fragmentId } = await saveFragment(app.client, { name: "terms", content: "as reviewed" });
    const { id } = await aCampaign(author.client, {
      content: { email: { subject: "S", html: "<p>{{> terms}}</p>", text: "T" } },
    });
    await request(author.client, id);
    await saveFragment(app.client, { id: fragmentId, expectedRevision: 1, name: "terms", content: "smuggled" });
    await approver.client.expectData(approveDocument, { id });
    const { version } = await read(id, "version { content { fragments { number content } } }");
    expect(version.content.fragments).toEqual([{ number: 1, content: "as reviewed" }]);
  });

  test("after changes were requested, the draft sees the latest fragments again", async () => {
    policy = await aPolicy(app.client);
    const { id: fragmentId } = await saveFragment(app.client, { name: "footer", content: "old" });
    const { id } = await aCampaign(author.client, {
      content: { email: { subject: "S", html: "<p>{{> footer}}</p>", text: "T" } },
    });
    await request(author.client, id);
    await saveFragment(app.client, { id: fragmentId, expectedRevision: 1, name: "footer", content: "new" });
    await approver.client.expectData(changesDocument, { id, message: "The new footer" });
    await request(author.client, id);
    await approver.client.expectData(approveDocument, { id });
    const { version } = await read(id, "version { content { fragments { content } } }");
    expect(version.content.fragments).toEqual([{ content: "new" }]);
  });

  test("a draft with errors is not handed in, and one that has become faulty is not approved", async () => {
    policy = await aPolicy(app.client);
    const { id } = await aCampaign(author.client, { content: { email: { subject: " ", html: "" } } });
    const error = await author.client.expectCode("CAMPAIGN_HAS_ERRORS", requestDocument, { id });
    expect((error.extensions.details.issues as Data[]).map(({ code }) => code)).toEqual(["SUBJECT_EMPTY", "BODY_EMPTY"]);
    expect(await list(author.client, { campaignId: id })).toEqual([]);

    const { id: late } = await aCampaign(author.client, { endAt: farEnd });
    await request(author.client, late);
    await app.query("update campaign_version set end_at = now() where campaign_id = $1", [late]);
    await approver.client.expectCode("CAMPAIGN_HAS_ERRORS", approveDocument, { id: late });
    expect(await read(late, "status approvalRequest { status }")).toEqual({
      status: "IN_REVIEW",
      approvalRequest: { status: "OPEN" },
    });
    await act(author.client, "cancelApprovalRequest", late);
  });

  test("an approved campaign whose start lies ahead is SCHEDULED", async () => {
    policy = await aPolicy(app.client);
    const { id } = await aCampaign(author.client, { startAt: farStart });
    await request(author.client, id);
    expect((await approver.client.expectData(approveDocument, { id })).approveCampaign.status).toBe("SCHEDULED");
  });

  test("a draft that was withdrawn, edited and handed in again is not approved by whoever read the first one", async () => {
    policy = await aPolicy(app.client);
    const { id, revision } = await aCampaign(author.client);
    await request(author.client, id);
    await act(author.client, "cancelApprovalRequest", id);
    await update(author.client, id, { title: "Another" });
    await request(author.client, id);
    await approver.client.expectCode("VERSION_CONFLICT", approveDocument, { id, revision });
    await approver.client.expectData(approveDocument, { id, revision: revision + 1 });
  });

  test("of an approval, a request for changes and a cancellation at once, one counts", async () => {
    policy = await aPolicy(app.client);
    const { id } = await aCampaign(author.client);
    await request(author.client, id);
    const answers = await Promise.all([
      approver.client.call(approveDocument, { id }),
      approver.client.call(changesDocument, { id, message: "No" }),
      author.client.call(cancelDocument, { id }),
    ]);
    const codes = answers.map(({ errors }) => errors?.[0]?.extensions.code ?? "OK");
    expect(codes.toSorted()).toEqual(["ACTION_NOT_ALLOWED", "ACTION_NOT_ALLOWED", "OK"]);
    const [decided] = await list(author.client, { campaignId: id });
    expect(decided.status).toBe(["APPROVED", "CHANGES_REQUESTED", "CANCELLED"][codes.indexOf("OK")]);
  });

  test("a stop closes the open request, and the draft is no longer in review", async () => {
    const { id } = await aLiveCampaign(app.client);
    policy = await aPolicy(app.client);
    await update(author.client, id, { timeZone: "Europe/Paris" });
    await request(author.client, id);
    await act(operator.client, "stopCampaign", id);
    expect((await list(author.client, { campaignId: id }))[0]).toMatchObject({
      ...{ status: "CANCELLED", decisionMessage: "The campaign is STOPPED.", deciderName: "Olga" },
    });
    expect(await read(id, "status draftVersion { status }")).toEqual({ status: "STOPPED", draftVersion: { status: "DRAFT" } });
  });

  test("the end of a campaign closes the open request too", async () => {
    const { id } = await aLiveCampaign(app.client, { endAt: farEnd });
    policy = await aPolicy(app.client);
    await update(author.client, id, { timeZone: "Europe/Paris" });
    await request(author.client, id);
    await endsNow(app, id);
    await until("COMPLETED", async () => (await read(id, "status")).status === "COMPLETED");
    expect((await list(author.client, { campaignId: id }))[0]).toMatchObject({ status: "CANCELLED", deciderName: "Envoi" });
  });

  test("a campaign that fails to start while a draft of it is in review can still be approved, and goes live with that draft", async () => {
    const save = "mutation ($input: ChannelConfigurationInput!) { saveChannelConfiguration(input: $input) { id } }";
    const configuration = { name: "Zulu", channel: "EMAIL", provider: "sandbox" };
    const { saveChannelConfiguration } = await app.client.expectData(save, { input: { ...configuration, active: true } });
    const { id: failing } = saveChannelConfiguration;
    const { id } = await aLiveCampaign(app.client, { channelConfigurationId: failing, startAt: farStart });
    policy = await aPolicy(app.client);
    await update(author.client, id, { channelConfigurationId: await sandboxOf(app.client, "EMAIL") });
    expect(await request(author.client, id)).toMatchObject({ status: "SCHEDULED" });
    await app.client.expectData(save, { input: { ...configuration, id: failing, active: false } });
    await beginsNow(app, id);
    await until("FAILED", async () => (await read(id, "status")).status === "FAILED");
    const { availableActions } = await read(id, "availableActions");
    expect(availableActions).toEqual(["APPROVE", "REQUEST_CHANGES", "CANCEL_APPROVAL_REQUEST", "SET_DELIVERY_RATE", "DUPLICATE"]);
    for (const mutation of ["archiveCampaign", "activateCampaign", "requestApproval"])
      await app.client.expectCode("ACTION_NOT_ALLOWED", `mutation ($id: ID!) { ${mutation}(id: $id) { id } }`, { id });
    expect((await approver.client.expectData(approveDocument, { id })).approveCampaign.status).toBe("LIVE");
    const { versions } = await read(id, "versions { edges { node { number status } } }");
    expect(versions.edges.map(({ node }: Data) => node)).toEqual([
      { number: 2, status: "LIVE" },
      { number: 1, status: "RETIRED" },
    ]);
  });

  test("a policy taken out of force leaves its open requests to those whom it named", async () => {
    const other = await aPolicy(app.client, { approverIds: [approver.id] });
    const { id } = await aCampaign(author.client);
    await request(author.client, id);
    await dropPolicy(app.client, other.id);
    await app.client.expectCode("NOT_AN_APPROVER", approveDocument, { id });
    expect((await approver.client.expectData(approveDocument, { id })).approveCampaign.status).toBe("LIVE");
  });
});

describe("where no policy matches", () => {
  test("activateCampaign activates, and requestApproval is approved at once, on record", async () => {
    policy = await aPolicy(app.client, { channels: ["SMS"] });
    const { id } = await aCampaign(author.client);
    expect((await approver.client.expectData(requestDocument, { id, message: "For the record" })).requestApproval.status).toBe(
      "LIVE",
    );
    expect(await list(author.client, { campaignId: id })).toMatchObject([
      { status: "APPROVED", policyName: null, deciderName: "Envoi", requesterName: "Grace", message: "For the record" },
    ]);
    expect((await eventsOf(id)).map(({ type }) => type)).toContain("approval.not-needed");
    const other = await aCampaign(author.client);
    expect(await act(approver.client, "activateCampaign", other.id)).toMatchObject({ status: "LIVE" });
  });

  test("whoever may not publish cannot go live by asking", async () => {
    const { id } = await aCampaign(author.client);
    const error = await author.client.expectCode("PERMISSION_MISSING", requestDocument, { id });
    expect(error.extensions.details).toEqual({ permission: "campaigns:publish" });
    expect(await read(id, "status")).toEqual({ status: "DRAFT" });
    expect(await list(author.client, { campaignId: id })).toEqual([]);
  });

  test("a policy for some requesters binds them alone", async () => {
    policy = await aPolicy(app.client, { requesterRoles: ["APPROVER"], approverRoles: ["ADMIN"] });
    const { id } = await aCampaign(author.client);
    await approver.client.expectCode("APPROVAL_REQUIRED", activateDocument, { id });
    expect(await act(operator.client, "activateCampaign", id)).toMatchObject({ status: "LIVE" });
  });
});

describe("who may", () => {
  test("approve: the permission to publish and a place among the approvers, both", async () => {
    policy = await aPolicy(app.client, { approverIds: [approver.id, author.id] });
    const { id } = await aCampaign(author.client);
    await request(author.client, id);
    const missing = await author.client.expectCode("PERMISSION_MISSING", approveDocument, { id });
    expect(missing.extensions.details).toEqual({ permission: "campaigns:publish" });
    for (const [client, document] of [
      [operator.client, approveDocument],
      [app.client, approveDocument],
      [operator.client, changesDocument],
    ] as const) {
      const error = await client.expectCode("NOT_AN_APPROVER", document, { id, message: "x" });
      expect(error.extensions.kind).toBe("forbidden");
      expect(error.message).toContain(approver.id);
    }
    expect(await read(id, "status")).toEqual({ status: "IN_REVIEW" });
    await approver.client.expectData(approveDocument, { id });
  });

  test("not approve one's own request, unless the policy lets", async () => {
    policy = await aPolicy(app.client);
    const { id } = await aCampaign(approver.client);
    await request(approver.client, id);
    const error = await approver.client.expectCode("SELF_APPROVAL", approveDocument, { id });
    expect(error.message).toContain("somebody else has to");
    expect(await list(approver.client, { mine: true })).toEqual([]);
    await act(approver.client, "cancelApprovalRequest", id);
    await dropPolicy(app.client, policy?.id);
    policy = await aPolicy(app.client, { blockSelfApproval: false });
    await request(approver.client, id);
    expect((await approver.client.expectData(approveDocument, { id })).approveCampaign.status).toBe("LIVE");
  });

  test("take a request back: whoever made it, an approver, and who keeps the policies; nobody else", async () => {
    policy = await aPolicy(app.client);
    const { id } = await aCampaign(author.client);
    for (const client of [author.client, approver.client, app.client]) {
      await request(author.client, id);
      await operator.client.expectCode("NOT_AN_APPROVER", cancelDocument, { id });
      await client.expectData(cancelDocument, { id });
    }
    const viewer = await aKey(app, "VIEWER");
    for (const document of [requestDocument, approveDocument, cancelDocument])
      await viewer.client.expectCode("PERMISSION_MISSING", document, { id });
  });
});

test("a request has a thread, also after it was decided, for those who take part", async () => {
  policy = await aPolicy(app.client);
  const { id } = await aCampaign(author.client);
  const { approvalRequest } = await request(author.client, id);
  const comment = { id: approvalRequest.id };
  await approver.client.expectData(commentDocument, { ...comment, body: " Why now? " });
  const { commentOnApproval } = await author.client.expectData(commentDocument, { ...comment, body: "Spring." });
  expect(commentOnApproval.comments).toEqual([
    { authorName: "Grace", body: "Why now?" },
    { authorName: "Ada", body: "Spring." },
  ]);
  await approver.client.expectData(approveDocument, { id });
  await author.client.expectData(commentDocument, { ...comment, body: "Thanks" });
  const viewer = await aKey(app, "VIEWER");
  await viewer.client.expectCode("PERMISSION_MISSING", commentDocument, { ...comment, body: "x" });
  await author.client.expectCode("INPUT_INVALID", commentDocument, { ...comment, body: "" });
  await author.client.expectCode("INPUT_INVALID", commentDocument, { ...comment, body: "a\0b" });
  await author.client.expectCode("APPROVAL_REQUEST_NOT_FOUND", commentDocument, { id, body: "x" });
  const { approvalRequest: whole } = await viewer.client.expectData(
    "query ($id: ID!) { approvalRequest(id: $id) { comments { body } } }",
    comment,
  );
  expect(whole.comments).toHaveLength(3);
});

test("requests are listed by status, by campaign and as those that wait for me, page by page, in as many statements for 6 as for 2", async () => {
  policy = await aPolicy(app.client);
  const ids: string[] = [];
  for (let index = 0; index < 9; index += 1) {
    const { id } = await aCampaign(author.client);
    const { approvalRequest } = await request(author.client, id);
    await author.client.expectData(commentDocument, { id: approvalRequest.id, body: `Comment ${index}` });
    ids.unshift(id);
  }
  const mine = await list(approver.client, { mine: true });
  expect(mine.map(({ campaign }) => campaign.id)).toEqual(ids);
  expect(mine[0].comments).toEqual([{ body: "Comment 8" }]);
  expect(await list(author.client, { mine: true })).toEqual([]);
  expect(await list(app.client, { mine: true })).toEqual([]);
  expect(await list(app.client, { campaignId: ids[3] })).toHaveLength(1);
  expect(await list(app.client, { campaignId: "nonsense" })).toEqual([]);
  expect((await list(app.client, { status: ["APPROVED"] })).every(({ status }) => status === "APPROVED")).toBe(true);
  const { approvalRequests: page } = await approver.client.expectData(listDocument, { mine: true, first: 4 });
  expect(page).toMatchObject({ totalCount: 9, pageInfo: { hasNextPage: true } });
  const rest = await list(approver.client, { mine: true, first: 9, after: page.pageInfo.endCursor });
  expect(rest.map(({ campaign }) => campaign.id)).toEqual(ids.slice(4));

  const campaigns = `query ($first: Int!) { campaigns(status: IN_REVIEW, first: $first) {
    edges { node { id approvalRequest { requesterName comments { body } } approvalPolicy { name } versions(first: 2) { totalCount edges { node { number } } } } }
  } }`;
  const both = async (first: number): Promise<void> => {
    await list(approver.client, { mine: true, first });
    const { campaigns: found } = await approver.client.expectData(campaigns, { first });
    expect(found.edges).toHaveLength(first);
  };
  await both(1);
  const few = await fewestStatementsOf(() => both(2));
  const many = await fewestStatementsOf(() => both(6));
  // Longer pages are made on another thread, whose statements are not seen.
  expect(few.length).toBeGreaterThan(0);
  expect(many.length, many.join("\n\n")).toBe(few.length);
  for (const id of ids) await act(author.client, "cancelApprovalRequest", id);
});

test("requests of campaigns outside a key's reach do not exist for it: in lists, by id, in its stream and its comments", async () => {
  policy = await aPolicy(app.client, { approverRoles: ["ADMIN"] });
  const { id } = await aCampaign(author.client);
  await app.client.expectData(
    'mutation ($id: ID!) { updateCampaign(id: $id, input: { expectedRevision: 1, labels: ["secret"] }) { id } }',
    { id },
  );
  const { approvalRequest } = await request(author.client, id);
  const input = {
    name: "limited",
    role: "ADMIN",
    scopes: ["campaigns:read", "campaigns:publish", "configurations:read"],
    labels: ["other"],
  };
  const query = "mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret } }";
  const limited = createGraphqlClient(app.url, (await app.client.expectData(query, { input })).createApiKey.secret);
  const watched = limited.subscribe("subscription { approvalRequests { id campaign { id } } }");
  expect(await list(limited, {})).not.toContainEqual(expect.objectContaining({ id: approvalRequest.id }));
  expect(await list(limited, { mine: true })).toEqual([]);
  const byId = "query ($id: ID!) { approvalRequest(id: $id) { id } }";
  expect(await limited.expectData(byId, { id: approvalRequest.id })).toEqual({ approvalRequest: null });
  await limited.expectCode("APPROVAL_REQUEST_NOT_FOUND", commentDocument, { id: approvalRequest.id, body: "x" });
  await limited.expectCode("CAMPAIGN_NOT_FOUND", approveDocument, { id });
  const { id: open } = await aCampaign(author.client);
  await request(author.client, open);
  await until("the one within reach", () => watched.values.length > 0);
  expect(watched.values.map(({ approvalRequests }) => approvalRequests.campaign.id)).toEqual([open]);
  expect(watched.errors).toEqual([]);
  watched.stop();
  await limited.close();
  for (const campaign of [id, open]) await act(author.client, "cancelApprovalRequest", campaign);
});

test("a subscriber gets the open requests first, then each step as it happens", async () => {
  policy = await aPolicy(app.client);
  const { id: early } = await aCampaign(author.client);
  await request(author.client, early);
  const query = `subscription ($mine: Boolean, $campaignId: ID) {
    approvalRequests(mine: $mine, campaignId: $campaignId) { status campaign { id status } comments { body } canApprove deciderName }
  }`;
  const watched = approver.client.subscribe(query, { mine: true });
  const notMine = operator.client.subscribe(query, { mine: true });
  const other = author.client.subscribe(query, { campaignId: early });
  await until("the open one", () => watched.values.length === 1 && other.values.length === 1);
  expect(watched.values[0].approvalRequests).toMatchObject({
    status: "OPEN",
    canApprove: true,
    campaign: { id: early, status: "IN_REVIEW" },
  });

  const { id } = await aCampaign(author.client);
  const { approvalRequest } = await request(author.client, id);
  await until("the new one", () => watched.values.length === 2);
  await author.client.expectData(commentDocument, { id: approvalRequest.id, body: "Soon?" });
  await until("the comment", () => watched.values.length === 3);
  await approver.client.expectData(approveDocument, { id });
  await until("the approval", () => watched.values.length === 4);
  expect(watched.values.slice(1).map(({ approvalRequests }) => approvalRequests)).toMatchObject([
    { status: "OPEN", comments: [], campaign: { id, status: "IN_REVIEW" } },
    { status: "OPEN", comments: [{ body: "Soon?" }] },
    {
      status: "APPROVED",
      comments: [{ body: "Soon?" }],
      campaign: { id, status: "LIVE" },
      deciderName: "Grace",
      canApprove: false,
    },
  ]);
  expect([other.values.length, notMine.values.length]).toEqual([1, 0]);
  await act(author.client, "cancelApprovalRequest", early);
  await until("the cancellation", () => watched.values.length === 5 && other.values.length === 2);
  for (const stream of [watched, notMine, other]) stream.stop();
  for (const { client } of [author, approver, operator]) await client.close();
});
