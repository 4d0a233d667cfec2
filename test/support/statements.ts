import pg from "pg";

/**
 * The campaign clock looks by itself, four times a second, background jobs now and then; news of an earlier call may still be
 * on its way; a new session of the pool gets its settings; who listens asks for a sign of life. A key is known for a while,
 * and then looked up anew.
 */
const isInBackground = (text: string): boolean =>
  /(opens|closes)_at <= now\(\)|pg_notify|pgboss|set_config|^listen |"secret_hash" =/.test(text);

/** Every statement that this process sends meanwhile. Its engine has to run on its thread, whose own are not seen. */
export async function statementsOf(work: () => Promise<unknown>): Promise<string[]> {
  const statements: string[] = [];
  const { query } = pg.Client.prototype;
  pg.Client.prototype.query = function counting(this: pg.Client, ...given: unknown[]) {
    const [first] = given;
    const text = typeof first === "string" ? first : (first as { text: string }).text;
    if (!isInBackground(text)) statements.push(text);
    return (query as (...given: unknown[]) => unknown).apply(this, given);
  } as typeof query;
  try {
    await work();
  } finally {
    pg.Client.prototype.query = query;
  }
  return statements;
}

/** The least of three runs: what the server does by itself now and then only adds. */
export async function fewestStatementsOf(work: () => Promise<unknown>): Promise<string[]> {
  const runs = [await statementsOf(work), await statementsOf(work), await statementsOf(work)];
  return runs.toSorted((one, other) => one.length - other.length)[0] ?? [];
}
