/**
 * What PostgreSQL's SQLSTATE means for whoever called: `passing`, the same call may succeed in a moment; `rival`, another call
 * made or removed the same thing meanwhile; `unstorable`, a value cannot be stored.
 */
export type SqlFault = "passing" | "rival" | "unstorable";

/** Classes: connection, rollback, resources, objects not in the right state, operator, system. */
const passingClasses = new Set(["08", "40", "53", "55", "57", "58"]);

const states: Readonly<Record<string, SqlFault>> = {
  // Read-only just now, as a server is that follows another.
  "25006": "passing",
  // A transaction that stood still for too long.
  "25P03": "passing",
  // Unique and foreign keys: the use cases look before they write, so somebody came between.
  "23503": "rival",
  "23505": "rival",
  // Values whose form, bytes or size their column cannot hold; index entries that are too long.
  "22001": "unstorable",
  "22003": "unstorable",
  "22007": "unstorable",
  "22008": "unstorable",
  "22021": "unstorable",
  "22P02": "unstorable",
  "22P03": "unstorable",
  "22P05": "unstorable",
  "54000": "unstorable",
};

/** Null for everything else, which is a bug. */
export function sqlFaultOf(error: unknown): SqlFault | null {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const state = "code" in cause && typeof cause.code === "string" ? cause.code : "";
    // Network faults have names such as EPIPE; the states that matter begin with a digit.
    if (!/^\d[0-9A-Z]{4}$/.test(state)) continue;
    const fault = passingClasses.has(state.slice(0, 2)) ? "passing" : states[state];
    if (fault) return fault;
  }
  return null;
}
