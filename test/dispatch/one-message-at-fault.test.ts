import { afterAll, beforeAll, expect, test } from "vitest";
import { compileContent } from "../../src/content/index.ts";
import { prepareMessage } from "../../src/dispatch/claimed-message.ts";
import { claimMessages, rowBytesMax } from "../../src/dispatch/sql/claim-messages.ts";
import { createSealer, run } from "../../src/storage/index.ts";
import { act, aLiveCampaign, execute, recipients, statsOf } from "../support/campaigns.ts";
import { createEngineTables } from "../support/engine-tables.ts";
import { messagesOf } from "../support/smtp-campaigns.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";
import { until } from "../support/until.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.stop());

async function aPausedCampaign(): Promise<string> {
  const { id } = await aLiveCampaign(app.client);
  await act(app.client, "pauseCampaign", id);
  return id;
}

const call = (campaignId: string, count: number, requestId = "only") =>
  execute(app.client, { campaignId, requestId, recipients: recipients(count) });

test("messages of a version that no longer compiles are FAILED with CONTENT_UNUSABLE, and those of another version are sent [D59]", async () => {
  const id = await aPausedCampaign();
  const { execution } = await call(id, 3);
  await app.query('update campaign_version set content = \'{"email": {"subject": "{{", "html": "x"}}\' where campaign_id = $1', [
    id,
  ]);
  await act(app.client, "resumeCampaign", id);
  await until("they are settled", async () => (await statsOf(app.client, id)).failed === 3);
  const messages = await messagesOf(app.client, execution.id);
  expect(messages.map(({ status, error }) => ({ status, error }))).toEqual(
    Array(3).fill({ status: "FAILED", error: expect.stringContaining("content of this message's version cannot be used") }),
  );
  expect(await app.query("select distinct error_code from message where campaign_id = $1", [id])).toEqual([
    { error_code: "CONTENT_UNUSABLE" },
  ]);
  const { id: other } = await aLiveCampaign(app.client);
  await call(other, 3);
  await until("others are sent", async () => (await statsOf(app.client, other)).sent === 3);
  expect(await app.query("select from batch")).toEqual([]);
});

test("a recipient whose data is too large for the engine is excluded, and those beside it are sent [D59]", async () => {
  const id = await aPausedCampaign();
  const { execution } = await call(id, 3);
  const large =
    "update message set context = json_build_object('name', repeat('x', $2)) where campaign_id = $1 and user_id like 'person1@%'";
  await app.query(large, [id, rowBytesMax]);
  await act(app.client, "resumeCampaign", id);
  await until("the others are sent", async () => (await statsOf(app.client, id)).sent === 2);
  const messages = await messagesOf(app.client, execution.id);
  expect(messages[1]).toMatchObject({ status: "EXCLUDED", exclusion: "RENDER_ERROR" });
});

test("whatever goes wrong while a message is prepared makes this one FAILED with MESSAGE_UNUSABLE [D59]", () => {
  const email = { subject: "s", html: '<a href="{{message.unsubscribeUrl}}">x</a>', text: "t" };
  const version = {
    id: "v",
    channelConfigurationId: "c",
    onUncertain: "RESEND",
    missingContext: "EXCLUDE",
    category: "TRANSACTIONAL",
    compiled: compileContent("EMAIL", { email }),
  } as const;
  const row = {
    id: "m",
    campaignId: "a",
    batchId: "b",
    executionId: "e",
    versionId: "v",
    userId: "u",
    address: "u@example.com",
    attempts: 1,
    deaths: 0,
    ageSeconds: 0,
    isCancelled: false,
    isLate: false,
    context: null,
    profileData: null,
    sealed: null,
    bytes: 0,
    attributes: null,
    consent: null,
    isSuppressed: false,
    fits: true,
  } as const;
  const options = {
    unknownConsentIsConsent: false,
    unsubscribeUrl: () => {
      throw new Error("the link cannot be signed");
    },
    sealer: createSealer(Buffer.alloc(32, 7)),
    now: () => new Date(),
  };
  for (const fault of [row, { ...row, context: "{" }, { ...row, attributes: "{" }])
    expect(prepareMessage({ row: fault, version, campaignId: "a" }, options)).toMatchObject({
      kind: "unsent",
      settled: { status: "FAILED", errorCode: "MESSAGE_UNUSABLE" },
      cause: expect.any(Error),
    });
});

test("a claim brings no more data than it asked for, and says of the rest that it did not fit", async () => {
  await using stack = new AsyncDisposableStack();
  const tables = await createEngineTables({ messages: 10 });
  stack.defer(() => tables.stop());
  await tables.query("update message set context = json_build_object('name', repeat('x', 10000))");
  const claim = { campaignId: tables.campaignId, workerId: await tables.addWorker(), limit: 10, batchSize: 5, bytesMax: 25_000 };
  const rows = await run(tables.ctx, claimMessages(claim));
  expect(rows.map(({ fits, context }) => [fits, context?.length ?? null])).toEqual([
    ...Array(3).fill([true, 10_013]),
    ...Array(7).fill([false, null]),
  ]);
});
