import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { aLiveCampaign, mailbox } from "../support/campaigns.ts";
import type { Data } from "../support/graphql-client.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";
import { until } from "../support/until.ts";
import { codeBlocks, readText } from "./pages.ts";

/** docs/migrating.md as a team follows it, command by command. */
const page = readText("docs/migrating.md");
const blocks = codeBlocks(page, "sh");

let app: TestApp;
/** What the page leaves to its reader. */
const known: Record<string, string> = {};
beforeAll(async () => {
  app = await startTestApp();
  const email = { subject: "{{profile.person.name.firstName}}: {{context.order.id}}", html: "<p>{{context.order.carrier}}</p>" };
  const contents: Readonly<Record<string, Data>> = {
    "an email campaign": { content: { email }, createProfiles: true },
    "an SMS campaign": { channel: "SMS", content: { sms: { body: "Your code is {{context.code}}." } } },
    "a push campaign": { channel: "PUSH", content: { push: { title: "Hello {{context.name}}", body: "It has come." } } },
    "a highThroughput campaign": { highThroughput: true, createProfiles: false },
  };
  for (const [name, fields] of Object.entries(contents)) known[`id of ${name}`] = (await aLiveCampaign(app.client, fields)).id;
  const reading = 'mutation { createApiKey(input: { name: "reader", role: OPERATOR }) { secret } }';
  known["a key that reads"] = (await app.client.expectData(reading)).createApiKey.secret;
  known["your client id"] = "0123456789abcdef";
  known["your organisation"] = "ABC@AdobeOrg";
});
afterAll(() => app.stop());

/** By the shell that the system has, with what stands between < and > put in. */
async function run(block: string): Promise<Data> {
  const text = block
    .replaceAll("http://localhost:4000", app.url)
    .replaceAll("$(cat .envoi/admin.key)", app.adminKey)
    .replaceAll(/<([^<>]+)>/g, (_all, name: string) => known[name] ?? expect.fail(`the page says nothing of <${name}>`));
  const { stdout } = await promisify(execFile)("/bin/sh", ["-c", text], {
    env: { PATH: process.env.PATH, HOME: "/nonexistent" },
  });
  return JSON.parse(stdout);
}

const blockWith = (word: string): string => blocks.find((block) => block.includes(word)) ?? "";

async function arrivedOf(campaign: string, answer: Data): Promise<Data[]> {
  const id = known[`id of ${campaign}`] ?? "";
  return until("the messages", async () => {
    const found = (await mailbox(app.client, id)).filter(({ executionId }) => executionId === answer.executionId);
    return found.length === answer.counts.toSend && found;
  });
}

const words = ["createApiKey", "order-4711", "code-for-ada", "parcel-for-ada", "flight-AF1234", "im/health"];

test("every command of the page is one of those that are run below", () => {
  const reading = blocks.filter((block) => block.includes("<executionId>"));
  expect(words.map((word) => blocks.filter((block) => block.includes(word)).length)).toEqual(words.map(() => 1));
  expect(blocks).toHaveLength(words.length + reading.length);
  expect(reading).toHaveLength(2);
});

test("a key is made, and the reference's calls with another host and key reach everybody", async () => {
  known["your key"] = (await run(blockWith("createApiKey"))).data.createApiKey.secret;
  const expected: readonly [string, string, readonly Data[]][] = [
    ["order-4711", "an email campaign", [{ address: "ada.lovelace@example.com", subject: "Ada: 4711", html: "<p>DHL</p>" }]],
    ["code-for-ada", "an SMS campaign", [{ address: "+33639980001", body: "Your code is 481516." }]],
    ["parcel-for-ada", "a push campaign", [{ address: "token-of-the-device", title: "Hello Ada" }]],
    ["flight-AF1234", "a highThroughput campaign", [{ subject: "Hello Ada" }, { subject: "Hello Alan" }]],
  ];
  for (const [word, campaign, messages] of expected) {
    const answer = await run(blockWith(word));
    expect(answer).toMatchObject({ replayed: false, counts: { excluded: 0, toSend: messages.length } });
    for (const field of ["executionId", "requestId", "createdAt", "createdBy", "modifiedAt", "modifiedBy"])
      expect(answer[field], field).toEqual(expect.any(String));
    expect(await arrivedOf(campaign, answer)).toMatchObject(messages);
    expect(await run(blockWith(word))).toEqual({ ...answer, replayed: true });
    known.executionId = answer.executionId;
  }
  expect(await run(blockWith("im/health"))).toEqual({ status: "UP" });
});

test("what became of it is read with another key", async () => {
  const [status = "", recipients = ""] = blocks.filter((block) => block.includes("<executionId>"));
  const execution = await until("it is finished", async () => {
    const found = await run(status);
    return found.status === "FINISHED" && found;
  });
  expect(execution).toMatchObject({ executionId: known.executionId, counts: { accepted: 2, sent: 2, excluded: 0 } });
  const { recipients: people } = await run(recipients);
  expect(people.map(({ userId, status: state }: Data) => [userId, state])).toEqual([
    ["ada@example.com", "SENT"],
    ["alan@example.com", "SENT"],
  ]);
});

test("errors have the members that the page names", async () => {
  const call = async (body: object, key = known["your key"]) => {
    const headers = { "content-type": "application/json", authorization: `Bearer ${key}` };
    const response = await fetch(`${app.url}/ajo/im/executions/unitary`, { method: "POST", headers, body: JSON.stringify(body) });
    return { status: response.status, answer: (await response.json()) as Data };
  };
  const recipient = { type: "external", userId: "+33639980001", namespace: "phone", context: { code: "1" } };
  const asked = { requestId: "r", campaignId: known["id of an SMS campaign"], recipients: [recipient] };
  const unknown = await call({ ...asked, recipients: [{ ...recipient, channelDatas: {} }] });
  expect(unknown).toMatchObject({
    status: 400,
    answer: {
      ...{
        type: "urn:envoi:error:INPUT_INVALID",
        title: expect.any(String),
        status: 400,
        code: "INPUT_INVALID",
        kind: "invalid",
      },
      report: {
        additionalContext: {
          ...{ requestId: "r", campaignId: asked.campaignId, whatToDo: expect.any(String) },
          "recipients.0.channelDatas": expect.stringContaining("unknown"),
        },
      },
    },
  });
  expect(await call({ ...asked, recipients: [recipient, recipient] })).toMatchObject({
    ...{ status: 400, answer: { code: "RECIPIENTS_DUPLICATED" } },
  });
  expect(await call(asked, known["your client id"])).toMatchObject({ status: 401, answer: { code: "UNAUTHENTICATED" } });
  expect(await call({ ...asked, campaignId: known["id of an email campaign"], requestId: "order-4711-shipped" })).toMatchObject({
    ...{ status: 409, answer: { code: "REQUEST_ID_REUSED" } },
  });
});
