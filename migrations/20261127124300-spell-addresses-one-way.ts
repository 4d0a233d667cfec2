import { domainToASCII } from "node:url";
import { Migration } from "@mikro-orm/migrations";

/**
 * Addresses get one form under which they are compared; it is stored beside the one that is sent to, where the two differ.
 * What was stored before is brought into it: ASCII by SQL, the rest by the functions below, since no `lower()` of a
 * database folds every letter. Where two spellings of one identity belong to two profiles, the older keeps it, and an
 * opt-out of either holds. A table of messages is read once, about 300,000 rows a second.
 */
export class SpellAddressesOneWay extends Migration {
  override async up(): Promise<void> {
    await this.execute("alter table message add column address_key text");
    await this.execute("alter table sandbox_message add column address_key text");
    await this.execute("drop index sandbox_message_address");
    await this.execute("create index sandbox_message_address on sandbox_message (coalesce(address_key, address), id)");
    await this.execute("alter table profile_identity add column address text");
    await this.execute("alter table profile_identity add column is_primary boolean not null default false");
    await this.execute("alter table profile_identity alter column created_at type timestamptz");
    await this.#spellMessages("message", "campaign_id in (select id from campaign where channel = 'EMAIL')");
    await this.#spellMessages("sandbox_message", "channel = 'EMAIL'");
    await this.#spellSuppressions();
    await this.#spellIdentities();
  }

  async #spellMessages(table: string, isEmail: string): Promise<void> {
    await this.execute(
      `update ${table} set address_key = lower(address collate "C")
       where address ~ '^[!-~]+$' and address <> lower(address collate "C") and ${isEmail}`,
    );
    const odd = await this.#rows<{ id: string; address: string }>(
      `select id, address from ${table} where address ~ '[^!-~]' and ${isEmail}`,
    );
    const spelled = odd.flatMap(({ id, address }) => {
      const read = readEmail(address);
      return read ? [{ id, address: read.sendTo, key: read.key === read.sendTo ? null : read.key }] : [];
    });
    await this.execute(
      `update ${table} set address = given.address, address_key = given.key
       from json_to_recordset(?::json) as given (id uuid, address text, key text) where ${table}.id = given.id`,
      [JSON.stringify(spelled)],
    );
  }

  async #spellSuppressions(): Promise<void> {
    const odd = await this.#rows<{ kind: string; value: string }>(
      "select kind, value from suppression where channel = 'EMAIL' and value ~ '[^!-~]'",
    );
    for (const { kind, value } of odd) {
      const key = kind === "DOMAIN" ? readDomain(value) : (readEmail(value)?.key ?? null);
      if (key === null || key === value) continue;
      await this.execute(
        `insert into suppression (channel, kind, value, reason, comment, created_at)
         select channel, kind, ?, reason, comment, created_at from suppression where channel = 'EMAIL' and kind = ? and value = ?
         on conflict do nothing`,
        [key, kind, value],
      );
      await this.execute("delete from suppression where channel = 'EMAIL' and kind = ? and value = ?", [kind, value]);
    }
  }

  async #spellIdentities(): Promise<void> {
    const odd = await this.#rows<{ namespace: string; value: string }>(
      "select namespace, value from profile_identity where value ~ '[^!-~]' order by created_at, value",
    );
    for (const { namespace, value } of odd) {
      const read = namespace === "email" ? readEmail(value) : null;
      const key = read?.key ?? value.normalize("NFC");
      const address = read && read.sendTo !== key ? read.sendTo : null;
      if (key !== value) await this.#renameIdentity({ namespace, value, key, address });
    }
  }

  async #renameIdentity({
    namespace,
    value,
    key,
    address,
  }: Record<"namespace" | "value" | "key", string> & { address: string | null }) {
    const [rival] = await this.#rows("select profile_id from profile_identity where namespace = ? and value = ?", [
      namespace,
      key,
    ]);
    if (!rival) {
      const where = "where namespace = ? and value = ?";
      await this.execute(`update profile_identity set value = ?, address = ? ${where}`, [key, address, namespace, value]);
      return;
    }
    const both = `
      with one as (select profile_id, created_at from profile_identity where namespace = ? and value = ?),
           other as (select profile_id, created_at from profile_identity where namespace = ? and value = ?),
           kept as (select profile_id from (table one union all table other) as owners order by created_at limit 1)`;
    const names = [namespace, value, namespace, key];
    await this.execute(
      `${both} insert into profile_consent (profile_id, channel, state, updated_at)
       select kept.profile_id, channel, 'OPTED_OUT', max(updated_at) from kept, profile_consent
       where state = 'OPTED_OUT' and profile_consent.profile_id in (select profile_id from one union all select profile_id from other)
       group by kept.profile_id, channel
       on conflict (profile_id, channel) do update set state = 'OPTED_OUT', updated_at = excluded.updated_at`,
      names,
    );
    await this.execute(
      `${both} update profile_identity set profile_id = kept.profile_id from kept where namespace = ? and value = ?`,
      [...names, namespace, key],
    );
    await this.execute("delete from profile_identity where namespace = ? and value = ?", [namespace, value]);
  }

  async #rows<Row>(statement: string, values: unknown[] = []): Promise<Row[]> {
    return (await this.execute(statement, values)) as Row[];
  }
}

/** As addresses were read when this was written; it does not change with the server. */
function readEmail(text: string): { readonly sendTo: string; readonly key: string } | null {
  const plain = text.replace(/[\uFE50-\uFE6B\uFF01-\uFFEE]+/g, (wide) => wide.normalize("NFKC")).normalize("NFC");
  const at = plain.lastIndexOf("@");
  const domain = readDomain(plain.slice(at + 1));
  if (at < 1 || domain === null) return null;
  const localPart = plain.slice(0, at).replaceAll("\u3002", ".");
  const folded = localPart.normalize("NFD").toLowerCase().toUpperCase().toLowerCase().normalize("NFC");
  return { sendTo: `${localPart}@${domain}`, key: `${folded}@${domain}` };
}

function readDomain(text: string): string | null {
  return domainToASCII(text) || null;
}
