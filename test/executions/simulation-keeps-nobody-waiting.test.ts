import { monitorEventLoopDelay } from "node:perf_hooks";
import { afterAll, beforeAll, expect, test } from "vitest";
import { aCampaign } from "../support/campaigns.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({}, undefined, undefined, { engineRuns: "on its thread" });
});
afterAll(() => app.stop());

/** As dear as one message may be: some milliseconds each. */
const dear = "{{#each context.list as |a|}}{{#each context.list as |b|}}{%= upperCase(concat(a, b)) %}{{/each}}{{/each}}";
const list = Array.from({ length: 60 }, (_, index) => `item ${index}`);
const people = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ userId: `p${index}@b.example`, context: { list } }));

async function longestWait(work: () => Promise<unknown>): Promise<number> {
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  await work();
  delay.disable();
  return delay.max / 1e6;
}

test("600 dear messages are simulated while the server answers everybody else at once", async () => {
  const { id } = await aCampaign(app.client, { content: { email: { subject: "S", html: `<p>${dear}</p>`, text: "T" } } });
  const query = `query ($input: ExecuteCampaignInput!) { simulateExecution(input: $input) {
    toSendCount recipients(first: 2) { edges { node { rendered { html } } } } } }`;
  const input = { campaignId: id, requestId: "r", recipients: people(600) };
  let simulated = await app.client.expectData(query, { input: { ...input, recipients: people(1) } });
  const waits: number[] = [];
  let isDone = false;
  const honest = async (): Promise<void> => {
    while (!isDone) {
      const from = performance.now();
      await app.client.expectData("{ viewer { id } }");
      waits.push(performance.now() - from);
    }
  };
  const waited = await longestWait(async () => {
    const asking = honest();
    simulated = await app.client.expectData(query, { input });
    isDone = true;
    await asking;
  });
  expect(simulated.simulateExecution.toSendCount).toBe(600);
  expect(simulated.simulateExecution.recipients.edges[1].node.rendered.html).toContain("ITEM 1ITEM 2");
  // One message after the other in the loop took many seconds. Only reading the call and its answer stay there.
  expect(waited).toBeLessThan(1000);
  expect(waits.toSorted((a, b) => a - b).at(Math.floor(waits.length * 0.99))).toBeLessThan(1000);
  expect(waits.length).toBeGreaterThan(20);
});

test("a preview of a long content is rendered on a thread, and says the same", async () => {
  const { id } = await aCampaign(app.client, {
    content: { email: { subject: "S", html: `<p>${dear}</p>${"<p>long</p>".repeat(3000)}`, text: "T" } },
  });
  const query = `query ($id: ID!, $sample: RecipientInput!) { previewContent(campaignId: $id, sample: $sample) { html issues { code } } }`;
  const [sample] = people(1);
  const { previewContent } = await app.client.expectData(query, { id, sample });
  expect(previewContent.html).toContain("ITEM 59ITEM 59");
  expect(previewContent.html).toContain("<p>long</p>");
});
