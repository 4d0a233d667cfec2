import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { aCampaign, act, aLiveCampaign, recipients } from "../support/campaigns.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.stop());

const later = "2099-01-01T00:00:00Z";
const steps = {
  DRAFT: [],
  SCHEDULED: [],
  LIVE: [],
  PAUSED: ["pauseCampaign"],
  STOPPED: ["stopCampaign"],
  ARCHIVED: ["stopCampaign", "archiveCampaign"],
} as const;
type Status = keyof typeof steps;

async function aCampaignThatIs(status: Status): Promise<string> {
  if (status === "DRAFT") return (await aCampaign(app.client)).id;
  const { id } = await aLiveCampaign(app.client, status === "SCHEDULED" ? { startAt: later } : {});
  for (const step of steps[status]) await act(app.client, step, id);
  return id;
}

const byId = (mutation: string) => `mutation ($id: ID!) { ${mutation}(id: $id) { status } }`;
const documents = {
  ACTIVATE: byId("activateCampaign"),
  PAUSE: byId("pauseCampaign"),
  RESUME: byId("resumeCampaign"),
  STOP: byId("stopCampaign"),
  ARCHIVE: byId("archiveCampaign"),
  DELETE: "mutation ($id: ID!) { deleteCampaign(id: $id) }",
  DUPLICATE: byId("duplicateCampaign"),
  SET_DELIVERY_RATE: "mutation ($id: ID!) { setDeliveryRate(id: $id, perSecond: 5) { status } }",
  UPDATE: `mutation ($id: ID!) { updateCampaign(id: $id, input: { expectedRevision: 1, title: "New" }) { status } }`,
  EXECUTE: `mutation ($id: ID!, $recipients: [RecipientInput!]) {
    executeCampaign(input: { campaignId: $id, requestId: "r", recipients: $recipients }) { acceptedCount } }`,
} as const;
type Action = keyof typeof documents;
const actions = Object.keys(documents) as Action[];

/** Written by hand from the documentation, not from the code: what each status allows, and what it leads to. */
const matrix: Record<Status, Partial<Record<Action, string>>> = {
  DRAFT: { ACTIVATE: "LIVE", DELETE: "gone", DUPLICATE: "DRAFT", SET_DELIVERY_RATE: "DRAFT", UPDATE: "DRAFT" },
  SCHEDULED: { STOP: "STOPPED", DUPLICATE: "DRAFT", SET_DELIVERY_RATE: "SCHEDULED", UPDATE: "SCHEDULED" },
  LIVE: {
    ...{ PAUSE: "PAUSED", STOP: "STOPPED", DUPLICATE: "DRAFT", SET_DELIVERY_RATE: "LIVE", UPDATE: "LIVE", EXECUTE: "LIVE" },
  },
  PAUSED: {
    ...{ RESUME: "LIVE", STOP: "STOPPED", DUPLICATE: "DRAFT", SET_DELIVERY_RATE: "PAUSED", UPDATE: "PAUSED", EXECUTE: "PAUSED" },
  },
  STOPPED: { ARCHIVE: "ARCHIVED", DUPLICATE: "DRAFT", UPDATE: "STOPPED" },
  ARCHIVED: { DUPLICATE: "DRAFT", UPDATE: "ARCHIVED" },
};

describe.each(Object.keys(matrix) as Status[])("a campaign that is %s", (status) => {
  const allowed = matrix[status];

  test("names the possible actions", async () => {
    const id = await aCampaignThatIs(status);
    const { campaign } = await app.client.expectData("query ($id: ID!) { campaign(id: $id) { status availableActions } }", {
      id,
    });
    expect(campaign.status).toBe(status);
    expect([...campaign.availableActions].sort()).toEqual(Object.keys(allowed).sort());
  });

  test.each(actions.filter((action) => !(action in allowed)))("refuses %s, says what is possible, and stays", async (action) => {
    const id = await aCampaignThatIs(status);
    const before = await app.query("select * from campaign where id = $1", [id]);
    const code = action === "EXECUTE" ? (status === "SCHEDULED" ? "OUTSIDE_WINDOW" : "CAMPAIGN_NOT_LIVE") : "ACTION_NOT_ALLOWED";
    const error = await app.client.expectCode(code, documents[action], { id, recipients: recipients(1) });
    expect(error.extensions.kind).toBe("conflict");
    if (code === "ACTION_NOT_ALLOWED") {
      expect(error.extensions.details).toMatchObject({ action, status });
      expect([...(error.extensions.details.availableActions as string[])].sort()).toEqual(Object.keys(allowed).sort());
      for (const possible of Object.keys(allowed)) expect(error.message).toContain(possible);
    }
    expect(await app.query("select * from campaign where id = $1", [id])).toEqual(before);
    expect(await app.query("select id from execution where campaign_id = $1", [id])).toEqual([]);
  });

  test.each(Object.entries(allowed))("%s leads to %s", async (action, expected) => {
    const id = await aCampaignThatIs(status);
    const { campaign: before } = await app.client.expectData("query ($id: ID!) { campaign(id: $id) { revision } }", { id });
    const query = documents[action as Action].replace("expectedRevision: 1", `expectedRevision: ${before.revision}`);
    const data = await app.client.expectData(query, { id, recipients: recipients(1) });
    if (action === "DELETE") return expect(data.deleteCampaign).toBe(id);
    if (action === "EXECUTE") return expect(data.executeCampaign.acceptedCount).toBe(1);
    expect(Object.values(data)).toEqual([{ status: expected }]);
  });
});

test("a campaign goes all the way: activated, paused, resumed, stopped, archived", async () => {
  const { id } = await aCampaign(app.client);
  const watched = app.client.subscribe("subscription { campaignStatusChanged { from to actor campaign { id } } }");
  const probe = app.client.subscribe("subscription ($id: ID!) { deliveryStats(campaignId: $id) { accepted } }", { id });
  await expect.poll(() => probe.values.length).toBe(1);
  for (const step of ["activateCampaign", "pauseCampaign", "resumeCampaign", "stopCampaign", "archiveCampaign"])
    await act(app.client, step, id);
  const changes = () => watched.values.map((value) => value.campaignStatusChanged).filter((change) => change.campaign.id === id);
  await expect
    .poll(() => changes().map((change) => `${change.from} ${change.to} ${change.actor}`), { timeout: 5000 })
    .toEqual(["DRAFT LIVE admin", "LIVE PAUSED admin", "PAUSED LIVE admin", "LIVE STOPPED admin", "STOPPED ARCHIVED admin"]);
  watched.stop();
  probe.stop();
});

test("an activation without a draft version says what to do", async () => {
  const { id } = await aLiveCampaign(app.client);
  const error = await app.client.expectCode("ACTION_NOT_ALLOWED", documents.ACTIVATE, { id });
  expect(error.message).toBe(
    "ACTIVATE is not possible while the campaign is LIVE and has no draft version: change content or settings first. Possible now: UPDATE, EXECUTE, SET_DELIVERY_RATE, PAUSE, STOP, DUPLICATE.",
  );
});
