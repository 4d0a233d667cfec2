import { Kysely, PostgresDialect } from "kysely";
import type { QueryConfig } from "pg";
import type { Log } from "../base/index.ts";
import { openSessionPool, SessionClient } from "./session-pool.ts";
import type { Queries } from "./transaction.ts";

/**
 * Sessions of their own for a few statements that are the same text every time and commit by themselves. They are parsed
 * once a session instead of once a call, and one that takes longer than `timeoutMilliseconds` is cut off with nothing kept.
 */
export type QuickStatements = Queries & { close(): Promise<void> };

export type QuickStatementsOptions = {
  readonly url: string;
  readonly connectionsMax: number;
  readonly timeoutMilliseconds: number;
  readonly log: Log;
};

export function openQuickStatements({ url, connectionsMax, timeoutMilliseconds, log }: QuickStatementsOptions): QuickStatements {
  const pool = openSessionPool({
    url,
    max: connectionsMax,
    log,
    // Planned once as well: planning takes longer than the work itself. No plan lives long enough to become a bad one.
    maxLifetimeSeconds: 60,
    settings: { plan_cache_mode: "force_generic_plan", statement_timeout: `${timeoutMilliseconds}ms` },
    // Whom PostgreSQL itself does not cut off any more.
    silenceMilliseconds: 2 * timeoutMilliseconds,
    Client: PreparingClient,
  });
  const kysely = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
  return { em: { getKysely: () => kysely }, close: () => kysely.destroy() };
}

const names = new Map<string, string>();

function nameOf(text: string): string {
  const known = names.get(text);
  if (known !== undefined) return known;
  const name = `quick_${names.size}`;
  names.set(text, name);
  return name;
}

/** Gives every statement with values a name, by which PostgreSQL keeps it parsed for the rest of the session. */
class PreparingClient extends SessionClient {
  override query(...given: unknown[]): never {
    const [text, values, ...rest] = given;
    const query: unknown =
      typeof text === "string" && Array.isArray(values) ? ({ name: nameOf(text), text, values } satisfies QueryConfig) : text;
    return super.query(...([query, ...(query === text ? given.slice(1) : rest)] as Parameters<SessionClient["query"]>)) as never;
  }
}
