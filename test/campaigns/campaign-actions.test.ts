import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { campaignActions } from "../../src/campaigns/status.ts";
import { aKey, aPolicy, update } from "../support/approvals.ts";
import { aCampaign, act, aLiveCampaign, listens, recipients } from "../support/campaigns.ts";
import { beginsNow, endsNow, farEnd, farStart } from "../support/dates.ts";
import { createGraphqlClient, type Data } from "../support/graphql-client.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";
import { until } from "../support/until.ts";

let app: TestApp;
let ended: { COMPLETED: string[]; FAILED: string[] };

/** Binds campaigns with the tag `reviewed`; whoever asked may approve, so that one key can go every way. */
beforeAll(async () => {
  app = await startTestApp();
  await aPolicy(app.client, { tags: ["reviewed"], approverRoles: ["ADMIN"], blockSelfApproval: false });
  ended = { COMPLETED: await theCompleted(), FAILED: await theFailed() };
});
afterAll(() => app.stop());

const reviewed = { tags: ["reviewed"] };
const perStatus = 20;

/** The clock takes them there: as many as there are actions, each to be used once. */
async function theCompleted(): Promise<string[]> {
  const made = Array.from({ length: perStatus }, () => aLiveCampaign(app.client, { endAt: farEnd }));
  const ids = idsOf(await Promise.all(made));
  await endsNow(app, ...ids);
  return allIn("COMPLETED", ids);
}

async function theFailed(): Promise<string[]> {
  const save = "mutation ($input: ChannelConfigurationInput!) { saveChannelConfiguration(input: $input) { id } }";
  const configuration = { name: "Zulu", channel: "EMAIL", provider: "sandbox" };
  const { saveChannelConfiguration } = await app.client.expectData(save, { input: { ...configuration, active: true } });
  const { id } = saveChannelConfiguration;
  const fields = { startAt: farStart, channelConfigurationId: id };
  const made = Array.from({ length: perStatus }, () => aLiveCampaign(app.client, fields));
  const ids = idsOf(await Promise.all(made));
  await app.client.expectData(save, { input: { ...configuration, id, active: false } });
  await beginsNow(app, ...ids);
  const failed = await allIn("FAILED", ids);
  await app.client.expectData(save, { input: { ...configuration, id, active: true } });
  return failed;
}

const idsOf = (campaigns: readonly Data[]): string[] => campaigns.map(({ id }) => id);

async function allIn(status: string, ids: string[]): Promise<string[]> {
  await until(`all ${status}`, async () => {
    const rows = await app.query("select 1 from campaign where id = any($1) and status = $2", [ids, status]);
    return rows.length === ids.length;
  });
  return ids;
}

async function aCampaignThatIs(state: State): Promise<string> {
  const [status, draft] = state.split(", ") as [string, string | undefined];
  if (status === "COMPLETED" || status === "FAILED") {
    const id = ended[status].pop() ?? "";
    if (draft) await review(id);
    return id;
  }
  const { id } = await aCampaign(app.client, {
    ...(draft === "draft in review" ? reviewed : {}),
    ...(startsLater(status) ? { startAt: farStart } : {}),
  });
  if (status === "DRAFT") return id;
  if (status === "IN_REVIEW") return review(id);
  await activate(id);
  for (const step of steps[status] ?? []) await act(app.client, step, id);
  if (draft) await update(app.client, id, { timeZone: "Europe/Paris" });
  if (draft === "draft in review") await act(app.client, "requestApproval", id);
  return id;
}

const startsLater = (status: string) => status === "SCHEDULED";
const steps: Readonly<Record<string, readonly string[]>> = {
  PAUSED: ["pauseCampaign"],
  STOPPED: ["stopCampaign"],
  ARCHIVED: ["stopCampaign", "archiveCampaign"],
};

async function review(id: string): Promise<string> {
  await update(app.client, id, reviewed);
  await act(app.client, "requestApproval", id);
  return id;
}

/** Also of a campaign that the policy binds. */
async function activate(id: string): Promise<void> {
  const answer = await app.client.call("mutation ($id: ID!) { activateCampaign(id: $id) { id } }", { id });
  if (answer.errors?.[0]?.extensions.code !== "APPROVAL_REQUIRED") return expect(answer.errors).toBeUndefined();
  for (const step of ["requestApproval", "approveCampaign"]) await act(app.client, step, id);
}

const byId = (mutation: string) => `mutation ($id: ID!) { ${mutation}(id: $id) { status } }`;
const documents = {
  ACTIVATE: byId("activateCampaign"),
  REQUEST_APPROVAL: byId("requestApproval"),
  APPROVE: byId("approveCampaign"),
  REQUEST_CHANGES: `mutation ($id: ID!) { requestChanges(id: $id, message: "Shorter") { status } }`,
  CANCEL_APPROVAL_REQUEST: byId("cancelApprovalRequest"),
  PAUSE: byId("pauseCampaign"),
  RESUME: byId("resumeCampaign"),
  STOP: byId("stopCampaign"),
  ARCHIVE: byId("archiveCampaign"),
  UNARCHIVE: byId("unarchiveCampaign"),
  DELETE: "mutation ($id: ID!) { deleteCampaign(id: $id) }",
  DUPLICATE: byId("duplicateCampaign"),
  DISCARD_DRAFT: byId("discardDraft"),
  RESTORE_VERSION:
    "mutation ($id: ID!, $revision: Int!) { restoreVersion(campaignId: $id, number: 1, expectedRevision: $revision) { status } }",
  SET_DELIVERY_RATE: "mutation ($id: ID!) { setDeliveryRate(id: $id, perSecond: 5) { status } }",
  UPDATE: `mutation ($id: ID!, $revision: Int!) { updateCampaign(id: $id, input: { expectedRevision: $revision, title: "New" }) { status } }`,
  EXECUTE: `mutation ($id: ID!, $recipients: [RecipientInput!]) {
    executeCampaign(input: { campaignId: $id, requestId: "r", recipients: $recipients }) { acceptedCount } }`,
} as const;
type Action = keyof typeof documents;
const actions = Object.keys(documents) as Action[];

/** Written by hand from the documentation, not from the code: what each status allows, and what it leads to. */
const matrix = {
  DRAFT: {
    ...{ REQUEST_APPROVAL: "IN_REVIEW", ACTIVATE: "LIVE", DELETE: "gone", DUPLICATE: "DRAFT", SET_DELIVERY_RATE: "DRAFT" },
    ...{ UPDATE: "DRAFT", RESTORE_VERSION: "the draft itself" },
  },
  IN_REVIEW: { APPROVE: "LIVE", REQUEST_CHANGES: "DRAFT", CANCEL_APPROVAL_REQUEST: "DRAFT", DUPLICATE: "DRAFT" },
  SCHEDULED: {
    ...{ STOP: "STOPPED", DUPLICATE: "DRAFT", SET_DELIVERY_RATE: "SCHEDULED" },
    ...{ UPDATE: "SCHEDULED", RESTORE_VERSION: "SCHEDULED" },
  },
  "SCHEDULED, draft": {
    ...{ STOP: "STOPPED", DUPLICATE: "DRAFT", SET_DELIVERY_RATE: "SCHEDULED", UPDATE: "SCHEDULED", RESTORE_VERSION: "SCHEDULED" },
    ...{ ACTIVATE: "SCHEDULED", REQUEST_APPROVAL: "SCHEDULED", DISCARD_DRAFT: "SCHEDULED" },
  },
  "SCHEDULED, draft in review": {
    ...{ STOP: "STOPPED", DUPLICATE: "DRAFT", SET_DELIVERY_RATE: "SCHEDULED" },
    ...{ APPROVE: "SCHEDULED", REQUEST_CHANGES: "SCHEDULED", CANCEL_APPROVAL_REQUEST: "SCHEDULED" },
  },
  LIVE: {
    ...{ PAUSE: "PAUSED", STOP: "STOPPED", DUPLICATE: "DRAFT", SET_DELIVERY_RATE: "LIVE", UPDATE: "LIVE", EXECUTE: "LIVE" },
    RESTORE_VERSION: "LIVE",
  },
  "LIVE, draft": {
    ...{ PAUSE: "PAUSED", STOP: "STOPPED", DUPLICATE: "DRAFT", SET_DELIVERY_RATE: "LIVE", UPDATE: "LIVE", EXECUTE: "LIVE" },
    ...{ RESTORE_VERSION: "LIVE", ACTIVATE: "LIVE", REQUEST_APPROVAL: "LIVE", DISCARD_DRAFT: "LIVE" },
  },
  "LIVE, draft in review": {
    ...{ PAUSE: "PAUSED", STOP: "STOPPED", DUPLICATE: "DRAFT", SET_DELIVERY_RATE: "LIVE", EXECUTE: "LIVE" },
    ...{ APPROVE: "LIVE", REQUEST_CHANGES: "LIVE", CANCEL_APPROVAL_REQUEST: "LIVE" },
  },
  PAUSED: {
    ...{ RESUME: "LIVE", STOP: "STOPPED", DUPLICATE: "DRAFT", SET_DELIVERY_RATE: "PAUSED", UPDATE: "PAUSED", EXECUTE: "PAUSED" },
    RESTORE_VERSION: "PAUSED",
  },
  "PAUSED, draft": {
    ...{ RESUME: "LIVE", STOP: "STOPPED", DUPLICATE: "DRAFT", SET_DELIVERY_RATE: "PAUSED", UPDATE: "PAUSED", EXECUTE: "PAUSED" },
    ...{ RESTORE_VERSION: "PAUSED", ACTIVATE: "PAUSED", REQUEST_APPROVAL: "PAUSED", DISCARD_DRAFT: "PAUSED" },
  },
  "PAUSED, draft in review": {
    ...{ RESUME: "LIVE", STOP: "STOPPED", DUPLICATE: "DRAFT", SET_DELIVERY_RATE: "PAUSED", EXECUTE: "PAUSED" },
    ...{ APPROVE: "PAUSED", REQUEST_CHANGES: "PAUSED", CANCEL_APPROVAL_REQUEST: "PAUSED" },
  },
  STOPPED: { ARCHIVE: "ARCHIVED", DUPLICATE: "DRAFT", UPDATE: "STOPPED" },
  COMPLETED: { ARCHIVE: "ARCHIVED", DUPLICATE: "DRAFT", UPDATE: "COMPLETED" },
  FAILED: {
    ...{ REQUEST_APPROVAL: "IN_REVIEW", ACTIVATE: "LIVE", ARCHIVE: "ARCHIVED", DUPLICATE: "DRAFT", SET_DELIVERY_RATE: "FAILED" },
    ...{ UPDATE: "FAILED", RESTORE_VERSION: "the draft itself" },
  },
  ARCHIVED: { DUPLICATE: "DRAFT", UPDATE: "ARCHIVED", UNARCHIVE: "STOPPED" },
} as const satisfies Record<string, Partial<Record<Action, string>>>;
type State = keyof typeof matrix;
const actionsOfLive: ReadonlySet<string> = new Set(Object.keys(matrix.LIVE));

function codeOf(action: Action, state: State): string {
  if (action !== "EXECUTE") return "ACTION_NOT_ALLOWED";
  return state.startsWith("SCHEDULED") || state === "COMPLETED" ? "OUTSIDE_WINDOW" : "CAMPAIGN_NOT_LIVE";
}

async function call(action: Action, id: string): Promise<{ query: string; variables: Record<string, unknown> }> {
  const { campaign } = await app.client.expectData("query ($id: ID!) { campaign(id: $id) { revision } }", { id });
  return { query: documents[action], variables: { id, revision: campaign.revision, recipients: recipients(1) } };
}

test("every action there is, and every status, is in the table below", () => {
  expect([...actions].sort()).toEqual(Object.keys(campaignActions).sort());
});

describe.each(Object.keys(matrix) as State[])("a campaign that is %s", (state) => {
  const allowed: Partial<Record<Action, string>> = matrix[state];
  const [status] = state.split(", ");

  test("names the possible actions, refuses every other, says what is possible, and stays", async () => {
    const id = await aCampaignThatIs(state);
    const query = "query ($id: ID!) { campaign(id: $id) { status availableActions approvalRequest { status } } }";
    const { campaign } = await app.client.expectData(query, { id });
    expect(campaign.status).toBe(status);
    expect([...campaign.availableActions].sort()).toEqual(Object.keys(allowed).sort());
    expect(campaign.approvalRequest?.status).toBe(/REVIEW|review/.test(state) ? "OPEN" : undefined);
    const before = await app.query("select * from campaign where id = $1", [id]);
    for (const action of actions.filter((name) => !(name in allowed))) {
      const { query, variables } = await call(action, id);
      const code = codeOf(action, state);
      const error = await app.client.expectCode(code, query, variables);
      expect(error.extensions.kind).toBe("conflict");
      if (code !== "ACTION_NOT_ALLOWED") continue;
      expect(error.extensions.details).toMatchObject({ action, status });
      expect([...(error.extensions.details.availableActions as string[])].sort()).toEqual(Object.keys(allowed).sort());
      for (const possible of Object.keys(allowed)) expect(error.message).toContain(possible);
    }
    expect(await app.query("select * from campaign where id = $1", [id])).toEqual(before);
    expect(await app.query("select id from execution where campaign_id = $1", [id])).toEqual([]);
  });

  test.each(Object.entries(allowed) as [Action, string][])("%s leads to %s", async (action, expected) => {
    const id = await aCampaignThatIs(state);
    if (action === "REQUEST_APPROVAL") await update(app.client, id, reviewed);
    const { query, variables } = await call(action, id);
    if (expected === "the draft itself")
      return expect(await app.client.expectCode("INPUT_INVALID", query, variables)).toBeTruthy();
    const data = await app.client.expectData(query, variables);
    if (action === "DELETE") return expect(data.deleteCampaign).toBe(id);
    if (action === "EXECUTE") return expect(data.executeCampaign.acceptedCount).toBe(1);
    expect(Object.values(data)).toEqual([{ status: expected }]);
  });
});

test("a campaign goes all the way: activated, paused, resumed, stopped, archived", async () => {
  const { id } = await aCampaign(app.client);
  const watched = app.client.subscribe("subscription { campaignStatusChanged { from to actor campaign { id } } }");
  await listens(app.client, id);
  for (const step of ["activateCampaign", "pauseCampaign", "resumeCampaign", "stopCampaign", "archiveCampaign"])
    await act(app.client, step, id);
  const changes = () => watched.values.map((value) => value.campaignStatusChanged).filter((change) => change.campaign.id === id);
  await expect
    .poll(() => changes().map((change) => `${change.from} ${change.to} ${change.actor}`), { timeout: 5000 })
    .toEqual(["DRAFT LIVE admin", "LIVE PAUSED admin", "PAUSED LIVE admin", "LIVE STOPPED admin", "STOPPED ARCHIVED admin"]);
  watched.stop();
});

test.each(["STOPPED", "COMPLETED", "FAILED"] as const)("a campaign that was archived %s is that again", async (state) => {
  const id = await aCampaignThatIs(state);
  await act(app.client, "archiveCampaign", id);
  expect((await act(app.client, "unarchiveCampaign", id)).status).toBe(state);
  await app.client.expectCode("ACTION_NOT_ALLOWED", documents.UNARCHIVE, { id });
});

describe("a role is offered what it may ask, and is let in with all of it", () => {
  const offers: Readonly<Record<string, readonly Action[]>> = {
    VIEWER: [],
    AUTHOR: ["UPDATE", "RESTORE_VERSION", "DUPLICATE"],
    APPROVER: ["UPDATE", "RESTORE_VERSION", "DUPLICATE", "PAUSE", "STOP", "SET_DELIVERY_RATE"],
    OPERATOR: ["PAUSE", "STOP", "SET_DELIVERY_RATE", "EXECUTE"],
    ADMIN: ["UPDATE", "RESTORE_VERSION", "DUPLICATE", "PAUSE", "STOP", "SET_DELIVERY_RATE", "EXECUTE"],
  };

  test.each(Object.entries(offers))("%s, of a LIVE campaign", async (role, expected) => {
    const { client } = await aKey(app, role);
    const { id } = await aLiveCampaign(app.client);
    const { campaign } = await client.expectData("query ($id: ID!) { campaign(id: $id) { availableActions } }", { id });
    expect([...campaign.availableActions].sort()).toEqual([...expected].sort());
    for (const action of actions) {
      const { query, variables } = await call(action, id);
      const { errors } = await client.call(query.replace(/\{ (status|acceptedCount) \}/, "{ __typename }"), variables);
      const isRefused = errors?.[0]?.extensions.code === "PERMISSION_MISSING";
      if (expected.includes(action)) expect(isRefused, action).toBe(false);
      else if (actionsOfLive.has(action)) expect(isRefused, action).toBe(true);
      if (action === "STOP" && !isRefused) break;
    }
  });

  test("a key that is limited to campaigns is not offered to make another", async () => {
    const { id } = await aLiveCampaign(app.client);
    const make = "mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret } }";
    const input = { name: "limited", role: "AUTHOR", campaignIds: [id] };
    const { createApiKey } = await app.client.expectData(make, { input });
    const limited = createGraphqlClient(app.url, createApiKey.secret);
    const { campaign } = await limited.expectData("query ($id: ID!) { campaign(id: $id) { availableActions } }", { id });
    expect(campaign.availableActions).toEqual(["UPDATE", "RESTORE_VERSION"]);
  });
});

test("an activation without a draft version says what to do", async () => {
  const { id } = await aLiveCampaign(app.client);
  const error = await app.client.expectCode("ACTION_NOT_ALLOWED", documents.ACTIVATE, { id });
  expect(error.message).toBe(
    "ACTIVATE is not possible while the campaign is LIVE and has no draft version: change content or settings first. Possible now: UPDATE, RESTORE_VERSION, EXECUTE, SET_DELIVERY_RATE, PAUSE, STOP, DUPLICATE.",
  );
});
