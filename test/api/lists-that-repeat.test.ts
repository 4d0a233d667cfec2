import { afterAll, beforeAll, expect, test } from "vitest";
import { aLiveCampaign, executeDocument } from "../support/campaigns.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";

let app: TestApp;
let campaignId: string;
beforeAll(async () => {
  app = await startTestApp();
  campaignId = (await aLiveCampaign(app.client)).id;
});
afterAll(() => app.stop());

const person = { userId: "same@b.example", context: { name: "A" } };
const identity = { namespace: "email", value: "one@b.example" };
const consent = { channel: "EMAIL", state: "OPTED_IN" };
const suppression = { channel: "EMAIL", value: "gone@b.example" };
const profiles = "mutation ($list: [ProfileInput!]!) { upsertProfiles(profiles: $list) { createdCount } }";
const profile = (fields: object = {}) => ({ namespace: "crm", userId: "twice", ...fields });

/** Every list that a mutation takes, with one entry twice; `id` stands for a campaign's. */
const cases: [string, string, (id: string) => Record<string, unknown>][] = [
  ["recipients", executeDocument, (id) => ({ input: { campaignId: id, requestId: "r", recipients: [person, person] } })],
  ["profiles", profiles, () => ({ list: [profile(), profile()] })],
  ["identities", profiles, () => ({ list: [profile({ identities: [identity, identity] })] })],
  [
    "identities of two people",
    profiles,
    () => ({ list: ["a", "b"].map((userId) => profile({ userId, identities: [identity] })) }),
  ],
  ["removeIdentities", profiles, () => ({ list: [profile({ removeIdentities: [identity, identity] })] })],
  ["consents", profiles, () => ({ list: [profile({ consents: [consent, consent] })] })],
  [
    "suppressions",
    "mutation ($list: [SuppressionInput!]!) { addSuppressions(entries: $list) }",
    () => ({ list: [suppression, suppression] }),
  ],
  [
    "suppressions to remove",
    "mutation ($list: [SuppressionInput!]!) { removeSuppressions(entries: $list) }",
    () => ({ list: [suppression, suppression] }),
  ],
  [
    "addresses of proofs",
    "mutation ($id: ID!, $to: [String!]!) { sendProof(campaignId: $id, to: $to) { status } }",
    (id) => ({ id, to: ["a@b.example", "a@b.example"] }),
  ],
  ["messages to resolve", "mutation ($ids: [ID!]!) { resolveUncertain(ids: $ids, as: SENT) }", (id) => ({ ids: [id, id] })],
  [
    "messages to retry",
    "mutation ($id: ID!, $ids: [ID!]) { retryMessages(campaignId: $id, statuses: [FAILED, FAILED], ids: $ids) }",
    (id) => ({ id, ids: [id, id] }),
  ],
  [
    "campaigns, labels and scopes of a key",
    "mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret } }",
    (id) => ({
      input: {
        name: "K",
        role: "VIEWER",
        campaignIds: [id, id],
        labels: ["l", "l"],
        scopes: ["campaigns:read", "campaigns:read", "configurations:read"],
      },
    }),
  ],
  [
    "tags and labels of a campaign",
    'mutation ($id: ID!) { updateCampaign(id: $id, input: { tags: ["t", "t"], labels: ["l", "l"] }) { id } }',
    (id) => ({ id }),
  ],
  [
    "lists of a policy",
    "mutation ($input: SaveApprovalPolicyInput!) { saveApprovalPolicy(input: $input) { id } }",
    (id) => ({
      input: {
        name: "P",
        tags: ["t", "t"],
        approverRoles: ["APPROVER", "APPROVER"],
        approverIds: [id, id],
        requesterIds: [id, id],
      },
    }),
  ],
];

test.each(cases)(
  "an entry that stands twice among the %s counts once or is refused by a code, and is no fault of the server",
  async (_what, document, variables) => {
    const { errors = [] } = await app.client.call(document, variables(campaignId));
    for (const { extensions, message } of errors) {
      expect(extensions.kind).toMatch(/^(invalid|conflict)$/);
      // A document that does not fit the schema would show nothing.
      expect(message).not.toMatch(/^(Unknown|Cannot query|Variable)/);
    }
  },
);
