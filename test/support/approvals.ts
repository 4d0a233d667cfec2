import { createGraphqlClient, type Data, type GraphqlClient } from "./graphql-client.ts";
import type { TestApp } from "./test-app.ts";

export type Keyed = { readonly id: string; readonly client: GraphqlClient };

/** Another caller: a key of this role, and a client with it. */
export async function aKey(app: TestApp, role: string, name = role.toLowerCase()): Promise<Keyed> {
  const query = "mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { key { id } secret } }";
  const { createApiKey } = await app.client.expectData(query, { input: { name, role } });
  return { id: createApiKey.key.id, client: createGraphqlClient(app.url, createApiKey.secret) };
}

let count = 0;

/** A policy in force. Without conditions it binds every campaign; approved by APPROVER keys unless said otherwise. */
export async function aPolicy(client: GraphqlClient, fields: Readonly<Record<string, unknown>> = {}): Promise<Data> {
  count += 1;
  const approvers = fields.approverIds ? {} : { approverRoles: ["APPROVER"] };
  const saved = await savePolicy(client, { name: `Policy ${count}`, ...approvers, ...fields });
  await client.expectData("mutation ($id: ID!) { activateApprovalPolicy(id: $id) { id } }", { id: saved.id });
  return saved;
}

export const savePolicyDocument = `mutation ($input: SaveApprovalPolicyInput!) {
  saveApprovalPolicy(input: $input) { id name revision activatedAt blockSelfApproval }
}`;

export async function savePolicy(client: GraphqlClient, input: Readonly<Record<string, unknown>>): Promise<Data> {
  return (await client.expectData(savePolicyDocument, { input })).saveApprovalPolicy;
}

export async function dropPolicy(client: GraphqlClient, id: string): Promise<void> {
  const query = "mutation ($id: ID!) { deactivateApprovalPolicy(id: $id) { id } deleteApprovalPolicy(id: $id) }";
  await client.expectData(query, { id });
}

export const updateDocument = `mutation ($id: ID!, $input: UpdateCampaignInput!) {
  updateCampaign(id: $id, input: $input) { id status revision draftVersion { number status } version { number status } }
}`;

/** Changes with the revision that is current. */
export async function update(client: GraphqlClient, id: string, fields: Readonly<Record<string, unknown>>): Promise<Data> {
  const { campaign } = await client.expectData("query ($id: ID!) { campaign(id: $id) { revision } }", { id });
  const input = { expectedRevision: campaign.revision, ...fields };
  return (await client.expectData(updateDocument, { id, input })).updateCampaign;
}
