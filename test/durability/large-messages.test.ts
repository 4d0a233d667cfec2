import { setTimeout as pause } from "node:timers/promises";
import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { aLiveCampaign, execute, statsOf } from "../support/campaigns.ts";
import { aDataFolder, cleanUp, type ServerProcess, signal, socketUrlOf, startServer } from "../support/server-process.ts";
import { until } from "../support/until.ts";

const people = 300;
const items = 1000;
/** An honest order mail: a row of 1.8 kB for each item. */
const row = `<tr><td style="padding:8px">{{item}}</td><td>${"A fine thing to have at home. ".repeat(58)}</td></tr>`;
const orderMail = {
  email: { subject: "Your order", html: `<body><table>{{#each context.items as |item|}}${row}{{/each}}</table></body>` },
};

let server: ServerProcess;
let looking: Client;
beforeAll(async () => {
  server = await startServer({ ENVOI_DATA: aDataFolder() });
  looking = new Client({ connectionString: socketUrlOf(server) });
  await looking.connect();
});
afterAll(async () => {
  await looking.end();
  await signal(server, "SIGKILL");
  await cleanUp();
});

async function aConfiguration(provider: string): Promise<string> {
  const save = "mutation ($input: ChannelConfigurationInput!) { saveChannelConfiguration(input: $input) { id } }";
  const input = { name: `Large ${provider}`, channel: "EMAIL", provider };
  return (await server.client.expectData(save, { input })).saveChannelConfiguration.id;
}

const deaths = () => server.output().split("the engine's thread is started again").length - 1;

/** Password resets, ten a second, until `isOver`. */
async function resets(isOver: () => boolean): Promise<string> {
  const { id } = await aLiveCampaign(server.client);
  for (let index = 0; !isOver(); index += 1) {
    const person = { userId: `forgetful${index}@example.com`, context: { name: "You" } };
    await execute(server.client, { campaignId: id, requestId: `reset ${index}`, recipients: [person] });
    await pause(100);
  }
  await until("every reset is sent", async () => {
    const { accepted, sent } = await statsOf(server.client, id);
    return accepted === sent;
  });
  return id;
}

async function waitsOf(campaignId: string) {
  const { rows } = await looking.query<{ ms: number }>(
    `select extract(epoch from message.handed_at - execution.accepted_at)::float8 * 1000 as ms
     from message join execution on execution.id = message.execution_id where message.campaign_id = $1 order by 1`,
    [campaignId],
  );
  const at = (share: number) => Math.round(rows[Math.min(rows.length - 1, Math.floor(rows.length * share))]?.ms ?? Number.NaN);
  return { count: rows.length, median: at(0.5), p99: at(0.99), worst: at(1) };
}

test("one call for 300 order mails of 3.5 MB each: the engine lives on, everybody gets one, and the resets of another campaign wait less than a second [D55]", async () => {
  const channelConfigurationId = await aConfiguration("discard");
  const { id } = await aLiveCampaign(server.client, { channelConfigurationId, content: orderMail });
  const context = { items: Array.from({ length: items }, () => 1) };
  const recipients = Array.from({ length: people }, (_, index) => ({ userId: `person${index}@example.com`, context }));
  let isOver = false;
  const resetting = resets(() => isOver);
  const startedAt = performance.now();
  await execute(server.client, { campaignId: id, requestId: "only", recipients });
  await until("all are sent", async () => (await statsOf(server.client, id)).sent === people, 60, 100);
  const seconds = (performance.now() - startedAt) / 1000;
  isOver = true;
  const waits = await waitsOf(await resetting);
  process.stdout.write(`300 large mails: ${seconds.toFixed(1)} s, ${deaths()} deaths, resets waited ${JSON.stringify(waits)}\n`);
  expect(deaths()).toBe(0);
  const { rows } = await looking.query(
    "select count(*)::int as messages, max(attempts) as attempts from message where campaign_id = $1",
    [id],
  );
  expect(rows).toEqual([{ messages: people, attempts: 1 }]);
  expect(waits.p99).toBeLessThan(1000);
}, 120_000);
