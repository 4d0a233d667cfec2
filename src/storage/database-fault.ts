/**
 * What a failure of PostgreSQL, or of the way to it, means for whoever asked:
 * - `away`: it cannot be reached; the same work may succeed in a moment.
 * - `collided`: two transactions stood in each other's way and this one was rolled back; it may simply be repeated.
 * - `locked`: somebody else kept a lock for longer than we wanted to wait for it.
 * - `overloaded`: it lacks room, connections or time, or is read-only just now.
 * - `outrun`: another call made or removed the same thing meanwhile.
 * - `unstorable`: a value cannot be stored.
 */
export type DatabaseFault = "away" | "collided" | "locked" | "overloaded" | "outrun" | "unstorable";

/** By SQLSTATE, and by the network's codes. */
const codes: Readonly<Record<string, DatabaseFault>> = {
  // Of Node, on the way to the server.
  EAI_AGAIN: "away",
  ECONNABORTED: "away",
  ECONNREFUSED: "away",
  ECONNRESET: "away",
  EHOSTUNREACH: "away",
  ENETUNREACH: "away",
  ENOENT: "away",
  ENOTFOUND: "away",
  EPIPE: "away",
  ETIMEDOUT: "away",
  // Shut down by an administrator, after a crash, or not yet started.
  "57P01": "away",
  "57P02": "away",
  "57P03": "away",
  "40001": "collided",
  "40P01": "collided",
  "55P03": "locked",
  // Read-only just now, as a server is that follows another.
  "25006": "overloaded",
  // A transaction that stood still for too long.
  "25P03": "overloaded",
  // Unique and foreign keys: the use cases look before they write, so somebody came between.
  "23503": "outrun",
  "23505": "outrun",
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

/** By the first two characters of a SQLSTATE that is not named above. */
const classes: Readonly<Record<string, DatabaseFault>> = {
  "08": "away",
  "40": "collided",
  "53": "overloaded",
  "55": "overloaded",
  "57": "overloaded",
  "58": "overloaded",
};

/** What `pg` and its pool say, without a code, of connections that ended, or did not open. */
const connectionFaults = new Set([
  "Connection terminated",
  "Connection terminated unexpectedly",
  "Client has encountered a connection error and is not queryable",
  "Client was closed and is not queryable",
  "timeout expired",
  "timeout exceeded when trying to connect",
]);

/** Null for everything else, which is a bug. */
export function databaseFaultOf(error: unknown): DatabaseFault | null {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const fault = faultOfCode(codeOf(cause));
    if (fault) return fault;
    if (connectionFaults.has(cause.message)) return "away";
  }
  return null;
}

/** The text that PostgreSQL or Node names an error by; empty when it has none. */
export function codeOf(error: Error): string {
  return "code" in error && typeof error.code === "string" ? error.code : "";
}

function faultOfCode(code: string): DatabaseFault | null {
  const isSqlState = /^\d[0-9A-Z]{4}$/.test(code);
  return codes[code] ?? (isSqlState ? classes[code.slice(0, 2)] : undefined) ?? null;
}

export function isDatabaseAway(error: unknown): boolean {
  return databaseFaultOf(error) === "away";
}

export function isHeldByAnother(error: unknown): boolean {
  return databaseFaultOf(error) === "locked";
}

/** Whether the same work may succeed when it is begun anew a moment later. */
export function isPassingFault(error: unknown): boolean {
  const fault = databaseFaultOf(error);
  return fault === "away" || fault === "collided";
}
