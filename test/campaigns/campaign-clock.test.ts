import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runningWindow } from "../../src/campaigns/running-window.ts";
import {
  aCampaign,
  act,
  aLiveCampaign,
  execute,
  executeDocument,
  listens,
  recipients,
  sandboxOf,
  statsOf,
} from "../support/campaigns.ts";
import { beginsNow, endsNow, fallsDue, farEnd, farStart } from "../support/dates.ts";
import type { Data } from "../support/graphql-client.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";
import { until } from "../support/until.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.stop());

const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString();

async function read(id: string): Promise<Data> {
  const query = "query ($id: ID!) { campaign(id: $id) { status statusReason availableActions activatedAt } }";
  return (await app.client.expectData(query, { id })).campaign;
}

function trigger(id: string, requestId = "r") {
  return { input: { campaignId: id, requestId, recipients: recipients(1) } };
}

// How soon is judged where nothing else runs: test/durability/clock-is-punctual.test.ts.
test.concurrent("a campaign goes LIVE at its start and COMPLETED at its end, never before, and says so to subscribers [D26] [D27] [D31] [D46]", async () => {
  const campaign = await aLiveCampaign(app.client, { startAt: farStart, endAt: farEnd });
  expect(campaign.status).toBe("SCHEDULED");
  const watched = app.client.subscribe(
    "subscription ($id: ID!) { campaignStatusChanged(campaignId: $id) { from to at actor campaign { id status } } }",
    { id: campaign.id },
  );

  await listens(app.client, campaign.id);

  const early = await app.client.expectCode("OUTSIDE_WINDOW", executeDocument, trigger(campaign.id));
  expect(early.message).toContain(`runs from ${farStart} until ${farEnd}`);
  expect(early.extensions).toMatchObject({ kind: "conflict", details: { startAt: farStart, endAt: farEnd } });
  expect(await app.query("select id from execution where campaign_id = $1", [campaign.id])).toEqual([]);

  const startAt = await beginsNow(app, campaign.id);
  await until("LIVE", async () => (await read(campaign.id)).status === "LIVE");
  expect(await execute(app.client, trigger(campaign.id).input)).toMatchObject({ acceptedCount: 1 });
  const endAt = await endsNow(app, campaign.id);
  await until("COMPLETED", async () => (await read(campaign.id)).status === "COMPLETED");

  const late = await app.client.expectCode("OUTSIDE_WINDOW", executeDocument, trigger(campaign.id, "late"));
  expect(late.message).toContain(`runs from ${startAt} until ${endAt}`);
  await until("both changes", () => watched.values.length === 2);
  const [opened, closed] = watched.values.map((value) => value.campaignStatusChanged);
  expect(opened).toMatchObject({ from: "SCHEDULED", to: "LIVE", actor: "Envoi", campaign: { id: campaign.id } });
  expect(closed).toMatchObject({ from: "LIVE", to: "COMPLETED", actor: "Envoi", campaign: { status: "COMPLETED" } });
  for (const [change, due] of [
    [opened, startAt],
    [closed, endAt],
  ]) {
    expect(Date.parse(change.at) - Date.parse(due)).toBeGreaterThanOrEqual(0);
  }
  watched.stop();
});

test.concurrent("whoever still waits when the end comes is excluded with CAMPAIGN_ENDED, and every recipient is accounted for [D31]", async () => {
  const campaign = await aLiveCampaign(app.client, { endAt: farEnd, deliveryRate: 50 });
  const { execution } = await execute(app.client, { campaignId: campaign.id, requestId: "r", recipients: recipients(400) });
  await until("some are sent", async () => (await statsOf(app.client, campaign.id)).sent > 0);
  await endsNow(app, campaign.id);
  await until("COMPLETED", async () => (await read(campaign.id)).status === "COMPLETED");
  const stats = await until("nothing open", async () => {
    const present = await statsOf(app.client, campaign.id);
    return present.queued + present.claimed + present.sending === 0 && present;
  });
  expect(stats.sent).toBeGreaterThan(0);
  expect(stats.exclusions).toEqual([{ reason: "CAMPAIGN_ENDED", count: 400 - stats.sent }]);
  const query = "query ($id: ID!) { execution(id: $id) { status finishedAt stats { sent excluded } } }";
  expect((await app.client.expectData(query, { id: execution.id })).execution).toMatchObject({
    status: "FINISHED",
    finishedAt: expect.any(String),
    stats: { sent: stats.sent, excluded: 400 - stats.sent },
  });
});

test.concurrent("a paused campaign ends at its end too", async () => {
  const campaign = await aLiveCampaign(app.client, { endAt: farEnd });
  await act(app.client, "pauseCampaign", campaign.id);
  await execute(app.client, { campaignId: campaign.id, requestId: "r", recipients: recipients(3) });
  await endsNow(app, campaign.id);
  await until("COMPLETED", async () => (await read(campaign.id)).status === "COMPLETED");
  expect(await statsOf(app.client, campaign.id)).toMatchObject({ excluded: 3, queued: 0, sent: 0 });
});

test.concurrent("a campaign whose configuration was deactivated is FAILED at its start, says why, and can be mended and activated [D27]", async () => {
  const save = `mutation ($input: ChannelConfigurationInput!) { saveChannelConfiguration(input: $input) { id } }`;
  const configuration = { name: "Zulu", channel: "EMAIL", provider: "sandbox" };
  const { saveChannelConfiguration } = await app.client.expectData(save, { input: { ...configuration, active: true } });
  const { id } = saveChannelConfiguration;
  const campaign = await aLiveCampaign(app.client, { channelConfigurationId: id, startAt: farStart });
  await app.client.expectData(save, { input: { ...configuration, id, active: false } });
  await beginsNow(app, campaign.id);
  const failed = await until("FAILED", async () => {
    const present = await read(campaign.id);
    return present.status === "FAILED" && present;
  });
  expect(failed.statusReason).toContain("configuration was not active");
  expect(failed.availableActions).toEqual([
    ...["UPDATE", "RESTORE_VERSION", "REQUEST_APPROVAL", "ACTIVATE", "SET_DELIVERY_RATE", "ARCHIVE", "DUPLICATE"],
  ]);
  await app.client.expectCode("CAMPAIGN_NOT_LIVE", executeDocument, trigger(campaign.id));
  const error = await app.client.expectCode("CAMPAIGN_HAS_ERRORS", "mutation ($id: ID!) { activateCampaign(id: $id) { id } }", {
    id: campaign.id,
  });
  expect(error.message).toContain("Zulu is not active");

  const channelConfigurationId = await sandboxOf(app.client, "EMAIL");
  await app.client.expectData(
    "mutation ($id: ID!, $input: UpdateCampaignInput!) { updateCampaign(id: $id, input: $input) { id } }",
    { id: campaign.id, input: { expectedRevision: 2, channelConfigurationId } },
  );
  expect(await act(app.client, "activateCampaign", campaign.id)).toMatchObject({ status: "LIVE" });
  expect((await read(campaign.id)).statusReason).toBeNull();
  expect(await execute(app.client, trigger(campaign.id).input)).toMatchObject({ toSendCount: 1 });
});

test.concurrent("a trigger in the moment of the start never meets a campaign that is still SCHEDULED [D27]", async () => {
  const campaign = await aLiveCampaign(app.client, { startAt: farStart });
  await beginsNow(app, campaign.id);
  expect(await execute(app.client, trigger(campaign.id).input)).toMatchObject({ acceptedCount: 1 });
});

test.concurrent("executeAt lies inside the window and in the future, and nothing is sent before it [D26]", async () => {
  const endAt = inSeconds(3600);
  const campaign = await aLiveCampaign(app.client, { endAt });
  const at = (executeAt: string) => ({ input: { ...trigger(campaign.id).input, executeAt } });
  const past = await app.client.expectCode("OUTSIDE_WINDOW", executeDocument, at(inSeconds(-60)));
  expect(past.message).toContain("already past");
  await app.client.expectCode("OUTSIDE_WINDOW", executeDocument, at(inSeconds(7200)));
  const { execution } = await execute(app.client, at(inSeconds(1800)).input);
  expect(execution).toMatchObject({ status: "SCHEDULED", stats: { queued: 1, sent: 0 } });
  const due = await fallsDue(app, execution.id);
  await until("sent", async () => (await statsOf(app.client, campaign.id)).sent === 1);
  const [row] = await app.query<{ late: boolean }>(
    "select handed_at >= $2::timestamptz as late from message where campaign_id = $1",
    [campaign.id, due],
  );
  expect(row?.late).toBe(true);
});

test.concurrent("an unscheduled stop of a SCHEDULED campaign is final: its start changes nothing", async () => {
  const { id } = await aCampaign(app.client, { startAt: farStart });
  const other = await aLiveCampaign(app.client, { startAt: farStart });
  await act(app.client, "activateCampaign", id);
  await act(app.client, "stopCampaign", id);
  await beginsNow(app, id, other.id);
  await until("the clock has looked", async () => (await read(other.id)).status === "LIVE");
  expect(await read(id)).toMatchObject({ status: "STOPPED" });
});

describe("the running window", () => {
  const day = 86_400_000;
  const activatedAt = new Date("2026-03-01T00:00:00Z");
  const soon = new Date(activatedAt.getTime() + day);
  const late = new Date(activatedAt.getTime() + 9 * day);

  test("of a campaign without dates is open", () => {
    expect(runningWindow({ startAt: null, endAt: null, oneShot: false }, activatedAt)).toEqual({ opensAt: null, closesAt: null });
  });

  test("of a one-shot closes three days after its activation, or at its end if that is earlier [D31]", () => {
    const threeDays = new Date(activatedAt.getTime() + 3 * day);
    const close = (endAt: Date | null) => runningWindow({ startAt: null, endAt, oneShot: true }, activatedAt).closesAt;
    expect([close(null), close(soon), close(late)]).toEqual([threeDays, soon, threeDays]);
  });

  test("of a one-shot that starts later closes three days after its start, not before it [D31]", () => {
    const startAt = new Date(activatedAt.getTime() + 5 * day);
    const closesAt = new Date(startAt.getTime() + 3 * day);
    expect(runningWindow({ startAt, endAt: null, oneShot: true }, activatedAt)).toEqual({ opensAt: startAt, closesAt });
  });

  test("keeps the dates of any other", () => {
    expect(runningWindow({ startAt: soon, endAt: late, oneShot: false }, activatedAt)).toEqual({ opensAt: soon, closesAt: late });
  });
});
