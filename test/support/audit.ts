import type { Data, GraphqlClient } from "./graphql-client.ts";

export const auditFields =
  "id cursor at type entityType entityId entityName campaignId actor { kind id name } requestId changes { field form before after } data";

const document = `query ($filter: AuditFilterInput, $first: Int, $after: String) {
  auditTrail(filter: $filter, first: $first, after: $after) {
    totalCount pageInfo { hasNextPage endCursor } edges { cursor node { ${auditFields} } }
  } }`;

/** Entries that fit, newest first. */
export async function auditTrail(client: GraphqlClient, filter: object = {}, page: object = {}): Promise<Data[]> {
  const { auditTrail: found } = await client.expectData(document, { filter, ...page });
  return found.edges.map((edge: Data) => edge.node);
}

export async function auditPage(client: GraphqlClient, variables: object): Promise<Data> {
  return (await client.expectData(document, variables as Record<string, unknown>)).auditTrail;
}

export const auditDocument = document;
