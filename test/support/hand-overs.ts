import { expect } from "vitest";
import { mailbox, recipients } from "./campaigns.ts";
import type { Data, GraphqlClient } from "./graphql-client.ts";

/** Beyond the one that each message needs. The mailbox keeps one entry a key and counts. */
export function repeatedHandOvers(entries: readonly Data[]): number {
  return entries.reduce((sum, entry) => sum + entry.handOvers - 1, 0);
}

/** What is SENDING at any one moment: 160 ms of the rate, and a ticket of 25 ms. */
export function onTheWayAtMost(perSecond: number): number {
  return Math.ceil(perSecond * 0.185);
}

/** Everybody of `recipients(count)` has one entry. */
export async function expectEverybody(client: GraphqlClient, campaignId: string, count: number): Promise<Data[]> {
  const entries = await mailbox(client, campaignId);
  const people = recipients(count).map((person) => person.userId);
  expect(entries.map((entry) => entry.address).sort()).toEqual(people.sort());
  return entries;
}

/** Everybody of `recipients(count)` was handed over, once. */
export async function expectEverybodyOnce(client: GraphqlClient, campaignId: string, count: number): Promise<Data[]> {
  const entries = await expectEverybody(client, campaignId, count);
  expect(repeatedHandOvers(entries), "handed over again").toBe(0);
  return entries;
}
