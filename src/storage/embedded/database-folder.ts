import { createHash } from "node:crypto";
import { chmodSync, chownSync, existsSync, mkdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
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
  readonly run: string;
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
  if (existsSync(elsewhere) && user) return layOut(elsewhere, envoiData, user);
  // Others may pass through to the database's own folder; the files beside it are for their owner alone.
  mkdirSync(envoiData, { recursive: true, mode: user ? 0o711 : 0o700 });
  const folder = layOut(inside, envoiData, user);
  if (!user || canWrite(user, inside)) return folder;
  rmSync(inside, { recursive: true });
  mkdirSync(systemFolder, { recursive: true, mode: 0o755 });
  return layOut(elsewhere, envoiData, user);
}

function layOut(root: string, envoiData: string, user: DatabaseUser | null): DatabaseFolder {
  const run = join(root, "run");
  const shortRun = join(tmpdir(), `envoi-${nameOf(envoiData)}`);
  const folder = {
    root,
    data: join(root, "data"),
    run: join(run, socketName).length < socketPathMax ? run : shortRun,
    logFile: join(root, "postgres.log"),
  };
  for (const path of [folder.root, folder.run]) {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    chmodSync(path, 0o700);
    if (user) chownSync(path, user.uid, user.gid);
  }
  return folder;
}
