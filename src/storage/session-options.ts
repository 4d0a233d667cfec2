/**
 * Every statement of ours finds rows by an index, one or fifty thousand of them. A table that was filled a moment ago has
 * no statistics, and the planner then scans and hashes it: a claim took 100 ms instead of 3 (docs/decisions/0005).
 */
const always = [
  "timezone=UTC",
  // Nobody waits for somebody else's lock longer than a call may take.
  "lock_timeout=60000",
  // Whose machine or cable is gone in mid-transaction, or idle, keeps no locks.
  "idle_in_transaction_session_timeout=30000",
  "tcp_keepalives_idle=10",
  "tcp_keepalives_interval=5",
  "tcp_keepalives_count=3",
  "tcp_user_timeout=30000",
  "enable_seqscan=off",
  "enable_hashjoin=off",
  "enable_mergejoin=off",
  "jit=off",
  "plan_cache_mode=force_custom_plan",
];

/** For a connection's `options`; what is given comes on top. */
export function sessionOptions(...more: readonly string[]): string {
  return [...always, ...more].map((option) => `-c ${option}`).join(" ");
}
