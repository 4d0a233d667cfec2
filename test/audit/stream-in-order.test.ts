import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { aCampaign, act, aLiveCampaign } from "../support/campaigns.ts";
import { createGraphqlClient, type Data, type Subscribed } from "../support/graphql-client.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";
import { until } from "../support/until.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.stop());

const document = `subscription ($filter: AuditFilterInput, $after: String) {
  auditTrail(filter: $filter, after: $after) { id cursor type actor { name } entityId } }`;

const entriesOf = (stream: Subscribed): Data[] => stream.values.map((value) => value.auditTrail);
const insert = (name: string) =>
  `insert into event (id, type, actor_kind, actor_id, actor_name, entity_type, data, at)
   values (gen_random_uuid(), 'campaign.updated', 'KEY', 'k', '${name}', 'CAMPAIGN', '{}', now());
   notify envoi_news, '{"topic":"audit"}'`;

async function session(): Promise<Client> {
  const client = new Client({ connectionString: app.databaseUrl });
  await client.connect();
  return client;
}

const newestCursor = async (): Promise<string> => {
  const [row] = await app.query<{ position: string }>("select max(position)::text as position from event");
  return Buffer.from(row?.position ?? "0").toString("base64url");
};

test("an entry that was written first and committed last comes last, and none is missed", async () => {
  const stream = app.client.subscribe(document, { after: await newestCursor() });
  const [slow, quick] = [await session(), await session()];
  await slow.query("begin");
  await slow.query(insert("written first"));
  await quick.query(insert("committed first"));
  await until("the quick one is told", () => entriesOf(stream).length === 1);
  await quick.query(insert("committed second"));
  await until("the next is told", () => entriesOf(stream).length === 2);
  await slow.query("commit");
  await until("the slow one is told", () => entriesOf(stream).length === 3);
  expect(entriesOf(stream).map((entry) => entry.actor.name)).toEqual(["committed first", "committed second", "written first"]);
  await slow.end();
  await quick.end();
  stream.stop();
});

test("under 8 sessions that commit as they like, readers that come and go are told every entry once, in one order", async () => {
  const from = await newestCursor();
  const writers = await Promise.all(Array.from({ length: 8 }, session));
  const each = 60;
  const total = writers.length * each;
  const steady = app.client.subscribe(document, { after: from });
  const restless: Data[] = [];
  let isWriting = true;
  const reading = (async () => {
    // A new connection each time, from the last entry that was seen.
    for (let after = from; restless.length < total; ) {
      const client = createGraphqlClient(app.url, app.adminKey);
      const stream = client.subscribe(document, { after });
      const enough = () => stream.values.length >= 30 || (!isWriting && restless.length + stream.values.length >= total);
      await until("something came", enough, 20, 3);
      stream.stop();
      await stream.done;
      restless.push(...entriesOf(stream));
      after = restless.at(-1)?.cursor ?? after;
      await client.close();
    }
  })();
  await Promise.all(
    writers.map(async (writer, number) => {
      for (let index = 0; index < each; index += 1) {
        await writer.query("begin");
        await writer.query(insert(`${number}-${index}`));
        await writer.query("select pg_sleep(random() * 0.02)");
        await writer.query(index % 7 === 6 ? "rollback; begin" : "select 1");
        if (index % 7 === 6) await writer.query(insert(`${number}-${index}`));
        await writer.query("commit");
      }
    }),
  );
  isWriting = false;
  await until("the steady reader has all", () => entriesOf(steady).length >= total);
  await reading;
  const expected = await app.query<{ id: string }>("select id from event where position > $1 order by position", [
    Buffer.from(from, "base64url").toString(),
  ]);
  expect(expected).toHaveLength(total);
  expect(entriesOf(steady).map((entry) => entry.id)).toEqual(expected.map((row) => row.id));
  expect(restless.map((entry) => entry.id)).toEqual(expected.map((row) => row.id));
  const [backwards] = await app.query<{ count: number }>(
    "select count(*)::int as count from (select at < lag(at) over (order by position) as wrong from event) e where wrong",
  );
  expect(backwards?.count).toBe(0);
  steady.stop();
  for (const writer of writers) await writer.end();
});

test("a filter holds for the stream; without `after` it begins with what comes", async () => {
  const { id } = await aLiveCampaign(app.client);
  const filter = { campaignId: id, types: ["campaign.status-changed"] };
  const stream = app.client.subscribe(document, { filter, after: await newestCursor() });
  const all = app.client.subscribe(document);
  const made = new Set<string>();
  // Whatever is made before it listens is not told; of what is made from then on, the news may take longer than the answer.
  await until("it listens", async () => {
    made.add((await aCampaign(app.client)).id);
    return entriesOf(all).some((entry) => made.has(entry.entityId));
  });
  await act(app.client, "pauseCampaign", id);
  await act(app.client, "stopCampaign", id);
  await until("both changes are told", () => entriesOf(stream).length === 2);
  expect(entriesOf(stream).every((entry) => entry.entityId === id && entry.type === "campaign.status-changed")).toBe(true);
  expect(entriesOf(all).every((entry) => entry.type !== "campaign.version-activated")).toBe(true);
  stream.stop();
  all.stop();
});

test("a wrong filter, cursor or key is refused at once", async () => {
  const { createApiKey } = await app.client.expectData(
    'mutation { createApiKey(input: { name: "N", role: AUTHOR }) { secret } }',
  );
  const author = createGraphqlClient(app.url, createApiKey.secret);
  const streams = [
    [app.client.subscribe(document, { filter: { types: ["x"] } }), "INPUT_INVALID"],
    [app.client.subscribe(document, { after: "x" }), "INPUT_INVALID"],
    [author.subscribe(document), "PERMISSION_MISSING"],
  ] as const;
  for (const [stream, code] of streams) {
    await stream.done;
    expect(stream.errors).toMatchObject([{ extensions: { code } }]);
  }
  await author.close();
});
