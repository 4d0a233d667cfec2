import { createHash } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { aCampaign } from "../support/campaigns.ts";
import { statementsOf } from "../support/statements.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";

/** What a page of 500 costs, with all that follows: more than the loop answers itself. */
const fields = Array.from({ length: 20 }, (_, index) => `title${index}: title`).join(" ");
const query = `query Page($first: Int!) { campaigns(first: $first) { edges { node { id ${fields} stats { accepted } } } } }`;
const variables = { first: 500 };
const costOfPage = 12_501;

let app: TestApp;
let expected: unknown;
beforeAll(async () => {
  const environment = { RATE_LIMIT_COST_PER_SECOND: String(4 * costOfPage) };
  app = await startTestApp(environment, undefined, undefined, { engineRuns: "on its thread" });
  for (let index = 0; index < 5; index += 1) await aCampaign(app.client, { title: `Campaign ${index}` });
  // Few of the same, by the loop itself.
  expected = (await app.client.expectData(query, { first: 10 })).campaigns;
  // From the sources, its thread starts slowly.
  await app.client.expectData(query, variables);
}, 180_000);
afterAll(() => app.stop());

const headers = () => ({ "content-type": "application/json", authorization: `Bearer ${app.adminKey}` });
const post = (body: object) => fetch(`${app.url}/graphql`, { method: "POST", headers: headers(), body: JSON.stringify(body) });
const get = (asked: Readonly<Record<string, string>>) =>
  fetch(`${app.url}/graphql?${new URLSearchParams(asked)}`, { headers: headers() });

/** What was read meanwhile by the server's own thread. */
async function expectAnsweredElsewhere(work: () => Promise<unknown>): Promise<void> {
  const statements = await statementsOf(work);
  expect(statements.filter((text) => /from "?campaign/i.test(text))).toEqual([]);
}

const hash = createHash("sha256").update(query).digest("hex");
const extensions = { persistedQuery: { version: 1, sha256Hash: hash } };
const ways: Readonly<Record<string, () => Promise<Response>>> = {
  "by POST": () => post({ query, variables }),
  "by GET": () => get({ query, variables: JSON.stringify(variables) }),
  "with its hash": () => post({ query, variables, extensions }),
  "by its hash alone": () => post({ variables, extensions }),
  "by its hash alone, by GET": () => get({ variables: JSON.stringify(variables), extensions: JSON.stringify(extensions) }),
};

test.each(Object.entries(ways))(
  "a dear page that is asked for %s is answered by the thread of large calls",
  async (_way, ask) => {
    await pause();
    await expectAnsweredElsewhere(async () => {
      const answer = await ask();
      expect(answer.headers.get("cache-control")).toBe("no-store");
      expect(await answer.json()).toEqual({ data: { campaigns: expected } });
    });
  },
);

test("over a WebSocket it is answered in the same way", async () => {
  await pause();
  await expectAnsweredElsewhere(async () => {
    const { values, errors, done } = app.client.subscribe(query, variables);
    await done;
    expect([values, errors]).toEqual([[{ campaigns: expected }], []]);
  });
});

test("a fault of a field comes back as from the loop", async () => {
  await pause();
  const faulty = query.replace("campaigns(first", 'other: campaigns(after: "nonsense") { totalCount } campaigns(first');
  const { errors } = await app.client.call(faulty, variables);
  const [few] = (await app.client.call(faulty, { first: 10 })).errors ?? [];
  const place = ({ path, message, extensions: { code } }: NonNullable<typeof few>) => ({ path, message, code });
  expect(errors?.map(place)).toEqual([few].map((error) => error && place(error)));
});

test("its cost is taken where it came in, and once", async () => {
  await pause();
  const told = await Promise.all(Array.from({ length: 5 }, () => app.client.call(query, variables)));
  expect(told.map(({ status }) => status).toSorted()).toEqual([200, 200, 200, 200, 429]);
  const refused = told.find(({ status }) => status === 429);
  expect([refused?.headers.get("retry-after"), refused?.errors?.[0]?.extensions.code]).toEqual(["1", "RATE_LIMITED"]);
});

/** Until there is a second to spend. */
async function pause(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 1_100));
}
