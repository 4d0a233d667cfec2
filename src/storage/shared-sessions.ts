import type { PoolClient } from "pg";
import { toError } from "../base/index.ts";
import { codeOf } from "./database-fault.ts";
import type { SessionPool } from "./session-pool.ts";

const rounds = 5;

/**
 * Whether a pooler stands before PostgreSQL that gives the statements of one session to several connections, as PgBouncer
 * does with pool_mode = transaction. A session of ours then keeps neither a lock nor a setting, and hears no news. Two
 * sessions that live at once never have one process, and none changes it; through such a pooler they do.
 */
export async function areSessionsShared(pool: SessionPool): Promise<boolean> {
  const one = await pool.connect();
  const other = await pool.connect();
  try {
    const own = await processOf(one);
    for (let round = 0; round < rounds; round += 1) {
      await other.query("begin");
      // Asked first: where there is one connection for everybody, `one` would wait for it in vain.
      const isShared = (await processOf(other)) === own || (await processOf(one)) !== own;
      await other.query("rollback");
      if (isShared) return true;
    }
    return false;
  } catch (error) {
    // How PgBouncer refuses `begin` with pool_mode = statement.
    if (codeOf(toError(error)) === "08P01") return true;
    throw error;
  } finally {
    one.release();
    other.release();
  }
}

async function processOf(client: PoolClient): Promise<number | undefined> {
  const { rows } = await client.query<{ pid: number }>("select pg_backend_pid() as pid");
  return rows[0]?.pid;
}
