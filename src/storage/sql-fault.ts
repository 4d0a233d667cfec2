/** Classes of SQLSTATE that pass: connection, rollback, resources, objects in use, operator, system. */
const passing = new Set(["08", "40", "53", "55", "57", "58"]);
/** Of other classes, those that say the same: read-only just now. */
const passingStates = new Set(["25006"]);
/** A value that its column cannot hold: the wrong form, bytes, numbers and index entries out of bounds. */
const unstorableStates = new Set(["22001", "22003", "22007", "22008", "22021", "22P02", "22P03", "22P05", "54000"]);

/** What PostgreSQL's SQLSTATE means for whoever called: try again, send something else, or (null) neither. */
export function sqlFaultOf(error: unknown): "passing" | "unstorable" | null {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const state = "code" in cause && typeof cause.code === "string" ? cause.code : "";
    // Network faults have names such as EPIPE; states begin with a digit.
    if (!/^\d[0-9A-Z]{4}$/.test(state)) continue;
    if (passing.has(state.slice(0, 2)) || passingStates.has(state)) return "passing";
    if (unstorableStates.has(state)) return "unstorable";
  }
  return null;
}
