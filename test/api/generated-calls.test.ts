import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { act, aLiveCampaign } from "../support/campaigns.ts";
import { cases, random } from "../support/random-cases.ts";
import { strangeRecipient, strangeRequestId } from "../support/strange-recipients.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";

let app: TestApp;
let campaignId: string;
beforeAll(async () => {
  app = await startTestApp();
  // Paused: what was accepted stays as it was stored.
  campaignId = (await aLiveCampaign(app.client, { content: { email: { subject: "S", html: "<p>H</p>", text: "T" } } })).id;
  await act(app.client, "pauseCampaign", campaignId);
});
afterAll(() => app.stop());

const query = `mutation ($input: ExecuteCampaignInput!) { executeCampaign(input: $input) {
  execution { requestId messages { edges { node { id userId address status } } } } } }`;

async function send(body: string) {
  const response = await fetch(`${app.url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${app.adminKey}` },
    body,
  });
  return {
    status: response.status,
    ...((await response.json()) as {
      data?: {
        executeCampaign: { execution: { requestId: string; messages: { edges: { node: Record<string, string> }[] } } };
      } | null;
      errors?: { message: string; extensions: { code: string } }[];
    }),
  };
}

const refusals = /^(INPUT_INVALID|CONTEXT_TOO_LARGE|CONTEXT_RESERVED|REQUEST_ID_REUSED)$/;

test("generated calls: each is refused with a code and a sentence, or stored and read back as it was sent", random, async () => {
  const calls = fc.sample(fc.tuple(strangeRequestId, strangeRecipient), cases);
  const codes = new Map<string, number>();
  let stored = 0;
  let compared = 0;
  for (const [requestId, recipient] of calls) {
    const body = JSON.stringify({ query, variables: { input: { campaignId, requestId, recipients: [recipient] } } });
    const { status, data, errors } = await send(body);
    expect(status).toBeLessThan(500);
    if (errors) {
      for (const { message, extensions } of errors) {
        expect(extensions.code, `${body.slice(0, 500)}\n${message}`).toMatch(refusals);
        expect(message.length).toBeLessThan(600);
        codes.set(extensions.code, (codes.get(extensions.code) ?? 0) + 1);
      }
      continue;
    }
    stored += 1;
    const execution = data?.executeCampaign.execution;
    const node = execution?.messages.edges[0]?.node;
    expect([execution?.requestId, node?.userId]).toEqual([requestId, recipient.userId]);
    // Whoever is excluded keeps no context.
    if (node?.status !== "QUEUED") continue;
    compared += 1;
    const [row] = await app.query<{ context: string; profile: string | null }>(
      "select context::text, profile_data::text as profile from message where id = $1",
      [node.id],
    );
    expect(same(row?.context)).toBe(JSON.stringify(recipient.context));
    expect(same(row?.profile)).toBe(JSON.stringify(recipient.profile ?? null));
  }
  expect(stored).toBeGreaterThan(cases.numRuns / 4);
  expect(compared).toBeGreaterThan(cases.numRuns / 5);
  expect(codes.get("INPUT_INVALID")).toBeGreaterThan(cases.numRuns / 20);
  expect(codes.get("CONTEXT_RESERVED")).toBeGreaterThan(5);
  expect(codes.get("CONTEXT_TOO_LARGE")).toBeGreaterThan(0);
});

/** Without the spaces that a database may keep. */
function same(json: string | null | undefined): string {
  return JSON.stringify(JSON.parse(json ?? "null"));
}

test.each([
  ["an object 10,000 deep", `${'{"a":'.repeat(10_000)}1${"}".repeat(10_000)}`, /deep/],
  ["a list 10,000 deep", `{"a":${"[".repeat(10_000)}${"]".repeat(10_000)}}`, /deep/],
  ["numbers that are none", '{"a":NaN}', /not valid JSON/],
  ["a number without end", `{"a":1e400}`, null],
  ["a key twice", '{"a":1,"a":2}', null],
  ["ten thousand keys", `{${Array.from({ length: 10_000 }, (_, index) => `"k${index}":${index}`).join(",")}}`, null],
  ["half a pair, as its escape", '{"a":"\\ud800"}', null],
  ["NUL, as its escape", '{"a":"\\u0000"}', /NUL/],
])("a context with %s is refused in words, or stored as JSON reads it", async (what, context, refusal) => {
  const body = `{"query":${JSON.stringify(query)},"variables":{"input":{"campaignId":"${campaignId}","requestId":"${what}","recipients":[{"userId":"u","type":"EXTERNAL","channelData":{"emailAddress":"a@b.example"},"context":${context}}]}}}`;
  const { data, errors } = await send(body);
  if (refusal) {
    expect(errors?.[0]?.extensions.code).toBe("INPUT_INVALID");
    expect(errors?.[0]?.message).toMatch(refusal);
    return;
  }
  const id = data?.executeCampaign.execution.messages.edges[0]?.node.id;
  const [row] = await app.query<{ context: string }>("select context::text from message where id = $1", [id]);
  expect(same(row?.context)).toBe(JSON.stringify(JSON.parse(context)));
});
