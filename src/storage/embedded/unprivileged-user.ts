import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { userInfo } from "node:os";
import type { Log } from "../../base/index.ts";
import { programEnvironment as env } from "./program-environment.ts";

/** Who PostgreSQL's processes run as: nothing to change for an ordinary user, another account for root. */
export type DatabaseUser = { readonly uid: number; readonly gid: number };

/**
 * PostgreSQL refuses to run as root, so root runs it as `postgres`: the account that Debian's own package
 * uses, made here when it is missing, which is told. Where accounts cannot be made, `nobody` takes its place.
 */
export function findDatabaseUser(log?: Log): DatabaseUser | null {
  if (userInfo().uid !== 0) return null;
  return findAccount("postgres") ?? makeAccount("postgres", log) ?? findAccount("nobody");
}

function findAccount(name: string): DatabaseUser | null {
  const line = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .find((entry) => entry.startsWith(`${name}:`));
  const fields = line?.split(":");
  return fields?.[2] && fields[3] ? { uid: Number(fields[2]), gid: Number(fields[3]) } : null;
}

function makeAccount(name: string, log: Log | undefined): DatabaseUser | null {
  const flags = ["--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin", name];
  const made = spawnSync("useradd", flags, { env });
  const account = made.status === 0 ? findAccount(name) : null;
  if (account) log?.warn({ user: name }, "database: this system user was made, since PostgreSQL does not run as root");
  else log?.warn({ user: name }, "database: this system user could not be made; PostgreSQL runs as nobody");
  return account;
}

/** Asked by trying, not by reading mode bits, so that access lists and mount options count too. */
export function canRun(user: DatabaseUser, binary: string): boolean {
  return spawnSync(binary, ["--version"], { ...user, env, cwd: "/", stdio: "ignore" }).status === 0;
}

/** Whether `user` can enter `folder` and write there. */
export function canWrite(user: DatabaseUser, folder: string): boolean {
  const script = 'cd "$1" && [ -w . ]';
  return spawnSync("/bin/sh", ["-c", script, "sh", folder], { ...user, env, cwd: "/", stdio: "ignore" }).status === 0;
}
