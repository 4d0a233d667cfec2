import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startApp } from "../../src/app.ts";
import { createLog } from "../../src/base/index.ts";
import { readConfig } from "../../src/config.ts";
import { ordinaryPart } from "../../src/dispatch/index.ts";
import { startWork } from "../../src/work.ts";
import { aLiveCampaign, execute, recipients } from "../support/campaigns.ts";
import { type DatabaseProxy, startDatabaseProxy } from "../support/database-proxy.ts";
import { createGraphqlClient } from "../support/graphql-client.ts";
import { expectEverybody, onTheWayAtMost, repeatedHandOvers } from "../support/hand-overs.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";
import { until } from "../support/until.ts";

const deliveryRate = 200;
const count = 5000;
const leaseSeconds = 4;

let app: TestApp;
let proxy: DatabaseProxy;
beforeAll(async () => {
  app = await startTestApp({}, undefined, undefined, { sends: false });
  proxy = await startDatabaseProxy(app.databaseUrl);
});
afterAll(async () => {
  await proxy.close();
  await app.stop();
});

test("a database that goes away without a word, and comes back elsewhere: the worker finds it by itself within a minute, nobody is lost [D35] [D39]", async () => {
  const config = readConfig({
    ENVOI_DATA: app.folder,
    DATABASE_URL: "postgresql://replaced/below",
    LEASE_SECONDS: String(leaseSeconds),
  });
  const worker = await startWork(config, { databaseUrl: proxy.url, part: ordinaryPart, log: createLog("silent") });
  const { id } = await aLiveCampaign(app.client, { deliveryRate });
  await execute(app.client, { campaignId: id, requestId: "only", recipients: recipients(count) });
  const sent = async (): Promise<number> =>
    (await app.query<{ sent: number }>("select count(*)::int as sent from message where status = 'SENT'"))[0]?.sent ?? 0;
  await until("a part is sent", async () => (await sent()) >= 500, 30, 250);

  proxy.goDark();
  await pause(10_000);
  const sentInTheDark = await sent();
  expect(sentInTheDark).toBeLessThan(count / 2);
  proxy.comeBack();
  const backAt = performance.now();
  await until("it sends again", async () => (await sent()) > sentInTheDark, 60, 250);
  process.stdout.write(`sends again ${((performance.now() - backAt) / 1000).toFixed(1)} s after the database was back\n`);

  await until("all sent", async () => (await sent()) === count, 60, 250);
  expect(repeatedHandOvers(await expectEverybody(app.client, id, count))).toBeLessThanOrEqual(onTheWayAtMost(deliveryRate));
  await worker.stop();
});

test("a server whose database goes silent answers every call within a minute, and takes calls again soon after it is back", async () => {
  const config = readConfig({ PORT: "0", ENVOI_DATA: app.folder, DATABASE_URL: proxy.url, LOG_LEVEL: "silent" });
  const server = await startApp(config, { sends: false, log: createLog("silent") });
  const client = createGraphqlClient(server.url, app.adminKey);
  const ask = () => client.call("{ campaigns { edges { node { id } } } }");
  // Sessions that are open when it happens, and more calls than there are sessions.
  await Promise.all(Array.from({ length: 5 }, ask));
  proxy.goDark();
  const darkAt = performance.now();
  const calls = Promise.all(Array.from({ length: 25 }, ask));
  await pause(5000);
  proxy.comeBack();
  await until("a call is answered in full", async () => (await ask()).errors === undefined, 30, 250);
  expect(performance.now() - darkAt).toBeLessThan(35_000);
  for (const { errors } of await calls)
    expect(errors?.[0]?.extensions?.code ?? "DATABASE_UNAVAILABLE").toBe("DATABASE_UNAVAILABLE");
  expect(performance.now() - darkAt).toBeLessThan(60_000);
  await client.close();
  await server.stop();
});
