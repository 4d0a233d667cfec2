import { Client } from "pg";
import { expect, inject, test } from "vitest";
import { createId, createLog } from "../../src/base/index.ts";
import { readAddress } from "../../src/channels/index.ts";
import { entities } from "../../src/entities.ts";
import { openDatabase } from "../../src/storage/index.ts";
import { mailboxPairs } from "../support/spellings.ts";

const before = "20261121200000-count-hand-overs";

/** As the server stored an address before there was one form of it. */
const formerly = (address: string): string =>
  address.slice(0, address.lastIndexOf("@")) + address.slice(address.lastIndexOf("@")).toLowerCase();

test("what an earlier server stored is brought into the one form: suppressions, identities, opt-outs, waiting messages", async () => {
  const maintenance = new Client({ connectionString: inject("templateUrl").replace("/envoi?", "/postgres?") });
  await maintenance.connect();
  const name = `former_${process.pid}_${Math.floor(performance.now())}`;
  await maintenance.query(`create database ${name}`);
  const url = inject("templateUrl").replace("/envoi?", `/${name}?`);
  const database = await openDatabase({ url, poolMax: 4, entities, log: createLog("silent") });
  await database.orm.migrator.up({ to: before });
  const client = new Client({ connectionString: url });
  await client.connect();

  // Spelled so that the server of then took them: nothing in full width, no blanks, no quotes.
  const addresses = mailboxPairs(300, "m").flatMap(({ one }) => [formerly(one), formerly(one.toUpperCase().normalize("NFD"))]);
  const campaignId = createId();
  await client.query(
    `insert into campaign (id, title, tags, category, channel, status, revision, created_at, updated_at)
     values ($1, 'C', '{}', 'MARKETING', 'EMAIL', 'PAUSED', 1, now(), now())`,
    [campaignId],
  );
  await client.query(
    `insert into message (id, execution_id, campaign_id, version_id, status, attempts, available_at, recipient_type, namespace, user_id, address)
     select gen_random_uuid(), $1, $1, $1, 'QUEUED', 0, now(), 'EXTERNAL', 'email', address, address from unnest($2::text[]) as given (address)`,
    [campaignId, addresses],
  );
  await client.query(
    `insert into suppression (channel, kind, value, reason, created_at)
     select 'EMAIL', 'ADDRESS', value, 'MANUAL', now() from unnest($1::text[]) as given (value) on conflict do nothing`,
    [addresses.map((address) => address.toLowerCase())],
  );
  await client.query("insert into suppression values ('EMAIL', 'DOMAIN', 'bücher.example', 'MANUAL', null, now())");
  const [older, newer] = [createId(), createId()];
  await client.query(
    "insert into profile (id, attributes, source, created_at, updated_at) select unnest($1::uuid[]), '{}', 'API', now(), now()",
    [[older, newer]],
  );
  await client.query(
    `insert into profile_identity (namespace, value, profile_id, created_at) values
     ('email', 'rene\u0301e@bücher.example', $1, now()), ('email', 'renée@bücher.example', $2, now() + interval '1 hour'), ('crm', 'é', $1, now())`,
    [older, newer],
  );
  await client.query("insert into profile_consent values ($1, 'EMAIL', 'OPTED_OUT', now())", [newer]);

  await database.orm.migrator.up();

  const { rows: messages } = await client.query("select user_id, address, coalesce(address_key, address) as key from message");
  expect(messages).toHaveLength(addresses.length);
  for (const { user_id, address, key } of messages) expect({ sendTo: address, key }).toEqual(readAddress("EMAIL", user_id));
  const { rows: suppressed } = await client.query("select value from suppression where kind = 'ADDRESS'");
  expect(suppressed.map(({ value }) => value).sort()).toEqual(
    [...new Set(addresses.map((address) => readAddress("EMAIL", address)?.key))].sort(),
  );
  expect((await client.query("select value from suppression where kind = 'DOMAIN'")).rows).toEqual([
    { value: "xn--bcher-kva.example" },
  ]);
  expect((await client.query("select namespace, value, profile_id from profile_identity order by namespace")).rows).toEqual([
    { namespace: "crm", value: "é", profile_id: older },
    { namespace: "email", value: "renée@xn--bcher-kva.example", profile_id: older },
  ]);
  expect((await client.query("select state from profile_consent where profile_id = $1", [older])).rows).toEqual([
    { state: "OPTED_OUT" },
  ]);

  await client.end();
  await database.close();
  await maintenance.query(`drop database ${name} with (force)`);
  await maintenance.end();
});
