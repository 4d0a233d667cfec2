import type { ClientBase } from "pg";

/**
 * Every statement of ours finds rows by an index, one or fifty thousand of them. A table that was filled a moment ago has
 * no statistics, and the planner then scans and hashes it: a claim took 100 ms instead of 3 (docs/decisions/0005).
 */
const always = {
  timezone: "UTC",
  // Nobody waits for somebody else's lock longer than a call may take.
  lock_timeout: "50s",
  // Whose machine or cable is gone in mid-transaction, or idle, keeps no locks.
  idle_in_transaction_session_timeout: "30s",
  tcp_keepalives_idle: "10",
  tcp_keepalives_interval: "5",
  tcp_keepalives_count: "3",
  tcp_user_timeout: "30s",
  enable_seqscan: "off",
  enable_hashjoin: "off",
  enable_mergejoin: "off",
  jit: "off",
  plan_cache_mode: "force_custom_plan",
};

export type SessionSettings = Readonly<Record<string, string>>;

/**
 * Gives a new session its settings; what is given comes on top. By a statement: poolers refuse settings that come while the
 * session is opened. Returns the session's process id.
 */
export async function applySettings(client: ClientBase, more: SessionSettings = {}): Promise<number> {
  const settings = Object.entries({ ...always, ...more }).map(([name, value]) => `set_config('${name}', '${value}', false)`);
  const { rows } = await client.query<{ pid: number }>(`select pg_backend_pid() as pid, ${settings.join(", ")}`);
  return rows[0]?.pid ?? 0;
}
