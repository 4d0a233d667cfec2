import { type RawBuilder, sql } from "kysely";

export function selectSecretProbe(): RawBuilder<{ sealed: Uint8Array }> {
  return sql`select sealed from secret_probe`;
}

/** The first process decides; who comes later compares. */
export function insertSecretProbe(sealed: Uint8Array): RawBuilder<unknown> {
  return sql`insert into secret_probe (sealed) values (${sealed}) on conflict do nothing`;
}

export function replaceSecretProbe(sealed: Uint8Array): RawBuilder<unknown> {
  return sql`update secret_probe set sealed = ${sealed}`;
}
