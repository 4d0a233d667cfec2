/**
 * Every statement of ours finds rows by an index, one or fifty thousand of them. A table that was filled a moment ago has
 * no statistics, and the planner then scans and hashes it: a claim took 100 ms instead of 3 (docs/decisions/0005).
 */
export const sessionOptions = [
  "timezone=UTC",
  // Nobody waits for somebody else's lock longer than a call may take.
  "lock_timeout=60000",
  "enable_seqscan=off",
  "enable_hashjoin=off",
  "enable_mergejoin=off",
  "jit=off",
  "plan_cache_mode=force_custom_plan",
];
