import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { act, aLiveCampaign } from "../support/campaigns.ts";
import { cases, random } from "../support/random-cases.ts";
import { createRestClient, type RestClient } from "../support/rest-client.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";

let app: TestApp;
let rest: RestClient;
let campaigns: { ordinary: string; highThroughput: string };
beforeAll(async () => {
  app = await startTestApp();
  rest = createRestClient(app.url, app.adminKey);
  const live = async (fields: Readonly<Record<string, unknown>>) => {
    const { id } = await aLiveCampaign(app.client, fields);
    // Paused: what was accepted stays as it was stored.
    await act(app.client, "pauseCampaign", id);
    return id as string;
  };
  campaigns = { ordinary: await live({}), highThroughput: await live({ highThroughput: true, createProfiles: false }) };
});
afterAll(() => app.stop());

/** What nobody expects in a place, as JSON text: some of it no object of JavaScript's can hold. */
const strange = fc.oneof(
  fc.constantFrom("null", "true", "[]", "{}", '""', "0", "-0", "1e400", "-1e-400", "9".repeat(400), "1.5", '"x"'),
  fc.constantFrom('"\\ud800"', '"\\udc00x"', '"a\\u0000b"', '"\\u0000"', `"${"x".repeat(5000)}"`, '"\\ufeff"', '"\\u202e"'),
  fc.constantFrom(
    '{"__proto__":{"polluted":1}}',
    '{"constructor":{"prototype":{"polluted":1}}}',
    '{"a":1,"a":2}',
    '{"system":1}',
  ),
  fc.nat(3000).map((depth) => `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`),
  fc.nat(3000).map((depth) => `${"[".repeat(depth)}${"]".repeat(depth)}`),
  fc.json({ maxDepth: 4 }),
  fc.string({ unit: "binary", maxLength: 600 }).map((text) => JSON.stringify(text)),
);

const strangeKey = fc.oneof(
  fc.constantFrom("__proto__", "constructor", "toString", "", "userid", "chanelData", "executeAt", "audienceId", "kind"),
  fc.string({ unit: "binary", maxLength: 20 }),
);

/** Where a good body is spoilt: by its path, or by a key beside those that belong there. */
const places = [
  ...[["requestId"], ["campaignId"], ["recipients"], ["recipients", 0], ["recipients", 0, "type"], ["recipients", 0, "userId"]],
  ...[
    ["recipients", 0, "namespace"],
    ["recipients", 0, "channelData"],
    ["recipients", 0, "channelData", "emailAddress"],
  ],
  ...[
    ["recipients", 0, "channelData", "pushInfo"],
    ["recipients", 0, "profile"],
    ["recipients", 0, "context"],
  ],
  ...[
    ["recipients", 0, "context", "name"],
    ["recipients", 1],
    ["recipients", 1, "userId"],
    ["recipients", 1, "type"],
  ],
] as (string | number)[][];
const parents = [[], ["recipients", 0], ["recipients", 0, "channelData"], ["recipients", 0, "context"]] as (string | number)[][];

const mutation = fc.oneof(
  { weight: 6, arbitrary: fc.record({ path: fc.constantFrom(...places), text: strange }) },
  { weight: 2, arbitrary: fc.record({ path: fc.constantFrom(...places), text: fc.constant(undefined) }) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom(...parents), strangeKey, strange)
      .map(([at, key, text]) => ({ path: [...at, key], text })),
  },
);

const generated = fc.record({
  path: fc.constantFrom("/executions/unitary", "/executions/highthroughput"),
  campaign: fc.constantFrom("ordinary" as const, "highThroughput" as const),
  type: fc.constantFrom("aep", "external"),
  mutations: fc.array(mutation, { maxLength: 2 }),
});

type Node = { [key: string | number]: unknown };

function goodBody(index: number, { campaign, type }: { campaign: keyof typeof campaigns; type: string }): Node {
  const person = (name: string) => ({
    ...{
      type,
      namespace: "email",
      userId: `${name}${index}@made.example`,
      context: { name: "A", more: { list: [1, "2", null] } },
    },
  });
  const [first, second] = [person("first"), person("second")];
  const channelData = { emailAddress: `other${index}@made.example` };
  return { requestId: `made-${index}`, campaignId: campaigns[campaign], recipients: [{ ...first, channelData }, second] };
}

/** A marker for each strange text, put in place once the rest is JSON. */
function spoil(body: Node, mutations: readonly { path: (string | number)[]; text: string | undefined }[]): string {
  const texts: string[] = [];
  for (const { path, text } of mutations) {
    const last = path.at(-1) ?? "";
    const parent = path.slice(0, -1).reduce<unknown>((node, key) => (node as Node | undefined)?.[key], body);
    if (typeof parent !== "object" || parent === null) continue;
    if (text === undefined) delete (parent as Node)[last];
    else {
      Object.defineProperty(parent, last, { value: `@@${texts.length}@@`, enumerable: true, configurable: true, writable: true });
      texts.push(text);
    }
  }
  return JSON.stringify(body).replaceAll(/"@@(\d)@@"/g, (_all, at) => texts[Number(at)] ?? "");
}

type Counts = { executions: number; messages: number; excluded: number; profiles: number; accepted: number };
async function countRows(): Promise<Counts> {
  const [row] = await app.query<Counts>(
    `select (select count(*) from execution)::int as executions, (select count(*) from message)::int as messages,
       (select count(*) from message where status = 'EXCLUDED')::int as excluded, (select count(*) from profile)::int as profiles,
       (select coalesce(sum(accepted), 0) from delivery_total t join campaign c on c.id = t.scope_id)::int as accepted`,
  );
  return row as Counts;
}

test("generated bodies: each is refused and leaves nothing, or is stored as the answer says", random, async () => {
  const statuses = new Map<number, number>();
  let before = await countRows();
  for (const [index, made] of fc.sample(generated, cases).entries()) {
    const text = spoil(goodBody(index, made), made.mutations);
    const { status, body } = await rest.post(made.path, text);
    const told = `SEED=${cases.seed} ${index}: ${made.path} ${text.slice(0, 500)}\n${status} ${JSON.stringify(body).slice(0, 1000)}`;
    expect(status, told).toBeLessThan(500);
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
    const after = await countRows();
    if (status === 202 && !body.replayed) {
      const sent = JSON.parse(text) as { requestId: string; recipients: unknown[] };
      expect([body.requestId, body.counts.accepted], told).toEqual([sent.requestId, sent.recipients.length]);
      expect(body.excluded?.length ?? 0, told).toBe(body.counts.excluded);
      expect({ ...after, profiles: before.profiles }, told).toEqual({
        ...{ executions: before.executions + 1, messages: before.messages + body.counts.accepted, profiles: before.profiles },
        ...{ excluded: before.excluded + body.counts.excluded, accepted: before.accepted + body.counts.accepted },
      });
      expect(after.profiles, told).toBeGreaterThanOrEqual(before.profiles);
    } else {
      expect(after, told).toEqual(before);
      if (status !== 202) expect(body.title.length, told).toBeLessThan(700);
    }
    before = after;
  }
  expect(({} as { polluted?: number }).polluted).toBeUndefined();
  console.info(`generated bodies: ${[...statuses].map(([status, times]) => `${status}: ${times}`).join(", ")}`);
  expect(statuses.get(202)).toBeGreaterThan(cases.numRuns / 10);
  expect(statuses.get(400)).toBeGreaterThan(cases.numRuns / 4);
});
