import { afterAll, beforeAll, expect, test } from "vitest";
import { aCampaign, act, execute, mailbox } from "../support/campaigns.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";
import { until } from "../support/until.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.stop());

const mjml = (text: string) =>
  `<mjml><mj-body><mj-section><mj-column><mj-text>${text}</mj-text></mj-column></mj-section></mj-body></mjml>`;
const content = (text: string) => ({ email: { subject: "Hello", html: mjml(text) } });

test("a campaign written in MJML keeps its source, and sends what it stands for", async () => {
  const { id, revision } = await aCampaign(app.client, { content: content("First") });
  const change = { expectedRevision: revision, content: content("Hello {{context.name}}") };
  const update = "mutation ($id: ID!, $input: UpdateCampaignInput!) { updateCampaign(id: $id, input: $input) { id } }";
  await app.client.expectData(update, { id, input: change });
  const { campaign } = await app.client.expectData(
    "query ($id: ID!) { campaign(id: $id) { content { email { html compiledHtml } } review { issues { code } } } }",
    { id },
  );
  expect(campaign.review.issues).toEqual([]);
  expect(campaign.content.email.html).toBe(mjml("Hello {{context.name}}"));
  expect(campaign.content.email.compiledHtml).toContain("Hello {{context.name}}</div>");

  const preview = await app.client.expectData(
    'query ($id: ID!) { previewContent(campaignId: $id, sample: { userId: "a@b.example", context: { name: "<Ada>" } }) { html text } }',
    { id },
  );
  expect(preview.previewContent.html).toContain("Hello &lt;Ada&gt;</div>");
  expect(preview.previewContent.text).toBe("Hello <Ada>");

  await act(app.client, "activateCampaign", id);
  await execute(app.client, {
    campaignId: id,
    requestId: "mjml",
    recipients: [{ userId: "a@b.example", context: { name: "<Ada>" } }],
  });
  const [mail] = await until("it is sent", async () => {
    const found = await mailbox(app.client, id);
    return found.length === 1 && found;
  });
  expect(mail).toMatchObject({ html: preview.previewContent.html, text: "Hello <Ada>" });
});

test("faulty MJML can be saved, and its review says what to mend", async () => {
  const { id } = await aCampaign(app.client, {
    content: { email: { subject: "S", html: "<mjml>\n<mj-body><mj-x/></mj-body></mjml>" } },
  });
  const issue = { severity: "ERROR", code: "MJML_INVALID", line: 2 };
  const { campaign } = await app.client.expectData(
    "query ($id: ID!) { campaign(id: $id) { review { canActivate issues { severity code line } } } }",
    { id },
  );
  expect(campaign.review).toEqual({ canActivate: false, issues: [issue] });
  const checked = await app.client.expectData(
    "query ($content: CampaignContentInput!) { checkContent(channel: EMAIL, content: $content) { issues { severity code line } } }",
    { content: { email: { subject: "S", html: "<mjml>\n<mj-body><mj-x/></mj-body></mjml>" } } },
  );
  expect(checked.checkContent.issues).toEqual([issue]);
});
