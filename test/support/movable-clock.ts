import type { TestApp } from "./test-app.ts";
import { until } from "./until.ts";

/**
 * Gives a database a clock that a test can set: functions of PostgreSQL's own names, before these in the search path. New sessions
 * see them, so every other one is ended. Time-outs inside PostgreSQL keep to the machine's clock.
 */
export async function makeClockMovable(app: Pick<TestApp, "query" | "client">): Promise<(moved: string) => Promise<void>> {
  await app.query("create table public.clock (moved interval not null)");
  await app.query("insert into public.clock values ('0')");
  for (const [name, kind] of [
    ["now", "stable"],
    ["clock_timestamp", "volatile"],
  ])
    await app.query(
      `create function public.${name}() returns timestamptz language sql ${kind} as
       $$ select pg_catalog.${name}() + (select moved from public.clock) $$`,
    );
  const [{ name } = { name: "" }] = await app.query<{ name: string }>("select current_database() as name");
  await app.query(`alter database ${name} set search_path = public, pg_catalog`);
  await app.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()",
  );
  await app.query("set search_path = public, pg_catalog");
  await until("the API answers again", async () => !(await app.client.call("{ campaigns { edges { node { id } } } }")).errors);
  return async (moved) => void (await app.query("update public.clock set moved = $1::interval", [moved]));
}
