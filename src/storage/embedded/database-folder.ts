import { createHash } from "node:crypto";
import { chownSync, existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { takePrivateFolder } from "./private-folder.ts";
import { canWrite, type DatabaseUser } from "./unprivileged-user.ts";

/** Where root's databases live when the database user may not enter ENVOI_DATA. */
export const systemFolder = "/var/lib/envoi";

/** A Unix socket's path may have 107 characters. */
const socketPathMax = 107;
const socketName = ".s.PGSQL.5432";

export type DatabaseFolder = {
  /** Holds `data`, `run` and `postgres.log`. */
  readonly root: string;
  readonly data: string;
  readonly logFile: string;
};

/** Equal for every start with the same ENVOI_DATA, wherever the process was started from. */
function nameOf(envoiData: string): string {
  return createHash("sha256").update(resolve(envoiData)).digest("hex").slice(0, 16);
}

/**
 * Chooses (and makes) the folder of the embedded database: inside ENVOI_DATA, unless root's unprivileged
 * database user cannot reach it; then below `systemFolder`, named by the absolute path of ENVOI_DATA.
 */
export function prepareDatabaseFolder(envoiData: string, user: DatabaseUser | null): DatabaseFolder {
  const elsewhere = join(systemFolder, nameOf(envoiData));
  const inside = join(resolve(envoiData), "postgres");
  if (existsSync(elsewhere) && user) return layOut(elsewhere, user);
  // Others may pass through to the database's own folder; the files beside it are for their owner alone.
  mkdirSync(envoiData, { recursive: true, mode: user ? 0o711 : 0o700 });
  const folder = layOut(inside, user);
  if (!user || canWrite(user, inside)) return folder;
  rmSync(inside, { recursive: true });
  mkdirSync(systemFolder, { recursive: true, mode: 0o755 });
  return layOut(elsewhere, user);
}

function layOut(root: string, user: DatabaseUser | null): DatabaseFolder {
  takePrivateFolder(root, user);
  return { root, data: join(root, "data"), logFile: join(root, "postgres.log") };
}

/**
 * A folder for the socket of a server that is about to be started: beside the data, or, where the path would be too long, one
 * whose name nobody can know before it is made.
 */
export function makeSocketFolder({ root }: DatabaseFolder, user: DatabaseUser | null): string {
  const beside = join(root, "run");
  if (join(beside, socketName).length < socketPathMax) {
    takePrivateFolder(beside, user);
    return beside;
  }
  const made = mkdtempSync(join(tmpdir(), temporaryPrefix));
  if (user) chownSync(made, user.uid, user.gid);
  return made;
}

const temporaryPrefix = "envoi-socket-";

/** Of a server that has ended. */
export function removeSocketFolder(run: string): void {
  const isOwn = dirname(run) === tmpdir() && run.startsWith(join(tmpdir(), temporaryPrefix));
  if (isOwn) rmSync(run, { recursive: true, force: true });
}
