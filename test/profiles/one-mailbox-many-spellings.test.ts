import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { act, aLiveCampaign, execute, mailbox } from "../support/campaigns.ts";
import type { Data } from "../support/graphql-client.ts";
import { mailboxPairs, numberPairs, type SpellingPair } from "../support/spellings.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";
import { until } from "../support/until.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.stop());

const content = {
  EMAIL: { email: { subject: "S", html: "<p>{{message.unsubscribeUrl}}</p>", text: "T" } },
  SMS: { sms: { body: "S" } },
};
const kinds = [
  { channel: "EMAIL", namespace: "email", pairsOf: (from: number) => mailboxPairs(700, `p${from}`) },
  { channel: "SMS", namespace: "phone", pairsOf: (from: number) => numberPairs(300, from * 1000) },
] as const;

async function simulate(campaignId: string, recipients: readonly object[]): Promise<Record<string, number>> {
  const query = `query ($input: ExecuteCampaignInput!) { simulateExecution(input: $input) { toSendCount exclusions { reason count } } }`;
  const { simulateExecution: found } = await app.client.expectData(query, {
    input: { campaignId, requestId: "simulated", recipients },
  });
  return Object.fromEntries([
    ...(found.toSendCount > 0 ? [["TO_SEND", found.toSendCount]] : []),
    ...found.exclusions.map(({ reason, count }: Data) => [reason, count]),
  ]);
}

const external = (userIds: readonly string[]): object[] => userIds.map((userId) => ({ userId, type: "EXTERNAL" }));
const ones = (pairs: readonly SpellingPair[]): string[] => pairs.map(({ one }) => one);
const others = (pairs: readonly SpellingPair[]): string[] => pairs.map(({ other }) => other);

async function suppress(mutation: "addSuppressions" | "removeSuppressions", entries: readonly object[]): Promise<number> {
  const document = `mutation ($entries: [SuppressionInput!]!) { ${mutation}(entries: $entries) }`;
  return (await app.client.expectData(document, { entries }))[mutation];
}

const upsertDocument =
  "mutation ($profiles: [ProfileInput!]!) { upsertProfiles(profiles: $profiles) { createdCount updatedCount } }";

describe.each(kinds)("1,000 pairs of spellings, those of $channel", ({ channel, namespace, pairsOf }) => {
  test("who is suppressed in one spelling gets nothing in another, and is let go in another", async () => {
    const pairs = pairsOf(1);
    const { id } = await aLiveCampaign(app.client, { channel, content: content[channel] });
    const entries = ones(pairs).map((value) => ({ channel, value }));
    expect(await suppress("addSuppressions", entries)).toBe(pairs.length);
    expect(
      await suppress(
        "addSuppressions",
        others(pairs).map((value) => ({ channel, value })),
      ),
    ).toBe(0);
    expect(await simulate(id, external(others(pairs)))).toEqual({ SUPPRESSED: pairs.length });
    expect(await simulate(id, external(ones(pairs)))).toEqual({ SUPPRESSED: pairs.length });
    expect(
      await suppress(
        "removeSuppressions",
        others(pairs).map((value) => ({ channel, value })),
      ),
    ).toBe(pairs.length);
    expect(await simulate(id, external(ones(pairs)))).toEqual({ TO_SEND: pairs.length });
  });

  test("who opted out in one spelling gets no marketing in another, known or EXTERNAL", async () => {
    const pairs = pairsOf(2);
    const { id } = await aLiveCampaign(app.client, { channel, category: "MARKETING", content: content[channel] });
    const profiles = ones(pairs).map((userId) => ({ namespace, userId, consents: [{ channel, state: "OPTED_OUT" }] }));
    await app.client.expectData(upsertDocument, { profiles });
    expect(await simulate(id, external(others(pairs)))).toEqual({ NO_CONSENT: pairs.length });
    expect(
      await simulate(
        id,
        others(pairs).map((userId) => ({ userId })),
      ),
    ).toEqual({ NO_CONSENT: pairs.length });
  });

  test("one person is found and changed under every spelling, and made once", async () => {
    const pairs = pairsOf(3);
    const toProfiles = (userIds: readonly string[]) => userIds.map((userId) => ({ namespace, userId }));
    expect((await app.client.expectData(upsertDocument, { profiles: toProfiles(ones(pairs)) })).upsertProfiles).toEqual({
      ...{ createdCount: pairs.length, updatedCount: 0 },
    });
    expect((await app.client.expectData(upsertDocument, { profiles: toProfiles(others(pairs)) })).upsertProfiles).toEqual({
      ...{ createdCount: 0, updatedCount: pairs.length },
    });
    const { id } = await aLiveCampaign(app.client, { channel, createProfiles: false, content: content[channel] });
    expect(
      await simulate(
        id,
        others(pairs).map((userId) => ({ userId })),
      ),
    ).toEqual({ TO_SEND: pairs.length });
  });

  test("one address in two spellings gets one marketing message of a call", async () => {
    const pairs = pairsOf(4);
    const { id } = await aLiveCampaign(app.client, { channel, category: "MARKETING", content: content[channel] });
    const spelled = pairs.flatMap(({ one, other }) => [one, ...(one === other ? [] : [other])]);
    expect(await simulate(id, external(spelled))).toEqual({
      ...{ TO_SEND: pairs.length, DUPLICATE_ADDRESS: spelled.length - pairs.length },
    });
    expect(spelled.length).toBeGreaterThan(pairs.length * 1.7);
  });

  test("what is suppressed or opted out while messages wait binds them in every spelling [D9]", async () => {
    const pairs = pairsOf(5);
    const half = Math.floor(pairs.length / 2);
    const { id } = await aLiveCampaign(app.client, { channel, category: "MARKETING", content: content[channel] });
    await act(app.client, "pauseCampaign", id);
    const { execution } = await execute(app.client, { campaignId: id, requestId: "waits", recipients: external(others(pairs)) });
    await suppress(
      "addSuppressions",
      ones(pairs.slice(0, half)).map((value) => ({ channel, value })),
    );
    const profiles = ones(pairs.slice(half)).map((userId) => ({
      namespace,
      userId,
      consents: [{ channel, state: "OPTED_OUT" }],
    }));
    await app.client.expectData(upsertDocument, { profiles });
    await act(app.client, "resumeCampaign", id);
    const stats = await until("finished", async () => {
      const query = "query ($id: ID!) { execution(id: $id) { status stats { sent exclusions { reason count } } } }";
      const { execution: found } = await app.client.expectData(query, { id: execution.id });
      return found.status === "FINISHED" && found.stats;
    });
    expect(stats.sent).toBe(0);
    expect(new Map(stats.exclusions.map(({ reason, count }: Data) => [reason, count]))).toEqual(
      new Map([
        ["NO_CONSENT", pairs.length - half],
        ["SUPPRESSED", half],
      ]),
    );
  });

  test("the mailbox is searched in every spelling", async () => {
    const pairs = pairsOf(6).slice(0, 26);
    const { id } = await aLiveCampaign(app.client, { channel, content: content[channel] });
    await execute(app.client, { campaignId: id, requestId: "mail", recipients: external(others(pairs)) });
    await until("all arrived", async () => (await mailbox(app.client, id)).length === pairs.length);
    const fields = pairs.map((_pair, index) => `m${index}: sandboxMessages(address: $a${index}) { totalCount }`);
    const names = pairs.map((_pair, index) => `$a${index}: String`);
    for (let from = 0; from < pairs.length; from += 10) {
      const [some, given] = [fields.slice(from, from + 10), names.slice(from, from + 10)];
      const variables = Object.fromEntries(
        ones(pairs)
          .map((one, index) => [`a${index}`, one])
          .slice(from, from + 10),
      );
      const found = await app.client.expectData(`query (${given.join(", ")}) { ${some.join(" ")} }`, variables);
      for (const page of Object.values<Data>(found)) expect(page.totalCount).toBe(1);
    }
  });
});

test("a domain that is suppressed in one spelling is in all", async () => {
  const { id } = await aLiveCampaign(app.client, { content: content.EMAIL });
  await suppress("addSuppressions", [{ channel: "EMAIL", kind: "DOMAIN", value: "@Bl\u00f6ckiert.example" }]);
  const people = ["a@blo\u0308ckiert.example", "b@xn--blckiert-o4a.example", "c@BLÖCKIERT\u3002example", "d@other.example"];
  expect(await simulate(id, external(people))).toEqual({ SUPPRESSED: 3, TO_SEND: 1 });
});

test("an address of the profile is sent to as it was spelled, and found as any spelling", async () => {
  const identities = [{ namespace: "email", value: "Ann.Lee@Example.ORG" }];
  await app.client.expectData(upsertDocument, { profiles: [{ namespace: "crm", userId: "ann", identities }] });
  const { id } = await aLiveCampaign(app.client, { namespace: "crm", createProfiles: false, content: content.EMAIL });
  await execute(app.client, { campaignId: id, requestId: "ann", recipients: [{ userId: "ann" }] });
  const [mail] = await until("it arrived", async () => {
    const found = await mailbox(app.client, id);
    return found.length > 0 && found;
  });
  expect(mail.address).toBe("Ann.Lee@example.org");
});
