import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { mailbox } from "../support/campaigns.ts";
import type { Data } from "../support/graphql-client.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";
import { until } from "../support/until.ts";
import { codeBlocks, readText, root } from "./pages.ts";

const operation = (name: string): string => readText(`schema/operations/${name}.graphql`);

/** The recipients that the README's own line makes. */
function recipientsOfReadme(): { userId: string; context: Data }[] {
  return Array.from({ length: 1000 }, (_, i) => ({
    userId: `person${i}@example.com`,
    context: { name: `Person ${i}`, order: 1000 + i },
  }));
}

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.stop());

async function createFirstCampaign(): Promise<string> {
  const { channelConfigurations } = await app.client.expectData(operation("find-sandbox"));
  const variables = { channelConfigurationId: channelConfigurations[0].id };
  const { createCampaign } = await app.client.expectData(operation("create-first-campaign"), variables);
  expect(createCampaign.status).toBe("DRAFT");
  const activated = await app.client.expectData(operation("activate-campaign"), { id: createCampaign.id });
  expect(activated.activateCampaign.status).toBe("LIVE");
  return createCampaign.id;
}

test("[D1] [D5] [D41] [D43] the README's first campaign: 1,000 people get 1,000 different messages, once", async () => {
  const { client } = app;
  const campaignId = await createFirstCampaign();
  const watched = client.subscribe(operation("watch-delivery-stats"), { campaignId });
  const input = { campaignId, requestId: "first", recipients: recipientsOfReadme() };
  const { executeCampaign: first } = await client.expectData(operation("execute-campaign"), { input });
  expect(first).toMatchObject({ acceptedCount: 1000, replayed: false });
  const { executeCampaign: again } = await client.expectData(operation("execute-campaign"), { input });
  expect(again).toEqual({ ...first, replayed: true });

  await until("the stream shows the final totals", () => watched.values.at(-1)?.deliveryStats.sent === 1000);
  expect(watched.values.at(-1)?.deliveryStats).toEqual({ accepted: 1000, queued: 0, sent: 1000, excluded: 0 });
  const { execution } = await client.expectData(operation("read-execution"), { id: first.execution.id });
  expect(execution).toMatchObject({ status: "FINISHED", stats: { accepted: 1000, sent: 1000, failed: 0, excluded: 0 } });
  watched.stop();

  const messages = await mailbox(client, campaignId);
  expect(new Set(messages.map((message) => `${message.subject} ${message.html}`)).size).toBe(1000);
  expect(messages[7]).toMatchObject({
    address: "person7@example.com",
    subject: "Order 1007 is on its way",
    html: "<p>Hello Person 7!</p>",
  });
  const page = await client.expectData(operation("read-mailbox"), { campaignId });
  expect(page.sandboxMessages.edges).toHaveLength(500);
});

test("[D44] the README's program prints the final totals, also when it starts late", async () => {
  const campaignId = await createFirstCampaign();
  const input = { campaignId, requestId: "first", recipients: recipientsOfReadme().slice(0, 20) };
  await app.client.expectData(operation("execute-campaign"), { input });
  const shell = codeBlocks(readText("README.md"), "sh").find((block) => block.includes("<<'JS'")) ?? "";
  const program = (shell.split("<<'JS'\n")[1] ?? "")
    .replace(/JS\n$/, "")
    .replace("ws://localhost:4000", app.url.replace(/^http/, "ws"))
    .replace(".envoi/admin.key", app.app.adminKeyFile ?? "");
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", program], {
    cwd: root,
    env: { ...process.env, CAMPAIGN: campaignId },
  });
  expect(stdout).toContain("{ accepted: 20, queued: 0, sent: 20, excluded: 0 }");
});

test("the README's call over REST reaches one more, and the first execution over REST is the one over GraphQL", async () => {
  const campaign = await createFirstCampaign();
  const shell = codeBlocks(readText("README.md"), "sh").find((block) => block.includes("/im/executions/unitary")) ?? "";
  const script = shell.replace("localhost:4000", new URL(app.url).host).replace(".envoi/admin.key", app.app.adminKeyFile ?? "");
  const run = promisify(execFile);
  const { stdout } = await run("/bin/sh", ["-c", script], { env: { PATH: process.env.PATH, campaign } });
  expect(JSON.parse(stdout)).toMatchObject({ requestId: "by REST", replayed: false, counts: { accepted: 1, toSend: 1 } });
  const [message] = await until("the message", async () => {
    const found = await mailbox(app.client, campaign);
    return found.length === 1 && found;
  });
  expect(message).toMatchObject({ address: "ada@example.com", subject: "Order 2001 is on its way", html: "<p>Hello Ada!</p>" });
  const recipients = [{ userId: "ada@example.com", context: { name: "Ada", order: 2001 } }];
  const input = { campaignId: campaign, requestId: "by REST", recipients };
  const { executeCampaign } = await app.client.expectData(operation("execute-campaign"), { input });
  expect(executeCampaign).toMatchObject({ replayed: true, execution: { id: JSON.parse(stdout).executionId } });
});

test("keys are made and revoked by the operations that docs/operations.md names", async () => {
  const input = { name: "shop", role: "TRIGGER" };
  const { createApiKey } = await app.client.expectData(operation("create-api-key"), { input });
  expect(createApiKey).toMatchObject({ key: { name: "shop", role: "TRIGGER" }, secret: expect.stringMatching(/^envoi_/) });
  const { revokeApiKey } = await app.client.expectData(operation("revoke-api-key"), { id: createApiKey.key.id });
  expect(revokeApiKey.revokedAt).not.toBeNull();
});

test("dead letters are counted, listed, retried and resolved by the operations that docs/operations.md names", async () => {
  const campaignId = await createFirstCampaign();
  const input = { campaignId, requestId: "one", recipients: recipientsOfReadme().slice(0, 1) };
  const { executeCampaign } = await app.client.expectData(operation("execute-campaign"), { input });
  const executionId = executeCampaign.execution.id;
  const listed = await app.client.expectData(operation("list-dead-letters"), { campaignId, executionId, errorCode: "5.1.1" });
  expect(listed.deadLetters.edges).toEqual([]);
  const counted = await app.client.expectData(operation("count-dead-letters"), { campaignId });
  expect(counted.deadLetterReasons).toEqual([]);
  const retried = await app.client.expectData(operation("retry-messages"), { campaignId, statuses: ["FAILED"] });
  expect(retried.retryMessages).toBe(0);
  const resolved = await app.client.expectData(operation("resolve-uncertain"), { ids: [executionId], as: "SENT" });
  expect(resolved.resolveUncertain).toBe(0);
});

test("every GraphQL block of the README is a file of schema/operations, byte for byte", () => {
  const blocks = codeBlocks(readText("README.md"), "graphql");
  expect(blocks).toHaveLength(4);
  for (const block of blocks) {
    const name = /^(?:query|mutation|subscription) (\w+)/.exec(block)?.[1] ?? "";
    const file = name.replace(/(?<=.)[A-Z]/g, (letter) => `-${letter}`).toLowerCase();
    expect(block).toBe(readFileSync(join(root, "schema/operations", `${file}.graphql`), "utf8"));
  }
});
