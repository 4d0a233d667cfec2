import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startApp } from "../../src/app.ts";
import { createLog } from "../../src/base/index.ts";
import { readConfig } from "../../src/config.ts";
import { entities } from "../../src/entities.ts";
import { openDatabase, run } from "../../src/storage/index.ts";
import { aLiveCampaign, execute, recipients, statsOf } from "../support/campaigns.ts";
import { createGraphqlClient } from "../support/graphql-client.ts";
import { hasPgbouncer, type PostgresProcess, password, startPgbouncer, startPostgres } from "../support/postgres-process.ts";
import { aDataFolder, cleanUp } from "../support/server-process.ts";
import { until } from "../support/until.ts";

const log = createLog("silent");
let postgres: PostgresProcess;
beforeAll(async () => {
  postgres = await startPostgres();
  for (const statement of ["create database envoi", `create role few login connection limit 5 password '${password}'`])
    await postgres.query(statement);
});
afterAll(async () => {
  await postgres.stop();
  await cleanUp();
});

const open = (url: string) => openDatabase({ url, poolMax: 20, entities, log });
const urlOf = (user: string, database = "envoi", search = ""): string =>
  `postgresql://${user}@127.0.0.1:${postgres.port}/${database}${search}`;
const right = `owner:${encodeURIComponent(password)}`;

describe("a database that lets nobody in is told by its reason, in a sentence that has no password", () => {
  test.each([
    ["a wrong password", () => urlOf("owner:wrong-word"), "refuses the user or the password"],
    ["an unknown role", () => urlOf("nobody:wrong-word"), "refuses the user or the password"],
    ["no password", () => urlOf("owner"), "DATABASE_URL has no password"],
    ["an unknown database", () => urlOf(right, "missing"), "no such database"],
    ["no TLS over there", () => urlOf(right, "envoi", "?sslmode=require"), "does not support SSL"],
    ["an unknown host", () => "postgresql://envoi:wrong-word@nowhere.invalid/envoi", "host of DATABASE_URL"],
    ["a closed port", () => "postgresql://envoi:wrong-word@127.0.0.1:1/envoi", "ECONNREFUSED"],
    ["a socket that is not there", () => "postgresql://envoi@/envoi?host=/nowhere", "no socket of PostgreSQL"],
    ["an address with bare signs", () => "postgresql://envoi:wrong-word#1@host/envoi", "cannot be read"],
  ])("%s", async (_, url, said) => {
    const fault = await open(url()).catch((error) => error);
    expect(fault.message).toContain(said);
    expect(fault.message).not.toMatch(/wrong-word|correct horse/);
  });
});

test("more reads at once than the server has connections for are all answered: they wait for one", async () => {
  const database = await open(urlOf(`few:${encodeURIComponent(password)}`));
  const reads = Array.from({ length: 60 }, () =>
    run({ em: database.orm.em.fork() }, sql<{ one: number }>`select 1 as one, pg_sleep(0.02)`),
  );
  expect((await Promise.all(reads)).map(([row]) => row?.one)).toEqual(reads.map(() => 1));
  await database.close();
});

test("a server that is starting is waited for", async () => {
  let refusals = 3;
  // What PostgreSQL says while it starts, to whoever opens a session.
  const starting = createServer((socket) => {
    socket.once("data", () => {
      if (refusals === 0) return socket.destroy();
      refusals -= 1;
      const fields = ["SFATAL", "C57P03", "Mthe database system is starting up", ""].join("\0");
      const body = Buffer.from(`${fields}\0`);
      const head = Buffer.alloc(5);
      head.write("E");
      head.writeInt32BE(body.length + 4, 1);
      socket.end(Buffer.concat([head, body]));
    });
  });
  await new Promise<void>((resolve) => starting.listen(0, "127.0.0.1", resolve));
  const { port } = starting.address() as { port: number };
  // After the third refusal it hangs up, which is not waited for.
  await expect(open(`postgresql://owner@127.0.0.1:${port}/envoi`)).rejects.toMatchObject({ code: "DATABASE_UNAVAILABLE" });
  expect(refusals).toBe(0);
  await new Promise((resolve) => starting.close(resolve));
});

describe.runIf(hasPgbouncer)("a pooler before the database", () => {
  test("in session mode, with its own defaults, everything works", async () => {
    await postgres.query("create database pooled");
    const pooler = await startPgbouncer(postgres, "pooled", { pool_mode: "session", default_pool_size: "60" });
    const folder = aDataFolder();
    const config = readConfig({ PORT: "0", ENVOI_DATA: folder, DATABASE_URL: pooler.url, LOG_LEVEL: "silent" });
    const app = await startApp(config, { sends: true, log });
    const client = createGraphqlClient(app.url, readFileSync(app.adminKeyFile ?? "", "utf8").trim());
    const { id } = await aLiveCampaign(client);
    await execute(client, { campaignId: id, requestId: "pooled", recipients: recipients(3) });
    await until("all are sent", async () => (await statsOf(client, id)).sent === 3);
    await client.close();
    await app.stop();
    await pooler.stop();
  });

  test.each([
    ["transaction", {}],
    ["transaction", { default_pool_size: "1" }],
    ["transaction", { server_round_robin: "1", min_pool_size: "5" }],
    ["transaction", { ignore_startup_parameters: "options" }],
    ["statement", {}],
  ])("in %s mode (%o) the start is refused, and says what to set", async (pool_mode, settings) => {
    const pooler = await startPgbouncer(postgres, "envoi", { pool_mode, ...settings });
    await expect(open(pooler.url)).rejects.toMatchObject({
      code: "INPUT_INVALID",
      message: expect.stringContaining("pool_mode = session"),
    });
    await pooler.stop();
  });

  test("a setting in DATABASE_URL that it refuses is named", async () => {
    const pooler = await startPgbouncer(postgres, "envoi", { pool_mode: "session" });
    await expect(open(`${pooler.url}?options=-c%20work_mem%3D64MB`)).rejects.toThrow("unsupported startup parameter: options");
    await pooler.stop();
  });
});
