import { setTimeout as pause } from "node:timers/promises";
import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { act, aLiveCampaign, execute, executeDocument } from "../support/campaigns.ts";
import { endsNow, farEnd } from "../support/dates.ts";
import { statementsOf } from "../support/statements.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";

/** A call for people who are all known is committed by the statement that writes it, without a transaction around it. */
let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({}, undefined, undefined, { engineRuns: "on its thread" });
  const profiles = [{ namespace: "crm", userId: "known", identities: [{ namespace: "email", value: "known@b.example" }] }];
  await app.client.expectData("mutation ($p: [ProfileInput!]!) { upsertProfiles(profiles: $p) { __typename } }", { p: profiles });
});
afterAll(() => app.stop());

const known = [{ userId: "known", context: { name: "Known" } }];

/** Executed once, so that its next calls may take the short way. */
async function aKnownCampaign(fields: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const { id } = await aLiveCampaign(app.client, { namespace: "crm", ...fields });
  await execute(app.client, { campaignId: id, requestId: "first", recipients: known });
  return id;
}

const isWrite = (text: string): boolean => text.includes("insert into execution (");

test("the second call of a campaign takes two statements and no transaction; one who has to be created takes the long way", async () => {
  const id = await aKnownCampaign();
  await act(app.client, "pauseCampaign", id);
  const short = await statementsOf(() => execute(app.client, { campaignId: id, requestId: "second", recipients: known }));
  expect(short).not.toContain("begin");
  expect(short.findIndex(isWrite)).toBe(1);
  const unknown = [...known, { userId: "new@b.example", namespace: "email", context: { name: "New" } }];
  const long = await statementsOf(async () => {
    const answer = await execute(app.client, { campaignId: id, requestId: "third", recipients: unknown });
    expect(answer).toMatchObject({ acceptedCount: 2, excludedCount: 0 });
  });
  expect(long).toContain("begin");
  expect(long.filter(isWrite)).toHaveLength(1);
});

test("a stop, a rate, an end date and a new version hold from the next call on", async () => {
  const [stopped, paced, changed] = [await aKnownCampaign(), await aKnownCampaign(), await aKnownCampaign()];
  const call = (campaignId: string) => ({ campaignId, requestId: "next", recipients: known });

  await act(app.client, "stopCampaign", stopped);
  await app.client.expectCode("CAMPAIGN_NOT_LIVE", executeDocument, { input: call(stopped) });

  await app.client.expectData("mutation ($id: ID!) { setDeliveryRate(id: $id, perSecond: 1) { id } }", { id: paced });
  expect((await execute(app.client, call(paced))).execution.plannedFinishAt).not.toBeNull();

  const { campaign } = await app.client.expectData("query ($id: ID!) { campaign(id: $id) { revision } }", { id: changed });
  const content = { email: { subject: "Second", html: "<p>Second</p>", text: "Second" } };
  await app.client.expectData(
    "mutation ($id: ID!, $input: UpdateCampaignInput!) { updateCampaign(id: $id, input: $input) { id } }",
    {
      id: changed,
      input: { content, expectedRevision: campaign.revision },
    },
  );
  await act(app.client, "activateCampaign", changed);
  const { execution } = await execute(app.client, call(changed));
  const versions = await app.query<{ isLive: boolean }>(
    `select version_id = live_version_id as "isLive" from execution join campaign on campaign.id = campaign_id where execution.id = $1`,
    [execution.id],
  );
  expect(versions).toEqual([{ isLive: true }]);

  const ending = await aKnownCampaign({ endAt: farEnd });
  expect(await execute(app.client, { ...call(ending), requestId: "before" })).toMatchObject({ acceptedCount: 1 });
  await endsNow(app, ending);
  await app.client.expectCode("OUTSIDE_WINDOW", executeDocument, { input: call(ending) });
});

test("a call waits for a change that is under way, and then obeys it", async () => {
  const id = await aKnownCampaign();
  const changer = new Client({ connectionString: app.databaseUrl });
  await changer.connect();
  try {
    await changer.query("begin");
    await changer.query("update campaign set delivery_rate = 1 where id = $1", [id]);
    let isAnswered = false;
    const call = execute(app.client, { campaignId: id, requestId: "meanwhile", recipients: known });
    void call.then(() => {
      isAnswered = true;
    });
    await pause(500);
    expect(isAnswered).toBe(false);
    await changer.query("commit");
    expect((await call).execution.plannedFinishAt).not.toBeNull();
  } finally {
    await changer.end();
  }
});

test("statements that were planned on empty tables read a few rows of full ones", async () => {
  const id = await aKnownCampaign();
  await act(app.client, "pauseCampaign", id);
  const callOnce = (requestId: string) => execute(app.client, { campaignId: id, requestId, recipients: known });
  await callOnce("planned");
  const [version] = await app.query<{ id: string }>("select live_version_id as id from campaign where id = $1", [id]);
  await app.query(
    `insert into suppression (channel, kind, value, reason, created_at)
     select 'EMAIL', kind, kind || n || '@x.example', 'MANUAL', now() from generate_series(1, 10000) n, unnest('{ADDRESS,DOMAIN}'::text[]) kind`,
  );
  await app.query(
    `with made as (insert into profile (id, attributes, source, created_at, updated_at)
                   select uuidv7(), '{}', 'API', now(), now() from generate_series(1, 10000) returning id),
          consented as (insert into profile_consent (profile_id, channel, state, updated_at) select id, 'EMAIL', 'OPTED_IN', now() from made)
     insert into profile_identity (namespace, value, profile_id, created_at) select namespace, namespace || id, id, now() from made, unnest('{crm,email}'::text[]) namespace`,
  );
  await app.query(
    `insert into execution (id, campaign_id, version_id, request_id, fingerprint, status, accepted_at, accepted_count, excluded_count,
       window_ends_at, first_message_id, last_message_id, actor_id)
     select uuidv7(), $1, $2, 'other ' || n, '', 'RUNNING', now(), 1, 0, now() + interval '12 hours', uuidv7(), uuidv7(), 'nobody'
     from generate_series(1, 10000) n`,
    [id, version?.id],
  );
  const calls = 5;
  // Sessions tell what they read when they are a second older.
  await pause(1100);
  await callOnce("told");
  const before = await rowsRead(app);
  for (let index = 0; index < calls; index += 1) await callOnce(`measured ${index}`);
  await pause(1100);
  await callOnce("told again");
  const read = (await rowsRead(app)) - before;
  expect(read).toBeGreaterThan(0);
  expect(read / calls).toBeLessThan(50);
});

async function rowsRead({ query }: TestApp): Promise<number> {
  await query("select pg_stat_clear_snapshot()");
  const [row] = await query<{ read: string }>(
    `select sum(coalesce(seq_tup_read, 0)) + (select sum(idx_tup_read) from pg_stat_user_indexes where relname = any($1)) as read
     from pg_stat_user_tables where relname = any($1)`,
    [["suppression", "profile_identity", "profile_consent", "execution"]],
  );
  return Number(row?.read);
}
