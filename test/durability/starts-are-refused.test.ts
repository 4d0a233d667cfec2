import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { Client } from "pg";
import { afterAll, expect, test } from "vitest";
import { aDataFolder, type Command, cleanUp, launchServer } from "../support/server-process.ts";
import { createTestDatabase } from "../support/test-database.ts";

afterAll(cleanUp);

const secret = "00".repeat(32);

test.each<Command>(["up", "serve", "work"])(
  "`envoi %s` on a database that a newer version has migrated ends with code 2, names what it does not know, and changes nothing",
  async (command) => {
    const database = await createTestDatabase();
    const client = new Client({ connectionString: database.url });
    await client.connect();
    await client.query("insert into migration (name, executed_at) values ('29990101000000-fly-to-the-moon', now())");
    const folder = aDataFolder();
    const environment = { ENVOI_DATA: folder, DATABASE_URL: database.url, ENVOI_SECRET: secret };
    const refused = launchServer(environment, { command });
    expect(await refused.ended).toEqual({ code: 2, signal: null });
    expect(refused.output()).toContain("A newer version of Envoi has migrated this database (29990101000000-fly-to-the-moon)");
    expect((await client.query("select from worker")).rowCount).toBe(0);
    expect(existsSync(join(folder, "admin.key"))).toBe(false);
    await client.end();
    await database.drop();
  },
);

/** In a mount namespace of its own: nothing outside sees the mount. */
const mountReadOnly = (folder: string, command: readonly string[], environment: Record<string, string>) =>
  spawnSync(
    "unshare",
    [
      "-m",
      "sh",
      "-c",
      `mount --bind -o ro ${folder} ${folder} && mount -o remount,bind,ro ${folder} && exec "$@"`,
      "sh",
      ...command,
    ],
    {
      cwd: "/",
      env: { PATH: process.env.PATH, PORT: "0", LOG_LEVEL: "warn", ...environment },
      encoding: "utf8",
      timeout: 60_000,
    },
  );
const mayMount = mountReadOnly(aDataFolder(), ["true"], {}).status === 0;

// Without the right to mount (an unprivileged container) there is no read-only folder that root could not write to.
test.runIf(mayMount)(
  "a data folder that is read-only ends the start with code 2, says which folder and what to do, and makes nothing",
  async () => {
    const folder = aDataFolder();
    const main = join(import.meta.dirname, "../../dist/src/main.js");
    for (const more of [{}, { DATABASE_URL: "postgresql://nobody@127.0.0.1:1/envoi" }]) {
      const { status, stderr } = mountReadOnly(folder, [process.execPath, main, "up"], { ENVOI_DATA: folder, ...more });
      expect(status).toBe(2);
      expect(stderr).toContain(`the folder ${folder}, cannot be written to (EROFS)`);
      expect(stderr).toContain("set ENVOI_DATA to another folder");
      expect(readdirSync(folder)).toEqual([]);
    }
  },
);
