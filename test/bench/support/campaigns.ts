import { setTimeout as pause } from "node:timers/promises";
import { mustBe } from "./line.ts";
import { aPerson, orderEmail } from "./order-email.ts";
import type { Server } from "./server.ts";

type Fields = Readonly<Record<string, unknown>>;

export async function aConfiguration(server: Server, provider: string, fields: Fields = {}): Promise<string> {
  const query = "mutation ($input: ChannelConfigurationInput!) { saveChannelConfiguration(input: $input) { id } }";
  const input = { name: `Bench ${provider} ${Math.floor(performance.now() * 1000)}`, channel: "EMAIL", provider, ...fields };
  return (await server.ask(query, { input })).saveChannelConfiguration.id;
}

/** LIVE, transactional, with the 2 kB email and createProfiles on, unless said otherwise. */
export async function aLiveCampaign(server: Server, channelConfigurationId: string, fields: Fields = {}): Promise<string> {
  const query = "mutation ($input: CreateCampaignInput!) { createCampaign(input: $input) { id } }";
  const input = {
    title: "Bench",
    category: "TRANSACTIONAL",
    channel: "EMAIL",
    channelConfigurationId,
    createProfiles: true,
    content: orderEmail,
    ...fields,
  };
  const { id } = (await server.ask(query, { input })).createCampaign;
  await act(server, "activateCampaign", id);
  return id;
}

/** One of the mutations that take a campaign's id. */
export async function act(server: Server, mutation: string, id: string): Promise<void> {
  await server.ask(`mutation ($id: ID!) { ${mutation}(id: $id) { id } }`, { id });
}

export const executeDocument =
  "mutation ($input: ExecuteCampaignInput!) { executeCampaign(input: $input) { acceptedCount execution { id } } }";

/** People of `from`..`to` as the recipients of a call, in JSON. */
export function recipientsJson(from: number, to: number): string {
  const people = Array.from({ length: to - from }, (_, index) => aPerson(from + index));
  return JSON.stringify(people.map(({ userId, context }) => ({ userId, context })));
}

/** A ready-made call. */
export function callBody(campaignId: string, requestId: string, recipients: string, document = executeDocument): Buffer {
  const rest = JSON.stringify({ query: document });
  return Buffer.from(
    `${rest.slice(0, -1)},"variables":{"input":{"campaignId":"${campaignId}","requestId":"${requestId}","recipients":${recipients}}}}`,
  );
}

/** Makes the profiles of `aPerson(0)` to `aPerson(count - 1)`, before anything is measured. */
export async function makeProfiles(server: Server, count: number): Promise<void> {
  const chunk = 10_000;
  for (let from = 0; from < count; from += chunk) {
    const people = Array.from({ length: Math.min(chunk, count - from) }, (_, index) => aPerson(from + index));
    await server.query(
      `with given as (select uuidv7() as id, * from unnest($1::text[], $2::jsonb[]) as person (email, attributes)),
       made as (insert into profile (id, attributes, source, created_at, updated_at) select id, attributes, 'API', now(), now() from given)
       insert into profile_identity (namespace, value, profile_id, created_at) select 'email', email, id, now() from given`,
      [people.map((person) => person.userId), people.map((person) => JSON.stringify({ firstName: person.firstName }))],
    );
  }
  await server.query("analyze profile, profile_identity");
}

export type Totals = { readonly accepted: number; readonly sent: number; readonly failed: number; readonly excluded: number };

export async function totalsOf(server: Server, campaignId: string): Promise<Totals> {
  const [row] = await server.query<Totals>(
    `select accepted::float8, sent::float8, (failed + uncertain + bounced)::float8 as failed, excluded::float8
     from delivery_total where scope_id = $1`,
    [campaignId],
  );
  return row ?? { accepted: 0, sent: 0, failed: 0, excluded: 0 };
}

/** Waits until everything that was accepted is sent. Asked seldom: what is measured shares its cores with who asks. */
export async function untilSent(server: Server, campaignId: string, count: number, secondsMax = 300): Promise<void> {
  const deadline = performance.now() + secondsMax * 1000;
  for (let totals = await totalsOf(server, campaignId); totals.sent < count; totals = await totalsOf(server, campaignId)) {
    mustBe("messages that failed or were excluded", totals.failed + totals.excluded, 0);
    if (performance.now() > deadline) throw new Error(`only ${totals.sent} of ${count} were sent in ${secondsMax} s`);
    await pause(200);
  }
  const { accepted, sent } = await totalsOf(server, campaignId);
  mustBe("accepted", accepted, count);
  mustBe("sent", sent, count);
}
