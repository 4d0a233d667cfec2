import { act, aLiveCampaign, callBody, recipientsJson, untilSent } from "./campaigns.ts";
import { cpuPer, cpuSecondsOf } from "./cpu.ts";
import { postAll } from "./http-load.ts";
import { mustBe, note } from "./line.ts";
import { aPerson, expectedHash } from "./order-email.ts";
import type { Server } from "./server.ts";

const recipientsPerCall = 5000;

export type Drained = { readonly campaignId: string; readonly perSecond: number };

/** Accepts `count` messages into a PAUSED campaign, lets it go, and measures from the first claim to the last outcome. */
export async function drainCampaign(server: Server, configurationId: string, count: number): Promise<Drained> {
  const campaignId = await aLiveCampaign(server, configurationId);
  await act(server, "pauseCampaign", campaignId);
  await postAll({ url: server.url, key: server.key, connections: 2, bodies: callsFor(campaignId, 0, count) });
  // Or the one that the accepts have earned would fall into the measurement, or not, by chance.
  await server.query("checkpoint");
  const before = cpuSecondsOf(server.pid);
  await act(server, "resumeCampaign", campaignId);
  await untilSent(server, campaignId, count);
  note(cpuPer("message", count, before, cpuSecondsOf(server.pid)));
  const [row] = await server.query<{ seconds: number; count: number; others: number }>(
    `select extract(epoch from max(settled_at) - min(claimed_at))::float8 as seconds,
            count(*) filter (where status = 'SENT' and attempts = 1)::int as count,
            (select count(*)::int from execution where campaign_id = $1 and status <> 'FINISHED') as others
     from message where campaign_id = $1`,
    [campaignId],
  );
  mustBe("messages sent at the first attempt", row?.count, count);
  mustBe("executions that are not FINISHED", row?.others, 0);
  return { campaignId, perSecond: count / (row?.seconds ?? Number.NaN) };
}

/** Calls that together name `aPerson(from)` to `aPerson(to - 1)`. */
export function* callsFor(campaignId: string, from: number, to: number, perCall = recipientsPerCall): Generator<Buffer> {
  for (let start = from; start < to; start += perCall)
    yield callBody(campaignId, `call ${start}`, recipientsJson(start, Math.min(to, start + perCall)));
}

/** Every row's hash of what was rendered against one that the engine had no part in. */
export async function checkRendered(server: Server, campaignId: string, count: number): Promise<void> {
  const page = 20_000;
  let after = "00000000-0000-0000-0000-000000000000";
  let checked = 0;
  for (;;) {
    const rows = await server.query<{ id: string; user_id: string; provider_message_id: string }>(
      "select id, user_id, provider_message_id from message where campaign_id = $1 and id > $2 order by id limit $3",
      [campaignId, after, page],
    );
    for (const row of rows) {
      const index = Number(/^person(\d+)@/.exec(row.user_id)?.[1]);
      mustBe(`the rendered content of ${row.user_id}`, row.provider_message_id, expectedHash(aPerson(index)));
    }
    checked += rows.length;
    after = rows.at(-1)?.id ?? after;
    if (rows.length < page) break;
  }
  mustBe("rows whose content was checked", checked, count);
}
