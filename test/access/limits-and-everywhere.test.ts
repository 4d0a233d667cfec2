import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { aPolicy, dropPolicy, savePolicyDocument } from "../support/approvals.ts";
import { auditDocument } from "../support/audit.ts";
import { aCampaign, sandboxOf } from "../support/campaigns.ts";
import { createGraphqlClient, type GraphqlClient } from "../support/graphql-client.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";

/** All that a key may have which is limited: whatever is refused below is refused for its limits. */
const scopes = [
  ...["campaigns:read", "campaigns:write", "campaigns:publish", "campaigns:execute", "messages:read", "messages:resolve"],
  ...["profiles:read", "profiles:write", "configurations:read", "configurations:write", "audit:read", "approvals:write"],
];

type Limited = { readonly secret: string; readonly client: GraphqlClient };

let app: TestApp;
let ownId = "";
const limited: Record<string, Limited> = {};

beforeAll(async () => {
  app = await startTestApp();
  ownId = (await aCampaign(app.client, { title: "own", labels: ["own"] })).id;
  const createKey = "mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret } }";
  for (const [name, limits] of Object.entries({ "by id": { campaignIds: [ownId] }, "by label": { labels: ["own"] } })) {
    const input = { name, role: "ADMIN", scopes, ...limits };
    const { secret } = (await app.client.expectData(createKey, { input })).createApiKey;
    limited[name] = { secret, client: createGraphqlClient(app.url, secret) };
  }
});
afterAll(() => app.stop());

describe.each(["by id", "by label"])("a key that is limited %s and has the permission", (name) => {
  const it = (): Limited => limited[name] as Limited;

  async function expectRefused(permission: string, query: string, variables: Record<string, unknown> = {}): Promise<void> {
    const error = await it().client.expectCode("PERMISSION_MISSING", query, variables);
    expect(error.message, query).toContain("this key is limited to some");
    expect(error.extensions.details).toEqual({ permission });
  }

  test("takes no policy out of force, puts none in force, saves, copies and deletes none", async () => {
    const { id } = await aPolicy(app.client, { name: "Everybody's" });
    const activate = `mutation { activateCampaign(id: "${ownId}") { id } }`;
    await it().client.expectCode("APPROVAL_REQUIRED", activate);
    const refused = "approvals:write";
    for (const step of ["activateApprovalPolicy", "deactivateApprovalPolicy", "duplicateApprovalPolicy"])
      await expectRefused(refused, `mutation ($id: ID!) { ${step}(id: $id) { id } }`, { id });
    await expectRefused(refused, "mutation ($id: ID!) { deleteApprovalPolicy(id: $id) }", { id });
    await expectRefused(refused, savePolicyDocument, { input: { name: "Its own", approverRoles: ["TRIGGER"] } });
    await it().client.expectCode("APPROVAL_REQUIRED", activate);
    const { approvalPolicies } = await it().client.expectData("{ approvalPolicies { edges { node { name } } } }");
    expect(approvalPolicies.edges).toEqual([{ node: { name: "Everybody's" } }]);
    await dropPolicy(app.client, id);
  });

  test("saves no channel configuration: it would send everybody's messages elsewhere", async () => {
    const save = "mutation ($input: ChannelConfigurationInput!) { saveChannelConfiguration(input: $input) { id } }";
    const input = { id: await sandboxOf(app.client, "EMAIL"), name: "Elsewhere", channel: "EMAIL", provider: "discard" };
    await expectRefused("configurations:write", save, { input });
    const { channelConfigurations } = await it().client.expectData("{ channelConfigurations { name } }");
    expect(channelConfigurations.map((configuration: { name: string }) => configuration.name)).not.toContain("Elsewhere");
  });

  test("reads no audit trail: neither its pages, nor its export, nor the history of its own campaign", async () => {
    await expectRefused("audit:read", auditDocument);
    await expectRefused("audit:read", "query ($id: ID!) { campaign(id: $id) { history { totalCount } } }", { id: ownId });
    const headers = { authorization: `Bearer ${it().secret}` };
    const response = await fetch(`${app.url}/audit.ndjson`, { headers });
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ code: "PERMISSION_MISSING" });
    const watched = it().client.subscribe("subscription { auditTrail { id } }");
    await watched.done;
    expect(watched).toMatchObject({ values: [], errors: [{ extensions: { code: "PERMISSION_MISSING" } }] });
    await it().client.close();
  });
});
