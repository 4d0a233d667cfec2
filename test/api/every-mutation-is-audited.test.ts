import { readFileSync } from "node:fs";
import { join } from "node:path";
import { buildSchema } from "graphql";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eventCatalogue } from "../../src/base/index.ts";
import { aPolicy, savePolicy, update } from "../support/approvals.ts";
import { auditTrail } from "../support/audit.ts";
import { aCampaign, act, aLiveCampaign, execute, recipients, sandboxOf } from "../support/campaigns.ts";
import { aFailedExecution, cut, type MoodySink, resolve, retry, startMoodySink } from "../support/dead-letters.ts";
import { saveFragment } from "../support/fragments.ts";
import type { Data, GraphqlClient } from "../support/graphql-client.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";

let app: TestApp;
let sink: MoodySink;
let client: GraphqlClient;
beforeAll(async () => {
  app = await startTestApp();
  sink = await startMoodySink();
  client = app.client;
});
afterAll(async () => {
  await app.stop();
  await sink.stop();
});

/** Mutations that leave no entry, and why. */
const exceptions: Readonly<Record<string, string>> = {
  executeCampaign:
    "An execution is a record by itself: its row says when, under which requestId and how many, and stays. Up to 40,000 recipients a second are accepted that way.",
};

type Scenario = {
  /** What has to be there first; its result goes to `call`. */
  readonly prepare?: () => Promise<Data>;
  readonly call: (prepared: Data) => Promise<unknown>;
  /** The types of the entries that the call leaves, sorted. */
  readonly leaves: readonly string[];
};

const status = ["campaign.status-changed"];
const suppress = (mutation: string) =>
  client.expectData(`mutation { ${mutation}(entries: [{ channel: EMAIL, value: "nobody@example.com" }]) }`);
const upsert = 'mutation { upsertProfiles(profiles: [{ namespace: "email", userId: "p@example.com" }]) { createdCount } }';
const byId = (mutation: string) => (id: string) => act(client, mutation, id);
const draft = async () => (await aCampaign(client)).id;
const live = async () => (await aLiveCampaign(client)).id;
const after = (make: () => Promise<string>, mutation: string) => async () => {
  const id = await make();
  await act(client, mutation, id);
  return id;
};

async function aKey(): Promise<string> {
  const made = await client.expectData('mutation { createApiKey(input: { name: "K", role: VIEWER }) { key { id } } }');
  return made.createApiKey.key.id;
}

/** Binds campaigns with a tag of their own, so that it is in nobody's way. */
const aPolicyOf = (tag: string) => aPolicy(client, { tags: [tag], approverRoles: ["ADMIN"], blockSelfApproval: false });

let tags = 0;
async function inReview(): Promise<string> {
  tags += 1;
  await aPolicyOf(`audited ${tags}`);
  const { id } = await aCampaign(client, { tags: [`audited ${tags}`] });
  return act(client, "requestApproval", id).then(() => id);
}

async function withDraft(): Promise<string> {
  const id = await live();
  await update(client, id, { content: { email: { subject: "s", html: "h", text: "t" } } });
  return id;
}

async function aDormantPolicy(): Promise<string> {
  tags += 1;
  return (await savePolicy(client, { name: `Dormant ${tags}`, approverRoles: ["ADMIN"], tags: [`audited ${tags}`] })).id;
}

/** One successful call of each mutation. */
const scenarios: Readonly<Record<string, Scenario>> = {
  activateCampaign: {
    prepare: draft,
    call: byId("activateCampaign"),
    leaves: ["campaign.status-changed", "campaign.version-activated"],
  },
  activateApprovalPolicy: {
    prepare: aDormantPolicy,
    call: (id) => client.expectData("mutation ($id: ID!) { activateApprovalPolicy(id: $id) { id } }", { id }),
    leaves: ["approval-policy.activated"],
  },
  approveCampaign: {
    prepare: inReview,
    call: byId("approveCampaign"),
    leaves: ["approval.granted", "campaign.status-changed", "campaign.version-activated"],
  },
  cancelApprovalRequest: {
    prepare: inReview,
    call: byId("cancelApprovalRequest"),
    leaves: ["approval.cancelled", "campaign.status-changed"],
  },
  commentOnApproval: {
    prepare: async () => {
      const { campaign } = await client.expectData("query ($id: ID!) { campaign(id: $id) { approvalRequest { id } } }", {
        id: await inReview(),
      });
      return campaign.approvalRequest.id;
    },
    call: (id) =>
      client.expectData('mutation ($id: ID!) { commentOnApproval(approvalRequestId: $id, body: "Why?") { id } }', { id }),
    leaves: ["approval.commented"],
  },
  deactivateApprovalPolicy: {
    prepare: async () => {
      tags += 1;
      return (await aPolicyOf(`audited ${tags}`)).id;
    },
    call: (id) => client.expectData("mutation ($id: ID!) { deactivateApprovalPolicy(id: $id) { id } }", { id }),
    leaves: ["approval-policy.deactivated"],
  },
  deleteApprovalPolicy: {
    prepare: aDormantPolicy,
    call: (id) => client.expectData("mutation ($id: ID!) { deleteApprovalPolicy(id: $id) }", { id }),
    leaves: ["approval-policy.deleted"],
  },
  duplicateApprovalPolicy: {
    prepare: aDormantPolicy,
    call: (id) => client.expectData("mutation ($id: ID!) { duplicateApprovalPolicy(id: $id) { id } }", { id }),
    leaves: ["approval-policy.saved"],
  },
  discardDraft: { prepare: withDraft, call: byId("discardDraft"), leaves: ["campaign.draft-discarded"] },
  requestApproval: {
    prepare: async () => {
      tags += 1;
      await aPolicyOf(`audited ${tags}`);
      return [await draft(), (await aCampaign(client, { tags: [`audited ${tags}`] })).id];
    },
    call: async ([free, bound]) => {
      await act(client, "requestApproval", free);
      await act(client, "requestApproval", bound);
    },
    leaves: [
      ...["approval.not-needed", "approval.requested"],
      ...["campaign.status-changed", "campaign.status-changed", "campaign.version-activated"],
    ],
  },
  requestChanges: {
    prepare: inReview,
    call: (id) => client.expectData('mutation ($id: ID!) { requestChanges(id: $id, message: "Shorter") { id } }', { id }),
    leaves: ["approval.changes-requested", "campaign.status-changed"],
  },
  restoreVersion: {
    prepare: withDraft,
    call: async (id) => {
      const { campaign } = await client.expectData("query ($id: ID!) { campaign(id: $id) { revision } }", { id });
      const query =
        "mutation ($id: ID!, $revision: Int!) { restoreVersion(campaignId: $id, number: 1, expectedRevision: $revision) { id } }";
      await client.expectData(query, { id, revision: campaign.revision });
    },
    leaves: ["campaign.version-restored"],
  },
  saveApprovalPolicy: { call: aDormantPolicy, leaves: ["approval-policy.saved"] },
  addSuppressions: { call: () => suppress("addSuppressions"), leaves: ["suppressions.added"] },
  archiveCampaign: { prepare: after(live, "stopCampaign"), call: byId("archiveCampaign"), leaves: status },
  cancelExecution: {
    prepare: async () => {
      const campaignId = await after(live, "pauseCampaign")();
      return (await execute(client, { campaignId, requestId: "r", recipients: recipients(1) })).execution.id;
    },
    call: (id) => client.expectData("mutation ($id: ID!) { cancelExecution(id: $id) { id } }", { id }),
    leaves: ["execution.cancelled"],
  },
  createApiKey: {
    call: () => client.expectData('mutation { createApiKey(input: { name: "K", role: VIEWER }) { secret } }'),
    leaves: ["api-key.created"],
  },
  createCampaign: { call: draft, leaves: ["campaign.created"] },
  deleteCampaign: {
    prepare: draft,
    call: (id) => client.expectData("mutation ($id: ID!) { deleteCampaign(id: $id) }", { id }),
    leaves: ["campaign.deleted"],
  },
  deleteFragment: {
    prepare: () => saveFragment(client, { name: "gone", content: "x" }),
    call: ({ id }) => client.expectData("mutation ($id: ID!) { deleteFragment(id: $id) }", { id }),
    leaves: ["fragment.deleted"],
  },
  duplicateCampaign: { prepare: draft, call: byId("duplicateCampaign"), leaves: ["campaign.duplicated"] },
  pauseCampaign: { prepare: live, call: byId("pauseCampaign"), leaves: status },
  removeSuppressions: { call: () => suppress("removeSuppressions"), leaves: ["suppressions.removed"] },
  resolveUncertain: {
    prepare: async () => {
      const { execution } = await aFailedExecution(client, sink, { count: 2, answer: cut, fields: { onUncertain: "HOLD" } });
      return execution.messages.map(({ id }: Data) => id);
    },
    call: (ids) => resolve(client, ids, "FAILED"),
    leaves: ["messages.resolved"],
  },
  resumeCampaign: { prepare: after(live, "pauseCampaign"), call: byId("resumeCampaign"), leaves: status },
  retryMessages: {
    prepare: () => aFailedExecution(client, sink, { count: 2 }),
    call: ({ campaignId }) => retry(client, { campaignId, statuses: ["FAILED"] }),
    leaves: ["messages.retried"],
  },
  revokeApiKey: {
    prepare: aKey,
    call: (id) => client.expectData("mutation ($id: ID!) { revokeApiKey(id: $id) { id } }", { id }),
    leaves: ["api-key.revoked"],
  },
  rotateApiKey: {
    prepare: aKey,
    call: (id) => client.expectData("mutation ($id: ID!) { rotateApiKey(id: $id) { secret } }", { id }),
    leaves: ["api-key.rotated"],
  },
  updateApiKey: {
    prepare: aKey,
    call: (id) => client.expectData('mutation ($id: ID!) { updateApiKey(id: $id, input: { name: "Another" }) { id } }', { id }),
    leaves: ["api-key.updated"],
  },
  saveChannelConfiguration: {
    call: () =>
      client.expectData(
        'mutation { saveChannelConfiguration(input: { name: "New", channel: SMS, provider: "sandbox" }) { id } }',
      ),
    leaves: ["channel-configuration.saved"],
  },
  saveFragment: { call: () => saveFragment(client, { name: "kept", content: "x" }), leaves: ["fragment.saved"] },
  sendProof: {
    prepare: draft,
    call: (id) =>
      client.expectData('mutation ($id: ID!) { sendProof(campaignId: $id, to: ["me@example.com"]) { status } }', { id }),
    leaves: ["campaign.proof-sent"],
  },
  setConsent: {
    prepare: () => client.expectData(upsert),
    call: () =>
      client.expectData(
        'mutation { setConsent(namespace: "email", userId: "p@example.com", channel: EMAIL, consent: OPTED_OUT) { id } }',
      ),
    leaves: ["profile.consent-set"],
  },
  setDeliveryRate: {
    prepare: live,
    call: (id) => client.expectData("mutation ($id: ID!) { setDeliveryRate(id: $id, perSecond: 7) { id } }", { id }),
    leaves: ["campaign.delivery-rate-set"],
  },
  stopCampaign: { prepare: live, call: byId("stopCampaign"), leaves: status },
  unarchiveCampaign: {
    prepare: async () => {
      const id = await live();
      for (const step of ["stopCampaign", "archiveCampaign"]) await act(client, step, id);
      return id;
    },
    call: byId("unarchiveCampaign"),
    leaves: status,
  },
  updateCampaign: {
    prepare: draft,
    call: (id) =>
      client.expectData(
        'mutation ($id: ID!) { updateCampaign(id: $id, input: { expectedRevision: 1, title: "Other" }) { id } }',
        { id },
      ),
    leaves: ["campaign.updated"],
  },
  upsertProfiles: { call: () => client.expectData(upsert), leaves: ["profiles.upserted"] },
};

const root = join(import.meta.dirname, "../..");
const mutations = Object.keys(
  buildSchema(readFileSync(join(root, "schema/schema.graphql"), "utf8"))
    .getMutationType()
    ?.getFields() ?? {},
);

test("every mutation of the schema has a scenario here, or is an exception with a reason", () => {
  expect(mutations.length).toBeGreaterThan(20);
  expect([...Object.keys(scenarios), ...Object.keys(exceptions)].sort()).toEqual(mutations.sort());
});

describe("a successful call leaves an entry by its key", () => {
  test.for(Object.entries(scenarios))("%s", async ([, { prepare, call, leaves }]) => {
    const { viewer } = await client.expectData("{ viewer { id } }");
    // Before anything is counted: a first sandbox configuration is looked for by some.
    await sandboxOf(client, "EMAIL");
    const prepared = await prepare?.();
    const [newest] = await auditTrail(client, { actorId: viewer.id }, { first: 1 });
    await call(prepared);
    const found = await auditTrail(client, { actorId: viewer.id }, { first: 20 });
    const fresh = found.slice(0, newest ? found.findIndex(({ id }) => id === newest.id) : found.length);
    expect(fresh.map(({ type }) => type).sort()).toEqual(leaves);
    for (const entry of fresh) {
      expect(entry.entityType).toBe(eventCatalogue[entry.type as keyof typeof eventCatalogue].entity);
      expect(entry.requestId).toMatch(/^[0-9a-f-]{36}$/);
      // A suppression is told by its count alone.
      if (entry.entityType !== "SUPPRESSION") expect(entry.entityId, entry.type).toEqual(expect.any(String));
    }
  });
});

test("what the server does by itself is the only rest of the catalogue", () => {
  const byCalls = new Set(Object.values(scenarios).flatMap(({ leaves }) => leaves));
  expect(Object.keys(eventCatalogue).filter((type) => !byCalls.has(type))).toEqual(["executions.erased", "replays.expired"]);
});
