import { type QueryExecutorProvider, type RawBuilder, sql } from "kysely";
import type { Context } from "./context.ts";

/** What statements run on: the `em` of a context, or sessions of their own. */
export type Queries = { readonly em: { getKysely(): QueryExecutorProvider } };

/** Runs `work` in one transaction: committed when it returns, rolled back when it throws. Only the outermost use case opens one. */
export function inTransaction<T>(ctx: Context, work: (ctx: Context) => Promise<T>): Promise<T> {
  return ctx.em.transactional((em) => work({ ...ctx, em }), { clear: false });
}

/** Runs one statement of a `sql/` folder, inside the transaction of `ctx` if there is one. */
export async function run<Row>(ctx: Queries, statement: RawBuilder<Row>): Promise<Row[]> {
  const { rows } = await statement.execute(ctx.em.getKysely());
  return rows;
}

/** The database's present instant: of the transaction, if there is one. */
export async function databaseNow(ctx: Queries): Promise<Date> {
  const rows = await run(ctx, sql<{ now: string }>`select now()::timestamptz(3) as now`);
  return parseInstant(rows[0]?.now ?? "");
}

/** `timestamptz` arrives as text (`2026-11-21 07:11:33.524+00`); sessions always run in UTC. */
export function parseInstant(text: string): Date {
  return new Date(`${text.replace(" ", "T").replace(/\+00$/, "")}Z`);
}

export function parseInstantOrNull(text: string | null): Date | null {
  return text === null ? null : parseInstant(text);
}
