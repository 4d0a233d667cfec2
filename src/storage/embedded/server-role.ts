import type { Client } from "pg";

/** Owns the database and its tables, and is a superuser: for setting up and migrating. */
export const ownerRole = "envoi";
/** What the server works as: reads and writes rows, and has a schema of its own for background jobs. */
export const serverRole = "envoi_server";
export const databaseName = "envoi";

/** `client` is a session of the owner on the maintenance database. */
export async function createDatabase(client: Client): Promise<void> {
  const { rows } = await client.query<{ role: boolean; database: boolean }>(
    "select exists (select from pg_roles where rolname = $1) as role, exists (select from pg_database where datname = $2) as database",
    [serverRole, databaseName],
  );
  if (!rows[0]?.role) await client.query(`create role ${serverRole} login`);
  if (!rows[0]?.database) await client.query(`create database ${databaseName}`);
}

/** Of what is there and of what migrations will make. `client` is a session of the owner on the database itself. */
export async function grantToServer(client: Client): Promise<void> {
  const { rows } = await client.query<{ owner: string }>(
    "select nspowner::regrole::text as owner from pg_namespace where nspname = 'pgboss'",
  );
  // The job queue changes its own tables. What an earlier owner had there is made anew at every start.
  if (rows[0] && rows[0].owner !== serverRole) await client.query("drop schema pgboss cascade");
  const tables = "select, insert, update, delete on tables";
  const sequences = "usage, select on sequences";
  await client.query(`
    grant create on database ${databaseName} to ${serverRole};
    grant usage on schema public to ${serverRole};
    grant ${tables.replace("on tables", "on all tables in schema public")} to ${serverRole};
    grant ${sequences.replace("on sequences", "on all sequences in schema public")} to ${serverRole};
    alter default privileges in schema public grant ${tables} to ${serverRole};
    alter default privileges in schema public grant ${sequences} to ${serverRole};`);
}
