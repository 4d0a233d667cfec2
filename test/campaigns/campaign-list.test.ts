import { afterAll, beforeAll, expect, test } from "vitest";
import { aCampaign, act } from "../support/campaigns.ts";
import type { Data } from "../support/graphql-client.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";

let app: TestApp;
const titles: string[] = [];
beforeAll(async () => {
  app = await startTestApp();
  for (let index = 0; index < 7; index += 1) {
    const title = index === 3 ? "100%_Sale\\Spring" : `Campaign ${index}`;
    const channel = index % 2 === 0 ? "EMAIL" : "SMS";
    const { id } = await aCampaign(app.client, { title, channel, tags: index < 2 ? ["early", "all"] : ["all"] });
    if (index < 3) await act(app.client, "activateCampaign", id);
    if (index === 0) await act(app.client, "pauseCampaign", id);
    titles.unshift(title);
  }
  await aCampaign(app.client, { title: "Letter", category: "MARKETING" });
  titles.unshift("Letter");
});
afterAll(() => app.stop());

const listDocument = `query ($status: [CampaignStatus!], $channel: Channel, $category: Category, $tag: String, $search: String, $first: Int, $after: String) {
  campaigns(status: $status, channel: $channel, category: $category, tag: $tag, search: $search, first: $first, after: $after) {
    edges { cursor node { title } } totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}`;

async function list(variables: Record<string, unknown> = {}): Promise<{ titles: string[]; page: Data }> {
  const { campaigns } = await app.client.expectData(listDocument, variables);
  return { titles: campaigns.edges.map((edge: Data) => edge.node.title), page: campaigns };
}

test.each<[string, Record<string, unknown>, string[]]>([
  ["status", { status: ["LIVE", "PAUSED"] }, ["Campaign 2", "Campaign 1", "Campaign 0"]],
  ["channel", { channel: "SMS" }, ["Campaign 5", "100%_Sale\\Spring", "Campaign 1"]],
  ["category", { category: "MARKETING" }, ["Letter"]],
  ["tag", { tag: "early" }, ["Campaign 1", "Campaign 0"]],
  ["part of the title in any case", { search: " cAMPAIGN 5 " }, ["Campaign 5"]],
  ["signs that mean something to SQL, as they are", { search: "0%_sALE\\" }, ["100%_Sale\\Spring"]],
  ["a percent sign, which is not a wildcard", { search: "C%5" }, []],
  ["several at once", { status: ["DRAFT"], channel: "EMAIL", tag: "all", search: "campaign" }, ["Campaign 6", "Campaign 4"]],
])("a list can be filtered by %s, and totalCount counts the same", async (_what, filter, expected) => {
  const { titles: found, page } = await list(filter);
  expect(found).toEqual(expected);
  expect(page.totalCount).toBe(expected.length);
});

test("pages follow each other, newest first, without a gap or a repeat", async () => {
  const found: string[] = [];
  let after: string | null = null;
  const sizes: number[] = [];
  do {
    const { titles: rows, page }: { titles: string[]; page: Data } = await list({ first: 3, after });
    expect(page.totalCount).toBe(8);
    expect(page.pageInfo).toEqual({
      hasNextPage: sizes.length < 2,
      hasPreviousPage: after !== null,
      startCursor: page.edges[0].cursor,
      endCursor: page.edges.at(-1).cursor,
    });
    found.push(...rows);
    sizes.push(rows.length);
    after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
  } while (after);
  expect(found).toEqual(titles);
  expect(sizes).toEqual([3, 3, 2]);
});

test("a page after the last row is empty", async () => {
  const { page } = await list();
  expect((await list({ after: page.pageInfo.endCursor })).page).toMatchObject({
    edges: [],
    totalCount: 8,
    pageInfo: { hasNextPage: false, startCursor: null, endCursor: null },
  });
});

test.each([0, -1, 501])("first: %d is refused", async (first) => {
  const error = await app.client.expectCode("INPUT_INVALID", listDocument, { first });
  expect(error.message).toBe("first must be a whole number from 1 to 500.");
});

test.each(["x", "", "****", Buffer.from("not an id").toString("base64url"), Buffer.from("1' or '1'='1").toString("base64url")])(
  "the cursor %j, which never came from here, is refused",
  async (after) => {
    const error = await app.client.expectCode("INPUT_INVALID", listDocument, { after });
    expect(error.message).toBe("after must be a cursor taken from an earlier page.");
  },
);
