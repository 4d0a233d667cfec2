import { afterAll, beforeAll, expect, test } from "vitest";
import { act, aLiveCampaign } from "../support/campaigns.ts";
import { createRestClient, type RestClient } from "../support/rest-client.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";

let app: TestApp;
let rest: RestClient;
let campaignId: string;
beforeAll(async () => {
  app = await startTestApp();
  rest = createRestClient(app.url, app.adminKey);
  const content = { email: { subject: "S", html: "<p>{{context.name}}</p>", text: "T" } };
  campaignId = (await aLiveCampaign(app.client, { content })).id;
  await act(app.client, "pauseCampaign", campaignId);
});
afterAll(() => app.stop());

const people = (count: number, name: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => ({
    ...{ type: "external", namespace: "email", userId: `large${index}@shop.example`, context: { name: name(index) } },
  }));

const messagesOf = async (requestId: string): Promise<number> => {
  const text = "select count(*)::int as count from message m join execution e on e.id = m.execution_id where e.request_id = $1";
  const [row] = await app.query<{ count: number }>(text, [requestId]);
  return row?.count ?? 0;
};

test("50,000 people in a call are accepted and stored; one more is refused, and stores nobody", async () => {
  const requestId = "fifty-thousand";
  const recipients = people(50_001, (index) => `Name ${index}`);
  const { status, body } = await rest.post("/executions/unitary", {
    requestId,
    campaignId,
    recipients: recipients.slice(0, 50_000),
  });
  expect([status, body.counts]).toEqual([202, { accepted: 50_000, excluded: 0, toSend: 50_000 }]);
  expect(await messagesOf(requestId)).toBe(50_000);
  const tooMany = await rest.post("/executions/unitary", { requestId: "one-more", campaignId, recipients });
  expect([tooMany.status, tooMany.body.code]).toEqual([400, "RECIPIENTS_TOO_MANY"]);
  expect(tooMany.body.report.additionalContext).toMatchObject({
    requestId: "one-more",
    campaignId,
    max: "50000",
    given: "50001",
  });
  expect(await messagesOf("one-more")).toBe(0);
}, 180_000);

test("a body of 64 MB is accepted, and one of a byte more is 413, stored nowhere", async () => {
  const bytesMax = 64 * 1024 * 1024;
  const padTo = (requestId: string, bytes: number): string => {
    const recipients = people(340, () => "x".repeat(190_000));
    const text = JSON.stringify({ requestId, campaignId, recipients });
    return text + " ".repeat(bytes - text.length);
  };
  const largest = await rest.post("/executions/unitary", padTo("largest", bytesMax));
  expect([largest.status, largest.body.counts?.accepted]).toEqual([202, 340]);
  const larger = await rest.post("/executions/unitary", padTo("larger", bytesMax + 1));
  expect([larger.status, larger.body.code]).toEqual([413, "BODY_TOO_LARGE"]);
  expect([await messagesOf("largest"), await messagesOf("larger")]).toEqual([340, 0]);
}, 180_000);

test("faults in every one of 50,000 people are answered at once: five in the sentence, twenty by their paths", async () => {
  const recipients = people(50_000, () => "A").map((person) => ({ ...person, type: "nobody", chanelData: {} }));
  const startedAt = performance.now();
  const { status, body } = await rest.post("/executions/unitary", { requestId: "faulty", campaignId, recipients });
  expect(performance.now() - startedAt).toBeLessThan(10_000);
  expect([status, body.code]).toEqual([400, "INPUT_INVALID"]);
  expect(body.title).toMatch(
    /^recipients\.0\.type: must be aep or external; recipients\.0\.chanelData: is unknown;.* and 15 more\.$/,
  );
  expect(body.details.faults).toHaveLength(20);
  expect(body.report.additionalContext["recipients.1.type"]).toBe("must be aep or external");
});
