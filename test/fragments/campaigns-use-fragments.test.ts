import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { aCampaign, act, execute, mailbox } from "../support/campaigns.ts";
import { beginsNow, farStart } from "../support/dates.ts";
import { saveFragment } from "../support/fragments.ts";
import type { Data } from "../support/graphql-client.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";
import { until } from "../support/until.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.stop());

const recipient = { userId: "ada@b.example", context: { name: "<Ada>" } };

async function sent(campaignId: string, requestId: string, count: number): Promise<Data[]> {
  await execute(app.client, { campaignId, requestId, recipients: [recipient] });
  return until("it is sent", async () => {
    const found = await mailbox(app.client, campaignId);
    return found.length === count && found;
  });
}

async function reviewOf(id: string): Promise<Data> {
  const query = `query ($id: ID!) { campaign(id: $id) { revision review {
    canActivate variables issues { code path fragment line column } } } }`;
  return (await app.client.expectData(query, { id })).campaign.review;
}

async function update(id: string, content: object): Promise<void> {
  const { campaign } = await app.client.expectData("query ($id: ID!) { campaign(id: $id) { revision } }", { id });
  const document = "mutation ($id: ID!, $input: UpdateCampaignInput!) { updateCampaign(id: $id, input: $input) { id } }";
  await app.client.expectData(document, { id, input: { expectedRevision: campaign.revision, content } });
}

describe("every part of a content may use fragments", () => {
  test("an email in subject, preheader, html and text; escaped where html stands; its variables are those of the content", async () => {
    await saveFragment(app.client, { name: "greeting", content: "Hello {{context.name}}" });
    const email = {
      subject: "{{> greeting}}!",
      preheader: "{{>greeting}}.",
      html: "<p>{{> greeting }}</p>",
      text: "{{> greeting}}?",
    };
    const { id } = await aCampaign(app.client, { content: { email } });
    expect(await reviewOf(id)).toEqual({ canActivate: true, variables: ["context.name"], issues: [] });
    const { previewContent } = await app.client.expectData(
      `query ($id: ID!, $sample: RecipientInput!) { previewContent(campaignId: $id, sample: $sample) { subject preheader html text } }`,
      { id, sample: recipient },
    );
    expect(previewContent).toEqual({
      ...{ subject: "Hello <Ada>!", preheader: "Hello <Ada>.", html: "<p>Hello &lt;Ada&gt;</p>", text: "Hello <Ada>?" },
    });
    await act(app.client, "activateCampaign", id);
    expect(await sent(id, "first", 1)).toMatchObject([
      {
        subject: "Hello <Ada>!",
        html: expect.stringMatching(/>Hello &lt;Ada&gt;\.<.*<p>Hello &lt;Ada&gt;<\/p>$/),
        text: "Hello <Ada>?",
      },
    ]);
  });

  test("MJML, into which they are put as html after it was compiled; the text part has them too", async () => {
    await saveFragment(app.client, { name: "imprint", content: '<a href="https://a.example/{{context.name}}">Imprint</a>' });
    const html =
      "<mjml><mj-body><mj-section><mj-column><mj-text>Hi {{> imprint}}</mj-text></mj-column></mj-section></mj-body></mjml>";
    const { id } = await aCampaign(app.client, { content: { email: { subject: "S", html } } });
    await act(app.client, "activateCampaign", id);
    const [mail] = await sent(id, "first", 1);
    expect(mail.html).toContain('Hi <a href="https://a.example/&lt;Ada&gt;">Imprint</a></div>');
    expect(mail.text).toBe("Hi Imprint [https://a.example/<Ada>]");
  });

  test("an SMS", async () => {
    await saveFragment(app.client, { name: "greeting", channel: "SMS", content: "Dear {{context.name}}" });
    const { id } = await aCampaign(app.client, { channel: "SMS", content: { sms: { body: "{{> greeting}}, hello." } } });
    await act(app.client, "activateCampaign", id);
    await execute(app.client, { campaignId: id, requestId: "r", recipients: [{ ...recipient, userId: "+4915112345678" }] });
    await until("it is sent", async () => (await mailbox(app.client, id))[0]?.body === "Dear <Ada>, hello.");
  });

  test("a push message in title, body and data", async () => {
    await saveFragment(app.client, { name: "greeting", channel: "PUSH", content: "Hej {{context.name}}" });
    const push = { title: "{{> greeting}}", body: "{{> greeting}}", data: { deep: ["{{> greeting}}"] } };
    const { id } = await aCampaign(app.client, { channel: "PUSH", content: { push } });
    const { previewContent } = await app.client.expectData(
      "query ($id: ID!, $sample: RecipientInput!) { previewContent(campaignId: $id, sample: $sample) { title body data } }",
      { id, sample: recipient },
    );
    expect(previewContent).toEqual({ title: "Hej <Ada>", body: "Hej <Ada>", data: { deep: ["Hej <Ada>"] } });
  });
});

describe("versions", () => {
  test("what is live never changes when a fragment does; its draft, and the next activation, have the new version", async () => {
    const { id: fragmentId } = await saveFragment(app.client, { name: "inner", content: "one" });
    await saveFragment(app.client, { name: "outer", content: "[{{> inner}}]" });
    const content = { email: { subject: "{{> outer}}", html: "h" } };
    const { id } = await aCampaign(app.client, { content });
    await act(app.client, "activateCampaign", id);
    await saveFragment(app.client, { id: fragmentId, name: "inner", content: "two", expectedRevision: 1 });

    const subject = async () =>
      (
        await app.client.expectData(
          'query ($id: ID!) { previewContent(campaignId: $id, sample: { userId: "a@b.example" }) { subject } }',
          { id },
        )
      ).previewContent.subject;
    expect(await subject()).toBe("[one]");
    expect((await sent(id, "first", 1)).map((mail) => mail.subject)).toEqual(["[one]"]);

    await update(id, content);
    expect(await subject()).toBe("[two]");
    expect((await sent(id, "second", 2)).map((mail) => mail.subject)).toEqual(["[one]", "[one]"]);

    await act(app.client, "activateCampaign", id);
    expect((await sent(id, "third", 3)).map((mail) => mail.subject).sort()).toEqual(["[one]", "[one]", "[two]"]);
    const query = `query ($id: ID!) { campaign(id: $id) { content { fragments { fragmentId name number content } } } }`;
    const { campaign } = await app.client.expectData(query, { id });
    expect(campaign.content.fragments).toEqual([
      { fragmentId, name: "inner", number: 2, content: "two" },
      { fragmentId: expect.any(String), name: "outer", number: 1, content: "[{{> inner}}]" },
    ]);
  });

  test("a draft that was made of what is live, or is a duplicate of it, sees the latest version", async () => {
    const { id: fragmentId } = await saveFragment(app.client, { name: "copied", content: "old" });
    const { id } = await aCampaign(app.client, { content: { email: { subject: "{{> copied}}", html: "h" } } });
    await act(app.client, "activateCampaign", id);
    await saveFragment(app.client, { id: fragmentId, name: "copied", content: "new {{context.x}}", expectedRevision: 1 });
    expect((await reviewOf(id)).variables).toEqual([]);
    const { revision } = await act(app.client, "pauseCampaign", id);
    const document = "mutation ($id: ID!, $input: UpdateCampaignInput!) { updateCampaign(id: $id, input: $input) { id } }";
    await app.client.expectData(document, { id, input: { expectedRevision: revision, oneShot: true } });
    expect((await reviewOf(id)).variables).toEqual(["context.x"]);
    const copy = await act(app.client, "duplicateCampaign", id);
    expect((await reviewOf(copy.id)).variables).toEqual(["context.x"]);
  });

  test("a simulation and a proof show a draft with the latest version", async () => {
    const { id: fragmentId } = await saveFragment(app.client, { name: "shown", content: "old" });
    const { id } = await aCampaign(app.client, { content: { email: { subject: "{{> shown}}", html: "h", text: "t" } } });
    await saveFragment(app.client, { id: fragmentId, name: "shown", content: "new", expectedRevision: 1 });
    const { simulateExecution } = await app.client.expectData(
      `query ($input: ExecuteCampaignInput!) { simulateExecution(input: $input) {
        recipients { edges { node { rendered { subject } } } } } }`,
      { input: { campaignId: id, requestId: "r", recipients: [recipient] } },
    );
    expect(simulateExecution.recipients.edges).toEqual([{ node: { rendered: { subject: "new" } } }]);
    await app.client.expectData('mutation ($id: ID!) { sendProof(campaignId: $id, to: ["a@b.example"]) { status } }', { id });
    expect((await mailbox(app.client, id)).map((mail) => mail.subject)).toEqual(["[Proof] new"]);
  });
});

test("a campaign that failed at its start is a draft again, and sees the latest version", async () => {
  const { id: fragmentId } = await saveFragment(app.client, { name: "waited", channel: "SMS", content: "old" });
  const save = "mutation ($input: ChannelConfigurationInput!) { saveChannelConfiguration(input: $input) { id } }";
  const configuration = { name: "Gone", channel: "SMS", provider: "sandbox" };
  const saved = await app.client.expectData(save, { input: { ...configuration, active: true } });
  const channelConfigurationId = saved.saveChannelConfiguration.id;
  const content = { sms: { body: "{{> waited}}" } };
  const { id } = await aCampaign(app.client, { channel: "SMS", content, startAt: farStart, channelConfigurationId });
  expect(await act(app.client, "activateCampaign", id)).toMatchObject({ status: "SCHEDULED" });
  await app.client.expectData(save, { input: { ...configuration, id: channelConfigurationId, active: false } });
  const change = { name: "waited", channel: "SMS", content: "new {{context.x}}", expectedRevision: 1 };
  await saveFragment(app.client, { id: fragmentId, ...change });
  expect((await reviewOf(id)).variables).toEqual([]);
  const status = async () => (await app.client.expectData("query ($id: ID!) { campaign(id: $id) { status } }", { id })).campaign;
  await beginsNow(app, id);
  await until("it failed", async () => (await status()).status === "FAILED");
  expect((await reviewOf(id)).variables).toEqual(["context.x"]);
});

test("the campaigns that use a fragment are found: drafts through other fragments too, live ones by what they went live with", async () => {
  const { id: fragmentId } = await saveFragment(app.client, { name: "found_inner", content: "i" });
  const { id: outerId } = await saveFragment(app.client, { name: "found_outer", content: "{{> found_inner}}" });
  const content = { email: { subject: "{{> found_outer}}", html: "h", text: "t" } };
  const { id: draft } = await aCampaign(app.client, { content });
  const { id: live } = await aCampaign(app.client, { content });
  await act(app.client, "activateCampaign", live);
  const query = "query ($fragmentId: ID!) { campaigns(fragmentId: $fragmentId) { totalCount edges { node { id } } } }";
  const using = async (id: string) =>
    (await app.client.expectData(query, { fragmentId: id })).campaigns.edges.map((edge: Data) => edge.node.id).sort();
  expect(await using(fragmentId)).toEqual([draft, live].sort());
  await saveFragment(app.client, { id: outerId, name: "found_outer", content: "alone", expectedRevision: 1 });
  expect(await using(fragmentId)).toEqual([live]);
  expect(await using(outerId)).toEqual([draft, live].sort());
  expect(await using("01900000-0000-7000-8000-000000000000")).toEqual([]);
});

describe("the review", () => {
  test("says in which fragment a fault is, with its line and column there, and checks html where the fragment stands", async () => {
    await saveFragment(app.client, { name: "tracking", content: "var id =\n  {{context.id}}" });
    const html = "<p>\n{{> tracking}}</p><script>{{> tracking}}</script><i title={{> tracking}}></i>{{> missing}}";
    const { id } = await aCampaign(app.client, { content: { email: { subject: "S", html, text: "t" } } });
    const path = "content.email.html";
    const inFragment = { path, fragment: "tracking", line: 2, column: 3 };
    expect((await reviewOf(id)).issues).toEqual([
      { code: "EXPRESSION_IN_SCRIPT", ...inFragment },
      { code: "ATTRIBUTE_UNQUOTED", ...inFragment },
      { code: "FRAGMENT_UNKNOWN", path, fragment: null, line: 2, column: 78 },
    ]);
    const refused = await app.client.expectCode(
      "CAMPAIGN_HAS_ERRORS",
      "mutation ($id: ID!) { activateCampaign(id: $id) { id } }",
      {
        id,
      },
    );
    expect(refused.message).toContain("There is no fragment missing for this channel");
  });

  test("checkContent finds the same without saving; a fragment of another channel is unknown", async () => {
    await saveFragment(app.client, { name: "only_email", content: "{{context.a}}" });
    const query = `query ($channel: Channel!, $content: CampaignContentInput!) { checkContent(channel: $channel, content: $content) {
      variables issues { code line column } } }`;
    const check = async (channel: string, content: object) =>
      (await app.client.expectData(query, { channel, content })).checkContent;
    const email = { subject: "{{> only_email}}", html: "h" };
    expect(await check("EMAIL", { email })).toEqual({ variables: ["context.a"], issues: [] });
    expect(await check("SMS", { sms: { body: " {{> only_email}}" } })).toEqual({
      variables: [],
      issues: [{ code: "FRAGMENT_UNKNOWN", line: 1, column: 2 }],
    });
  });
});
