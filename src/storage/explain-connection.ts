import { codeOf } from "./database-fault.ts";

/** What to do about each reason for which PostgreSQL lets nobody in; what it says itself follows. */
const advice: Readonly<Record<string, string>> = {
  "28P01": "PostgreSQL refuses the user or the password of DATABASE_URL",
  "28000": "PostgreSQL does not let this user in from here: look at its pg_hba.conf, and at the user and sslmode of DATABASE_URL",
  "3D000": "There is no such database: create it, or change the name at the end of DATABASE_URL",
  "42501": "The user of DATABASE_URL may not do what Envoi needs: make it the owner of its database",
  "53300": "PostgreSQL has no connection left: raise max_connections (or the limit of this user), or lower DATABASE_POOL_MAX",
  "55000": "PostgreSQL takes no connections to this database",
  "57P03": "PostgreSQL is starting, stopping or recovering, and was not ready in time",
  "25006": "PostgreSQL is read-only, as one that follows another: name the one that leads",
  "08P01": "What answers at DATABASE_URL refuses how the session is opened; a pooler has to ignore or allow that parameter",
  ENOTFOUND: "The host of DATABASE_URL is not found",
  EAI_AGAIN: "The host of DATABASE_URL cannot be looked up just now",
  ENOENT: "There is no socket of PostgreSQL where DATABASE_URL says. Check DATABASE_URL and that the server runs",
  EACCES: "This user may not open the socket of PostgreSQL",
  EHOSTUNREACH: "The host of DATABASE_URL cannot be reached from here",
  ENETUNREACH: "The host of DATABASE_URL cannot be reached from here",
};

/** Node's names for faults of a certificate. */
const ofCertificate = /^(CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_|ERR_SSL_|HOSTNAME_MISMATCH)/;

const noAnswer = "PostgreSQL does not answer. Check DATABASE_URL and that the server runs";

/** Why no session could be opened with `url`, as a sentence for whoever set it. Never the password. Pure. */
export function explainConnection(error: unknown, url: string): string {
  const cause = rootOf(error);
  const code = codeOf(cause);
  // A session that is refused has a SQLSTATE; without any code it was the library that stopped.
  const hint = code === "" && !hasPassword(url) ? " DATABASE_URL has no password." : "";
  const certificate = ofCertificate.test(code) ? "The certificate of PostgreSQL is not accepted" : undefined;
  return `${advice[code] ?? certificate ?? noAnswer}: ${cause.message.replace(/\.$/, "")}.${hint}`;
}

/** The innermost error: the others only say where it was met. */
function rootOf(error: unknown): Error {
  let root = error instanceof Error ? error : new Error(String(error));
  while (root.cause instanceof Error) root = root.cause;
  return root;
}

function hasPassword(url: string): boolean {
  return /^\w+:\/\/[^/@]*:[^/@]+@/.test(url) || /[?&]password=/.test(url);
}
