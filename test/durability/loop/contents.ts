import { ask, type Load } from "./load.ts";

const row = "<mj-section><mj-column><mj-text>Hello {{context.name}}</mj-text></mj-column></mj-section>";

export const largeMjml: Load = (loaded, round) =>
  ask(loaded, "query ($content: CampaignContentInput!) { checkContent(channel: EMAIL, content: $content) { issues { code } } }", {
    content: { email: { subject: `S${round}`, html: `<mjml><mj-body>${row.repeat(400)}</mj-body></mjml>` } },
  });

export const largeProof: Load = (loaded) =>
  ask(loaded, 'mutation ($id: ID!) { sendProof(campaignId: $id, to: ["a@b.example"]) { status } }', { id: loaded.large });

export const largePreview: Load = (loaded) =>
  ask(loaded, 'query ($id: ID!) { previewContent(campaignId: $id, sample: { userId: "a" }) { html } }', { id: loaded.large });
