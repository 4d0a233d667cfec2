import { randomBytes } from "node:crypto";
import { chownSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Client } from "pg";
import type { DatabaseFolder } from "./database-folder.ts";
import type { DatabaseUser } from "./unprivileged-user.ts";

/**
 * Whether the server at the other end runs on our data: it has to read what was written a moment ago into their folder, which
 * nobody else can. Whoever made the socket's folder before us could have put a server of his own there.
 */
export async function isOwnServer(client: Client, { root }: DatabaseFolder, user: DatabaseUser | null): Promise<boolean> {
  const proof = randomBytes(32).toString("hex");
  const file = join(root, `proof-${randomBytes(8).toString("hex")}`);
  writeFileSync(file, proof, { mode: 0o600, flag: "wx" });
  try {
    if (user) chownSync(file, user.uid, user.gid);
    const { rows } = await client.query<{ text: string }>("select pg_read_file($1) as text", [file]);
    return rows[0]?.text === proof;
  } catch {
    return false;
  } finally {
    rmSync(file);
  }
}
