/** What PostgreSQL and the network say when the database is away. */
const away = new Set(["ECONNREFUSED", "ECONNRESET", "ENOENT", "EPIPE", "ETIMEDOUT", "57P01", "57P02", "57P03", "08006", "08001"]);
/** Two transactions that stood in each other's way: either may simply be repeated. */
const rivals = new Set(["40P01", "40001"]);
/** The wait for a lock reached its limit. */
const held = new Set(["55P03"]);

export function isDatabaseAway(error: unknown): boolean {
  return hasCode(error, away);
}

/** Whether somebody else kept a lock for longer than we wanted to wait for it. */
export function isHeldByAnother(error: unknown): boolean {
  return hasCode(error, held);
}

/** Whether the same work may succeed when it is begun anew a moment later. */
export function isPassingFault(error: unknown): boolean {
  return hasCode(error, rivals) || isDatabaseAway(error);
}

function hasCode(error: unknown, codes: ReadonlySet<string>): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ("code" in cause && typeof cause.code === "string" && codes.has(cause.code)) return true;
    // What `pg` says, without a code, of a connection that ended under a query.
    if (cause.message === "Connection terminated unexpectedly") return codes === away;
  }
  return false;
}
