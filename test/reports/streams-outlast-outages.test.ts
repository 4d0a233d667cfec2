import { afterAll, beforeAll, expect, test } from "vitest";
import { type App, startApp } from "../../src/app.ts";
import { createLog } from "../../src/base/index.ts";
import { readConfig } from "../../src/config.ts";
import { aPolicy } from "../support/approvals.ts";
import { aCampaign, act, aLiveCampaign, execute, recipients, statsOf } from "../support/campaigns.ts";
import { type DatabaseProxy, startDatabaseProxy } from "../support/database-proxy.ts";
import { createGraphqlClient, type Data, type GraphqlClient } from "../support/graphql-client.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";
import { until } from "../support/until.ts";

/** Sends, and stays connected all the time. */
let app: TestApp;
/** A server whose way to the database is cut. */
let proxy: DatabaseProxy;
let cut: App;
let client: GraphqlClient;
beforeAll(async () => {
  app = await startTestApp();
  proxy = await startDatabaseProxy(app.databaseUrl);
  const config = readConfig({ PORT: "0", DATABASE_URL: "postgresql://replaced/below", ENVOI_DATA: app.folder });
  cut = await startApp(
    { ...config, database: { ...config.database, url: proxy.url } },
    { sends: false, log: createLog("silent") },
  );
  client = createGraphqlClient(cut.url, app.adminKey);
});
afterAll(async () => {
  await client.close();
  await cut.stop();
  await proxy.close();
  await app.stop();
});

test("streams of every kind outlast a database that is away, and tell what happened meanwhile; calls are told DATABASE_UNAVAILABLE", async () => {
  const { id: held } = await aCampaign(app.client);
  const { id } = await aLiveCampaign(app.client);
  await aPolicy(app.client);
  const { execution } = await execute(app.client, {
    ...{ campaignId: id, requestId: "later", recipients: recipients(3, "later") },
    executeAt: new Date(Date.now() + 3_600_000).toISOString(),
  });
  const streams = {
    stats: client.subscribe("subscription ($id: ID!) { deliveryStats(campaignId: $id) { accepted sent } }", { id }),
    progress: client.subscribe("subscription ($id: ID!) { executionProgress(executionId: $id) { status } }", {
      id: execution.id,
    }),
    status: client.subscribe("subscription ($id: ID!) { campaignStatusChanged(campaignId: $id) { to campaign { title } } }", {
      id,
    }),
    messages: client.subscribe("subscription ($id: ID!) { messageEvents(campaignId: $id) { userId status missed } }", { id }),
    approvals: client.subscribe("subscription ($id: ID!) { approvalRequests(campaignId: $id) { status } }", { id: held }),
    trail: client.subscribe("subscription { auditTrail { type } }"),
  };
  await until("each is watched", async () => {
    await act(app.client, "pauseCampaign", id);
    await act(app.client, "resumeCampaign", id);
    const { stats, progress, status, trail } = streams;
    return [stats, progress, status, trail].every(({ values }) => values.length > 0);
  });
  await execute(app.client, { campaignId: id, requestId: "before", recipients: recipients(1, "before") });
  await until("a message is told", () => streams.messages.values.length === 1);

  proxy.cut();
  const refused = client.subscribe("{ campaigns { totalCount } }");
  await until("a query over the socket is refused", () => refused.errors.length > 0);
  expect((refused.errors as Data[])[0].extensions.code).toBe("DATABASE_UNAVAILABLE");
  const begun = client.subscribe("subscription ($id: ID!) { deliveryStats(campaignId: $id) { sent } }", { id });
  await until("so is a new stream", () => begun.errors.length > 0);
  expect((begun.errors as Data[])[0].extensions.code).toBe("DATABASE_UNAVAILABLE");
  await client.expectCode("DATABASE_UNAVAILABLE", "{ campaigns { totalCount } }");
  await execute(app.client, { campaignId: id, requestId: "meanwhile", recipients: recipients(5, "meanwhile") });
  await until("they are sent", async () => (await statsOf(app.client, id)).sent === 6);
  await app.client.expectData("mutation ($id: ID!) { requestApproval(id: $id) { id } }", { id: held });
  await app.client.expectData("mutation ($id: ID!) { cancelExecution(id: $id) { id } }", { id: execution.id });
  await act(app.client, "pauseCampaign", id);

  proxy.comeBack();
  const { stats, progress, status, messages, approvals, trail } = streams;
  await until("the totals", () => stats.values.at(-1)?.deliveryStats.sent === 6);
  await progress.done;
  expect(progress.values.at(-1)?.executionProgress.status).toBe("CANCELLED");
  await until("the status", () => status.values.at(-1)?.campaignStatusChanged.to === "PAUSED");
  await until("the messages", () => messages.values.filter(({ messageEvents }) => messageEvents.status === "SENT").length === 6);
  await until("the request", () => approvals.values.at(-1)?.approvalRequests.status === "OPEN");
  await until("the entries", () => trail.values.some(({ auditTrail }) => auditTrail.type === "execution.cancelled"));
  for (const stream of Object.values(streams)) expect(stream.errors).toEqual([]);
  for (const stream of Object.values(streams)) stream.stop();
});
