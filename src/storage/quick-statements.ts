import { Kysely, PostgresDialect } from "kysely";
import { Client, Pool, type QueryConfig } from "pg";
import { type Log, toError } from "../base/index.ts";
import { endWhenSilent } from "./end-when-silent.ts";
import { sessionOptions } from "./session-options.ts";
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

export function openQuickStatements(options: QuickStatementsOptions): QuickStatements {
  const pool = new Pool({
    connectionString: options.url,
    max: options.connectionsMax,
    statement_timeout: options.timeoutMilliseconds,
    // Planned once as well: planning takes longer than the work itself. No plan lives long enough to become a bad one.
    maxLifetimeSeconds: 60,
    options: sessionOptions("plan_cache_mode=force_generic_plan"),
    application_name: "envoi",
    Client: PreparingClient,
  });
  // Whom PostgreSQL itself does not cut off any more.
  pool.on("connect", (client) => endWhenSilent(client, 2 * options.timeoutMilliseconds));
  // An idle session that ends is replaced when it is needed; without a listener it would end the process.
  pool.on("error", (error) => options.log.debug({ err: toError(error) }, "quick statements: a session ended"));
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
class PreparingClient extends Client {
  override query(...given: unknown[]): never {
    const [text, values, ...rest] = given;
    const query: unknown =
      typeof text === "string" && Array.isArray(values) ? ({ name: nameOf(text), text, values } satisfies QueryConfig) : text;
    return super.query(...([query, ...(query === text ? given.slice(1) : rest)] as Parameters<Client["query"]>)) as never;
  }
}
