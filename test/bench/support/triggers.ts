import { setTimeout as pause } from "node:timers/promises";
import { aLiveCampaign, executeDocument, untilSent } from "./campaigns.ts";
import { mustBe } from "./line.ts";
import { aPerson } from "./order-email.ts";
import type { Server } from "./server.ts";

export type TriggerOptions = { readonly configurationId: string; readonly count: number; readonly everyMilliseconds: number };
export type Triggered = {
  readonly campaignId: string;
  /** Of each trigger: from the client's instant before the call to the instant that the mailbox has of the hand-over. */
  readonly toWireMilliseconds: readonly number[];
};

/** Triggers a transactional campaign of its own in the sandbox, one person a call, one call after the other. */
export async function triggerToWire(server: Server, options: TriggerOptions): Promise<Triggered> {
  const campaignId = await aLiveCampaign(server, options.configurationId);
  const calledAt = new Map<string, number>();
  await atIntervals(options, async (index) => {
    const { userId, context } = aPerson(index);
    const input = { campaignId, requestId: `trigger ${index}`, recipients: [{ userId, context }] };
    calledAt.set(userId, Date.now());
    await server.ask(executeDocument, { input });
  });
  await untilSent(server, campaignId, options.count);
  const rows = await server.query<{ user_id: string; at: number }>(
    "select user_id, (extract(epoch from at) * 1000)::float8 as at from sandbox_message where campaign_id = $1",
    [campaignId],
  );
  mustBe("triggered messages in the mailbox", new Set(rows.map((row) => row.user_id)).size, options.count);
  return { campaignId, toWireMilliseconds: rows.map((row) => row.at - (calledAt.get(row.user_id) ?? Number.NaN)) };
}

type Intervals = { readonly count: number; readonly everyMilliseconds: number };

/** One after the other, begun at even instants unless the one before took longer. */
export async function atIntervals(
  { count, everyMilliseconds }: Intervals,
  work: (index: number) => Promise<unknown>,
): Promise<void> {
  const startedAt = performance.now();
  for (let index = 0; index < count; index += 1) {
    await pause(Math.max(0, startedAt + index * everyMilliseconds - performance.now()));
    await work(index);
  }
}
