import { afterAll, beforeAll, expect, test } from "vitest";
import { act, aLiveCampaign, execute, recipients } from "../support/campaigns.ts";
import type { Data } from "../support/graphql-client.ts";
import { fewestStatementsOf, statementsOf } from "../support/statements.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({}, undefined, undefined, { engineRuns: "on its thread" });
  for (let index = 0; index < 8; index += 1) {
    const { id } = await aLiveCampaign(app.client, { title: `Campaign ${index}` });
    await act(app.client, "pauseCampaign", id);
    for (const requestId of ["a", "b", "c"]) await execute(app.client, { campaignId: id, requestId, recipients: recipients(3) });
  }
});
afterAll(() => app.stop());

const list = `query ($first: Int!) {
  campaigns(first: $first) {
    totalCount
    edges {
      node {
        id title status availableActions content { email { subject } }
        stats { accepted queued exclusions { reason count } }
        version { id number channelConfiguration { id } }
        draftVersion { id }
        channelConfiguration { name }
        review { canActivate issues { code } }
        executions(first: 2) {
          totalCount
          edges {
            node {
              id
              stats { accepted }
              campaign { title }
              messages(first: 2) { totalCount edges { node { userId timeline { status } } } }
            }
          }
        }
      }
    }
  }
}`;

test("a list of 8 campaigns with everything in it takes as many SQL statements as a list of 2: twelve", async () => {
  const read = async (first: number): Promise<Data[]> => {
    const { campaigns } = await app.client.expectData(list, { first });
    return campaigns.edges.map((edge: Data) => edge.node);
  };
  const [warm] = await read(1);
  expect(warm.executions.edges[0].node.messages.edges).toHaveLength(2);
  const few = await fewestStatementsOf(() => read(2));
  let found: Data[] = [];
  const many = await statementsOf(async () => {
    found = await read(8);
  });
  expect(found).toHaveLength(8);
  for (const campaign of found) {
    expect(campaign.stats.accepted).toBe(9);
    expect(campaign.executions).toMatchObject({ totalCount: 3, edges: { length: 2 } });
    for (const { node } of campaign.executions.edges) {
      expect(node.messages).toMatchObject({ totalCount: 3, edges: { length: 2 } });
      expect(node.campaign.title).toBe(campaign.title);
    }
  }
  expect(many.length, many.join("\n\n")).toBe(few.length);
  // Campaigns, versions, configurations; executions twice (page, rows), messages, their campaigns; totals twice; three counts.
  expect(many.length, many.join("\n\n")).toBe(12);
});
