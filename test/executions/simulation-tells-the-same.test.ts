import { afterAll, beforeAll, expect, test } from "vitest";
import { judgeRecipient } from "../../src/executions/judge-recipient.ts";
import { aCampaign, aLiveCampaign, execute, mailbox } from "../support/campaigns.ts";
import type { Data } from "../support/graphql-client.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";
import { until } from "../support/until.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.stop());

const simulateDocument = `query ($input: ExecuteCampaignInput!, $first: Int, $after: String) {
  simulateExecution(input: $input) {
    acceptedCount excludedCount toSendCount plannedDurationSeconds exclusions { reason count }
    recipients(first: $first, after: $after) {
      totalCount pageInfo { hasNextPage endCursor }
      edges { node { userId address exclusion exclusionDetail rendered { subject html text body segments } } }
    }
  }
}`;
const simulate = async (input: object, page: object = {}): Promise<Data> =>
  (await app.client.expectData(simulateDocument, { input, ...page })).simulateExecution;

const content = {
  email: { subject: "Hi {{profile.firstName}} {{context.name}}", html: "<p>{{context.name}}</p>", text: "{{context.name}}" },
};
const people = [
  { userId: "known@b.example", context: { name: "<A>" }, profile: { firstName: "Given" } },
  { userId: "other@b.example", context: { name: "B" } },
  { userId: "unknown@b.example", context: { name: "C" } },
  { userId: "missing@b.example", context: {} },
  { userId: "suppressed@b.example", context: { name: "D" } },
  { userId: "no address", context: { name: "E" } },
  { userId: "ext@b.example", type: "EXTERNAL", context: { name: "F" } },
];

/** Every row that a user could care about. */
async function everything(): Promise<unknown> {
  const tables = [
    "campaign",
    "execution",
    "message",
    "profile",
    "profile_identity",
    "delivery_total",
    "exclusion_total",
    "event",
    "sandbox_message",
  ];
  const counts = tables.map((table) => `(select count(*)::int from ${table}) as ${table}`);
  return app.query(`select ${counts.join(", ")}`);
}

test("a simulation stores nothing and says the verdicts and texts that the execution then has [D4] [D11]", async () => {
  await app.client.expectData(
    `mutation { upsertProfiles(profiles: [
      { namespace: "email", userId: "known@b.example", attributes: { firstName: "Stored" } },
      { namespace: "email", userId: "other@b.example", attributes: { firstName: "Olga" } },
      { namespace: "email", userId: "missing@b.example" }, { namespace: "email", userId: "suppressed@b.example" }, { namespace: "email", userId: "no address" }
    ]) { createdCount } addSuppressions(entries: [{ channel: EMAIL, value: "suppressed@b.example" }]) }`,
  );
  const { id } = await aLiveCampaign(app.client, { content, createProfiles: false });
  const input = { campaignId: id, requestId: "simulated", recipients: people };
  const before = await everything();
  const simulation = await simulate(input);
  expect(await everything()).toEqual(before);

  const verdicts = simulation.recipients.edges.map((edge: Data) => edge.node);
  expect(verdicts.map((verdict: Data) => verdict.exclusion)).toEqual([
    ...[null, null, "PROFILE_NOT_FOUND", "MISSING_CONTEXT", "SUPPRESSED", "ADDRESS_INVALID", null],
  ]);
  expect(simulation).toMatchObject({ acceptedCount: 7, excludedCount: 4, toSendCount: 3, plannedDurationSeconds: null });
  expect(simulation.exclusions).toHaveLength(4);
  expect(verdicts[0].rendered).toEqual({
    subject: "Hi Given <A>",
    html: "<p>&lt;A&gt;</p>",
    text: "<A>",
    body: null,
    segments: null,
  });

  const { execution } = await execute(app.client, input);
  const query = `query ($id: ID!) { execution(id: $id) { status messages { edges { node { userId address exclusion exclusionDetail } } } } }`;
  const messages = await until("finished", async () => {
    const { execution: present } = await app.client.expectData(query, { id: execution.id });
    return present.status === "FINISHED" && present.messages.edges.map((edge: Data) => edge.node);
  });
  expect(messages).toEqual(verdicts.map(({ rendered: _rendered, ...verdict }: Data) => verdict));
  const mail = await mailbox(app.client, id);
  expect(mail.map(({ userId, subject, html, text }) => ({ userId, subject, html, text }))).toEqual(
    verdicts.flatMap(({ userId, rendered }: Data) => {
      const { subject, html, text } = rendered ?? {};
      return rendered ? [{ userId, subject, html, text }] : [];
    }),
  );
});

test("a draft can be simulated, and createProfiles counts without creating anybody [D11]", async () => {
  const { id } = await aCampaign(app.client, { content });
  const before = await everything();
  const simulation = await simulate({
    campaignId: id,
    requestId: "r",
    recipients: [{ userId: "new@b.example", context: { name: "N" } }],
  });
  expect(simulation).toMatchObject({ toSendCount: 1 });
  expect(await everything()).toEqual(before);
});

test("verdicts come in pages, in the order of the call", async () => {
  const { id } = await aCampaign(app.client, { highThroughput: true });
  const recipients = Array.from({ length: 5 }, (_, index) => ({ userId: `n${index}@b.example`, context: { name: index } }));
  const found: string[] = [];
  let after: string | null = null;
  do {
    const { recipients: page }: Data = await simulate({ campaignId: id, requestId: "r", recipients }, { first: 2, after });
    expect(page.totalCount).toBe(5);
    found.push(...page.edges.map((edge: Data) => edge.node.userId));
    after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
  } while (after);
  expect(found).toEqual(recipients.map((person) => person.userId));
});

test("a simulation refuses the faults of a call as executing does", async () => {
  const { id } = await aCampaign(app.client);
  const code = (input: object) => app.client.call(simulateDocument, { input: { campaignId: id, requestId: "r", ...input } });
  expect((await code({ recipients: [] })).errors?.[0]?.extensions.code).toBe("INPUT_INVALID");
  expect((await code({ recipients: [{ userId: "a" }, { userId: "a" }] })).errors?.[0]?.extensions.code).toBe(
    "RECIPIENTS_DUPLICATED",
  );
});

test("previewContent renders the draft beside the live version, without a stored profile, and says what is missing", async () => {
  const { id } = await aLiveCampaign(app.client, { content });
  const draft = { email: { subject: "Draft {{context.name}}", html: "<p>{{profile.firstName}}</p>", text: "T" } };
  const { campaign } = await app.client.expectData("query ($id: ID!) { campaign(id: $id) { revision } }", { id });
  await app.client.expectData(
    "mutation ($id: ID!, $input: UpdateCampaignInput!) { updateCampaign(id: $id, input: $input) { id } }",
    {
      id,
      input: { expectedRevision: campaign.revision, content: draft },
    },
  );
  const query = `query ($id: ID!, $sample: RecipientInput!) { previewContent(campaignId: $id, sample: $sample) { subject html text issues { severity code message } } }`;
  const preview = async (sample: object): Promise<Data> => (await app.client.expectData(query, { id, sample })).previewContent;
  expect(await preview({ userId: "nobody", profile: { firstName: "<Zoe>" }, context: { name: "Z" } })).toEqual({
    ...{ subject: "Draft Z", html: "<p>&lt;Zoe&gt;</p>", text: "T", issues: [] },
  });
  expect(await preview({ userId: "nobody" })).toMatchObject({
    subject: null,
    issues: [{ severity: "ERROR", code: "MISSING_CONTEXT", message: expect.stringContaining("context.name") }],
  });
});

test("the reasons are judged in one order: person, address, suppression, consent, repetition [D8]", () => {
  const rules = {
    ...({ channel: "EMAIL", category: "MARKETING" } as const),
    ...{ createProfiles: false, highThroughput: false, unknownConsentIsConsent: true, defaultCountry: null },
  };
  const recipient = { type: "PROFILE", identity: { namespace: "crm", value: "u" }, given: null } as const;
  const facts = { profileId: null, profileAddress: null, consent: "OPTED_OUT", isSuppressed: true } as const;
  const seen = new Set(["a@b.example"]);
  const reason = (change: object, given: object = recipient) =>
    judgeRecipient(rules, { ...recipient, ...given }, { ...facts, ...change }, seen).exclusion?.reason;
  const known = { profileId: "p" };
  const found = { ...known, profileAddress: "A@b.example" };
  expect(reason({})).toBe("PROFILE_NOT_FOUND");
  expect(reason(known)).toBe("NO_ADDRESS");
  expect(reason(known, { given: { text: "x", address: null } })).toBe("ADDRESS_INVALID");
  expect(reason(found)).toBe("SUPPRESSED");
  expect(reason({ ...found, isSuppressed: false })).toBe("NO_CONSENT");
  expect(reason({ ...found, isSuppressed: false, consent: "OPTED_IN" })).toBe("DUPLICATE_ADDRESS");
  expect(reason({ ...known, profileAddress: "fresh@b.example", isSuppressed: false, consent: null })).toBeUndefined();
});
