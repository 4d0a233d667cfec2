import { randomUUID } from "node:crypto";
import pg from "pg";
import { aConfiguration, act, aLiveCampaign, callBody, makeProfiles, recipientsJson, totalsOf } from "./support/campaigns.ts";
import { cpuPer, cpuSecondsOf } from "./support/cpu.ts";
import { postAll } from "./support/http-load.ts";
import { type BenchOptions, type Line, mustBe, note, quantile, type Result, whole } from "./support/line.ts";
import { aPerson } from "./support/order-email.ts";
import { type Server, startServer } from "./support/server.ts";

const recipientsPerCall = 1000;
const connections = 4;
const target = 25_000;

/** Over HTTP, durable, to a PAUSED campaign: the engine does not compete, so this is the door alone. */
export const acceptLargeCalls: Line = {
  name: "accept-large-calls",
  async run(options: BenchOptions): Promise<readonly Result[]> {
    await using server = await startServer(options.nodeFlags);
    const calls = options.isQuick ? 100 : 300;
    const people = options.isQuick ? 20_000 : 100_000;
    await makeProfiles(server, people);
    const recipients = Array.from({ length: people / recipientsPerCall }, (_, index) =>
      recipientsJson(index * recipientsPerCall, (index + 1) * recipientsPerCall),
    );
    const campaignId = await aLiveCampaign(server, await aConfiguration(server, "discard"));
    await act(server, "pauseCampaign", campaignId);
    const warmUp = options.isQuick ? 10 : 30;
    await post(server, campaignId, "warm-up", recipients, warmUp);
    const raw = await rawInserts(server, people, calls);
    const before = cpuSecondsOf(server.pid);
    const { perSecond, latencyMilliseconds } = await post(server, campaignId, "call", recipients, calls);
    note(cpuPer("recipient", calls * recipientsPerCall, before, cpuSecondsOf(server.pid)));
    await checkAccepted(server, campaignId, (warmUp + calls) * recipientsPerCall);
    const [p50, p99] = [quantile(latencyMilliseconds, 0.5), quantile(latencyMilliseconds, 0.99)];
    note(`calls of ${recipientsPerCall} over ${connections} connections: p50 ${whole(p50)} ms, p99 ${whole(p99)} ms`);
    return [
      {
        what: "`executeCampaign`, 1,000 recipients a call, profiles resolved, durable",
        target: `${whole(target)} recipients/s`,
        measured: `${whole(perSecond)} recipients/s`,
        yardstick: `${whole(raw)} rows/s: bare \`insert\` by \`unnest\` and a join, the same connections`,
        ratio: perSecond / raw,
        isMet: perSecond >= target,
        serverMegabytes: server.peakMegabytes(),
      },
    ];
  },
};

async function post(server: Server, campaignId: string, prefix: string, recipients: readonly string[], calls: number) {
  const bodies = Array.from({ length: calls }, (_, index) =>
    callBody(campaignId, `${prefix} ${index}`, recipients[index % recipients.length] ?? ""),
  );
  const loaded = await postAll({ url: server.url, key: server.key, connections, bodies });
  mustBe("calls answered", loaded.answers, calls);
  return { ...loaded, perSecond: (calls * recipientsPerCall) / loaded.seconds };
}

/** Everybody accepted, found, and in the queue; the profiles are still those of the beginning. */
async function checkAccepted(server: Server, campaignId: string, count: number): Promise<void> {
  const totals = await totalsOf(server, campaignId);
  mustBe("accepted", totals.accepted, count);
  const [row] = await server.query<{ queued: number; created: number }>(
    `select (select count(*)::int from message where campaign_id = $1 and status = 'QUEUED' and profile_id is not null) as queued,
            (select count(*)::int from profile where source = 'EXECUTION') as created`,
    [campaignId],
  );
  mustBe("queued messages of known people", row?.queued, count);
  mustBe("profiles made by calls", row?.created, 0);
}

const rawInsert = `
  insert into bench_message (id, execution_id, campaign_id, version_id, status, attempts, available_at, profile_id, recipient_type,
    namespace, user_id, address, context)
  select uuidv7(), $1, $1, $1, 'QUEUED', 0, now(), identity.profile_id, 'PROFILE', 'email', given.user_id, given.user_id, given.context
  from unnest($2::text[], $3::json[]) as given (user_id, context)
  join profile_identity identity on identity.namespace = 'email' and identity.value = given.user_id`;

/** The same rows with nothing but SQL: no totals, no index but the id's, no verdicts, no GraphQL. */
async function rawInserts(server: Server, people: number, calls: number): Promise<number> {
  await server.query("create table bench_message (like message including defaults, primary key (id))");
  const pool = new pg.Pool({ connectionString: server.databaseUrl, max: connections });
  const statements = Array.from({ length: people / recipientsPerCall }, (_, call) => {
    const persons = Array.from({ length: recipientsPerCall }, (_, index) => aPerson(call * recipientsPerCall + index));
    return [randomUUID(), persons.map((person) => person.userId), persons.map((person) => JSON.stringify(person.context))];
  });
  let next = 0;
  const insert = async (until: number): Promise<void> => {
    while (next < until) await pool.query({ name: "raw", text: rawInsert, values: statements[next++ % statements.length] ?? [] });
  };
  const warmUp = 20;
  const run = (until: number) => Promise.all(Array.from({ length: connections }, () => insert(until)));
  await run(warmUp);
  const startedAt = performance.now();
  await run(warmUp + calls);
  const seconds = (performance.now() - startedAt) / 1000;
  const [row] = await server.query<{ count: number }>("select count(*)::int as count from bench_message");
  mustBe("rows of the yardstick", row?.count, (warmUp + calls) * recipientsPerCall);
  await pool.end();
  await server.query("drop table bench_message");
  return (calls * recipientsPerCall) / seconds;
}
