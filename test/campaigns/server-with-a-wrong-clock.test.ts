import { afterEach, expect, test } from "vitest";
import { act, aLiveCampaign, execute, executeDocument, recipients } from "../support/campaigns.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";
import { until } from "../support/until.ts";

const hour = 3_600_000;
const inHours = (hours: number) => new Date(Date.now() + hours * hour).toISOString();

let app: TestApp;
afterEach(() => app.stop());

/** By how much the server's clock is wrong; the database's is right. */
async function startWithClock(hoursAhead: number): Promise<void> {
  const clock = { now: () => new Date(Date.now() + hoursAhead * hour) };
  app = await startTestApp({}, undefined, undefined, { clock });
}

async function opensNow(id: string): Promise<void> {
  await app.query("update campaign set opens_at = now() where id = $1", [id]);
}

const statusOf = async (id: string) =>
  (await app.query<{ status: string }>("select status from campaign where id = $1", [id]))[0];

test("a server whose clock is behind starts campaigns at their time, and takes triggers from that moment on [D27]", async () => {
  await startWithClock(-1);
  const { id } = await aLiveCampaign(app.client, { startAt: "2099-01-01T00:00:00Z" });
  const { id: idle } = await aLiveCampaign(app.client, { startAt: "2099-01-01T00:00:00Z" });
  await opensNow(id);
  expect(await execute(app.client, { campaignId: id, requestId: "r", recipients: recipients(1) })).toMatchObject({
    acceptedCount: 1,
  });
  await opensNow(idle);
  await until("LIVE", async () => (await statusOf(idle))?.status === "LIVE");
});

test("a server whose clock is behind makes a campaign LIVE whose start is past", async () => {
  await startWithClock(-1);
  expect((await aLiveCampaign(app.client, { startAt: inHours(-0.5) })).status).toBe("LIVE");
});

test("a server whose clock is ahead keeps a campaign SCHEDULED until its start, and one LIVE until its end [D27] [D31]", async () => {
  await startWithClock(1);
  const scheduled = await aLiveCampaign(app.client, { startAt: inHours(0.5) });
  expect(scheduled.status).toBe("SCHEDULED");
  const input = { campaignId: scheduled.id, requestId: "r", recipients: recipients(1) };
  await app.client.expectCode("OUTSIDE_WINDOW", executeDocument, { input });
  expect((await aLiveCampaign(app.client, { endAt: inHours(0.5) })).status).toBe("LIVE");
});

test.each([-1, 1])(
  "activations and cancellations bear the database's instants: the server's clock is %i h ahead",
  async (ahead) => {
    await startWithClock(ahead);
    const { id } = await aLiveCampaign(app.client, { oneShot: true, deliveryRate: 1 });
    const { execution } = await execute(app.client, { campaignId: id, requestId: "r", recipients: recipients(50) });
    await act(app.client, "pauseCampaign", id);
    await app.client.expectData("mutation ($id: ID!) { cancelExecution(id: $id) { id } }", { id: execution.id });
    const [row] = await app.query<{ activated: number; finished: number }>(
      `select abs(extract(epoch from now() - activated_at))::float8 as activated, abs(extract(epoch from now() - finished_at))::float8 as finished
     from campaign join execution on execution.campaign_id = campaign.id where campaign.id = $1`,
      [id],
    );
    expect(row?.activated).toBeLessThan(600);
    expect(row?.finished).toBeLessThan(600);
  },
);
