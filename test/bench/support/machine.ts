import { readFileSync } from "node:fs";
import { availableParallelism, cpus, totalmem } from "node:os";
import type { Server } from "./server.ts";

/** What the figures were measured on. */
export async function describeMachine(server: Server): Promise<string[]> {
  const settings = ["server_version", "fsync", "synchronous_commit", "shared_buffers", "max_wal_size"];
  const [row] = await server.query<Record<string, string>>(
    `select ${settings.map((name) => `current_setting('${name}') as ${name}`).join(", ")}`,
  );
  const system = /^PRETTY_NAME="(.*)"$/m.exec(readFileSync("/etc/os-release", "utf8"))?.[1] ?? process.platform;
  return [
    `Machine: ${cpus()[0]?.model ?? "?"}, ${availableParallelism()} cores, ${Math.round(totalmem() / 2 ** 30)} GiB; ${system}`,
    `Node ${process.version}; PostgreSQL ${row?.server_version} (embedded), fsync ${row?.fsync}, synchronous_commit ${row?.synchronous_commit}, shared_buffers ${row?.shared_buffers}`,
    "Server, database, client and yardsticks share the cores.",
  ];
}
