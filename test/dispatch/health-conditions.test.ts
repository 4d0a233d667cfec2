import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { createCampaignHealth } from "../../src/dispatch/campaign-health.ts";
import { act, aLiveCampaign, execute, recipients, statsOf } from "../support/campaigns.ts";
import type { Data } from "../support/graphql-client.ts";
import { anSmtpConfiguration } from "../support/smtp-campaigns.ts";
import { aClosedPort } from "../support/smtp-sink.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";
import { until } from "../support/until.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterEach(() => vi.useRealTimers());
afterAll(() => app.stop());

const trigger = (campaignId: string, count = 5): Promise<Data> =>
  execute(app.client, { campaignId, requestId: "only", recipients: recipients(count) });

const sent = (id: string, count: number) =>
  until(`${count} are sent`, async () => (await statsOf(app.client, id)).sent === count);

async function conditionsOf(id: string): Promise<Data[]> {
  const query = "query ($id: ID!) { campaign(id: $id) { healthConditions { kind since detail channelConfigurationId } } }";
  return (await app.client.expectData(query, { id })).campaign.healthConditions;
}

async function troubles(): Promise<Data[]> {
  const { workers } = await app.client.expectData("{ workers { troubles { kind detail campaignIds } } }");
  return workers.flatMap((worker: Data) => worker.troubles);
}

async function health(): Promise<Record<string, string>> {
  const response = await fetch(`${app.url}/health/ready`, { headers: { authorization: `Bearer ${app.adminKey}` } });
  return ((await response.json()) as { checks: Record<string, string> }).checks;
}

const someConditionOf = (id: string, kind: string) =>
  until(`${kind} is said`, async () => (await conditionsOf(id)).find((condition) => condition.kind === kind));

/** From now on PostgreSQL refuses to give messages of this campaign this status. */
async function refuseStatus(campaignId: string, status: string): Promise<() => Promise<void>> {
  const name = `refuse_${status.toLowerCase()}`;
  await app.query(`create function ${name}() returns trigger language plpgsql as $$ begin raise exception 'refused'; end $$`);
  await app.query(
    `create trigger ${name} before update on message for each row
     when (new.campaign_id = '${campaignId}' and new.status = '${status}') execute function ${name}()`,
  );
  return async () => {
    await app.query(`drop trigger ${name} on message`);
    await app.query(`drop function ${name}`);
  };
}

test("a campaign at which the engine fails says so, as do workers and health, and holds up no other", async () => {
  const [failing, other] = [await aLiveCampaign(app.client), await aLiveCampaign(app.client)];
  const mend = await refuseStatus(failing.id, "CLAIMED");
  await Promise.all([trigger(failing.id), trigger(other.id)]);
  await sent(other.id, 5);
  expect(await someConditionOf(failing.id, "campaign")).toMatchObject({
    since: expect.any(String),
    detail: expect.stringContaining("P0001"),
  });
  expect(await conditionsOf(other.id)).toEqual([]);
  expect(await troubles()).toMatchObject([{ kind: "campaign", campaignIds: [failing.id] }]);
  expect(await until("health says it", async () => (await health()).campaign)).toContain("The engine fails at a campaign");
  await mend();
  await sent(failing.id, 5);
  await until(
    "nothing more is said",
    async () => (await troubles()).length === 0 && (await conditionsOf(failing.id)).length === 0,
  );
});

test("outcomes that cannot be written are said at every campaign, and are written once they can", async () => {
  const { id } = await aLiveCampaign(app.client);
  const mend = await refuseStatus(id, "SENT");
  await trigger(id);
  expect(await someConditionOf(id, "outcomes")).toMatchObject({ detail: expect.stringContaining("P0001") });
  await mend();
  await sent(id, 5);
  await until("nothing more is said", async () => (await conditionsOf(id)).length === 0);
});

test("health names every provider that is down, and none any more once nobody waits for it [D19]", async () => {
  const ports = [await aClosedPort(), await aClosedPort()];
  const ids = await Promise.all(
    ports.map(async (port, index) => {
      const { id } = await anSmtpConfiguration(app.client, { port }, { name: `Relay ${index}` });
      const campaign = await aLiveCampaign(app.client, { channelConfigurationId: id });
      await trigger(campaign.id, 50);
      return campaign.id;
    }),
  );
  const said = await until("both are named", async () => {
    const { circuit = "" } = await health();
    return circuit.includes('"Relay 0"') && circuit.includes('"Relay 1"') && circuit;
  });
  expect(said).toContain("ECONNREFUSED");
  for (const id of ids)
    expect(await conditionsOf(id)).toMatchObject([{ kind: "circuit", channelConfigurationId: expect.any(String) }]);
  await Promise.all(ids.map((id) => act(app.client, "stopCampaign", id)));
  await until("nobody is named", async () => !("circuit" in (await health())));
  expect(await troubles()).toEqual([]);
});

test("due messages that nobody can take are said after ten seconds in a row, and another worker that was faster is none of that", () => {
  vi.useFakeTimers({ toFake: ["performance"] });
  const found = createCampaignHealth({ now: () => new Date(0) });
  found.foundNothing("locked");
  found.foundNothing("taken by another");
  for (let second = 0; second < 10; second += 1) {
    expect(found.faults()).toEqual([]);
    vi.advanceTimersByTime(1000);
    found.foundNothing("locked");
    if (second === 5) found.isWell("taken by another");
  }
  expect(found.faults()).toMatchObject([{ campaignId: "locked", code: null }]);
  vi.advanceTimersByTime(16_000);
  expect(found.faults()).toEqual([]);
});
