import { expect } from "vitest";
import { statsOf } from "./campaigns.ts";
import type { Data, GraphqlClient } from "./graphql-client.ts";

/** Nobody is lost and nobody counted twice, at whatever moment one looks. */
export async function expectConservation(client: GraphqlClient, campaignId: string, accepted: number): Promise<Data> {
  const stats = await statsOf(client, campaignId);
  const parts = ["queued", "claimed", "sending", "sent", "delivered", "bounced", "failed", "uncertain", "excluded"];
  expect(stats.accepted).toBe(accepted);
  expect(
    parts.reduce((sum, part) => sum + stats[part], 0),
    JSON.stringify(stats),
  ).toBe(accepted);
  return stats;
}
