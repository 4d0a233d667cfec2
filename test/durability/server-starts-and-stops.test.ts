import { spawn } from "node:child_process";
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { afterAll, expect, test } from "vitest";
import { aCampaign, aLiveCampaign, execute, mailbox, recipients, statsOf } from "../support/campaigns.ts";
import { expectConservation } from "../support/conservation.ts";
import { freePort } from "../support/free-port.ts";
import {
  aDataFolder,
  checkoutFor,
  cleanUp,
  isRunning,
  launchServer,
  postmasterOf,
  processTree,
  type ServerProcess,
  signal,
  socketUrlOf,
  startServer,
} from "../support/server-process.ts";
import { createTestDatabase } from "../support/test-database.ts";
import { until } from "../support/until.ts";

const isRoot = userInfo().uid === 0;

afterAll(cleanUp);

async function sendOne(server: ServerProcess): Promise<void> {
  const { id } = await aLiveCampaign(server.client);
  await execute(server.client, { campaignId: id, requestId: "one", recipients: recipients(1) });
  await until("it is sent", async () => (await statsOf(server.client, id)).sent === 1);
}

test("a second start on the same data folder is refused with a sentence while the first goes on", async () => {
  const environment = { ENVOI_DATA: aDataFolder() };
  const first = await startServer(environment);
  const second = launchServer(environment);
  expect((await second.ended).code).toBe(1);
  expect(second.output()).toMatch(
    /Another Envoi server is running on the data folder .*Stop it first, or set ENVOI_DATA and PORT/,
  );
  await sendOne(first);
  expect(await signal(first, "SIGTERM")).toEqual({ code: 0, signal: null });
});

test.each(["SIGINT", "SIGTERM"] as const)(
  "%s in mid-run drains within 30 s, leaves no process behind, and the next start sends the rest once [D36]",
  async (name) => {
    const environment = { ENVOI_DATA: aDataFolder() };
    const first = await startServer(environment);
    const count = 3000;
    const campaign = await aLiveCampaign(first.client, { deliveryRate: 1000 });
    await execute(first.client, { campaignId: campaign.id, requestId: "drained", recipients: recipients(count) });
    await until("some are sent", async () => (await statsOf(first.client, campaign.id)).sent > 300);
    const processes = [...processTree(first.pid), ...processTree(postmasterOf(first))];
    const askedAt = performance.now();
    // To the whole group, as a terminal does it.
    process.kill(-first.pid, name);
    expect(await first.ended).toEqual({ code: 0, signal: null });
    expect(performance.now() - askedAt).toBeLessThan(30_000);
    expect(processes.filter(isRunning)).toEqual([]);

    const next = await startServer(environment);
    await expectConservation(next.client, campaign.id, count);
    await until("the rest is sent", async () => (await statsOf(next.client, campaign.id)).sent === count);
    const entries = await mailbox(next.client, campaign.id);
    expect(entries).toHaveLength(count);
    // A drain gives back only what was surely not handed over, so nothing was tried twice.
    const looking = new Client({ connectionString: socketUrlOf(next) });
    await looking.connect();
    const { rows } = await looking.query("select max(attempts)::int as attempts from message");
    await looking.end();
    expect(rows).toEqual([{ attempts: 1 }]);
    await signal(next, "SIGTERM");
  },
);

test("a database that was left running by a killed server is taken over by the next start", async () => {
  const environment = { ENVOI_DATA: aDataFolder() };
  const first = await startServer(environment);
  const { id } = await aCampaign(first.client, { title: "Left behind" });
  const postmaster = postmasterOf(first);
  await signal(first, "SIGKILL");
  expect(isRunning(postmaster)).toBe(true);

  const next = await startServer(environment);
  expect(postmasterOf(next)).toBe(postmaster);
  const { campaign } = await next.client.expectData("query ($id: ID!) { campaign(id: $id) { title } }", { id });
  expect(campaign.title).toBe("Left behind");
  await sendOne(next);
  await signal(next, "SIGTERM");
  expect(isRunning(postmaster)).toBe(false);
});

test("an embedded database that ends by itself is started again, nobody is lost, and the stop takes its usual time", async () => {
  const server = await startServer({ ENVOI_DATA: aDataFolder() });
  const count = 1500;
  const campaign = await aLiveCampaign(server.client, { deliveryRate: 500 });
  await execute(server.client, { campaignId: campaign.id, requestId: "outlives", recipients: recipients(count) });
  await until("some are sent", async () => (await statsOf(server.client, campaign.id)).sent > 100);
  const first = postmasterOf(server);
  process.kill(first, "SIGQUIT");
  await until(
    "all are sent",
    async () => {
      const { data } = await server.client.call("query ($id: ID!) { campaign(id: $id) { stats { sent } } }", { id: campaign.id });
      return data?.campaign?.stats.sent === count;
    },
    60,
    250,
  );
  expect(postmasterOf(server)).not.toBe(first);
  await expectConservation(server.client, campaign.id, count);
  const askedAt = performance.now();
  expect((await signal(server, "SIGTERM")).code).toBe(0);
  expect(performance.now() - askedAt).toBeLessThan(10_000);
});

test("a stop does not wait for a database that is gone for good", async () => {
  const folder = aDataFolder();
  const server = await startServer({ ENVOI_DATA: folder });
  const data = join(server.databaseFolder ?? "", "data");
  const postmaster = postmasterOf(server);
  renameSync(data, `${data}.gone`);
  process.kill(postmaster, "SIGQUIT");
  await until("the database is gone", () => !isRunning(postmaster));
  const askedAt = performance.now();
  await signal(server, "SIGTERM");
  expect(performance.now() - askedAt).toBeLessThan(12_000);
});

test("the embedded database inherits nothing of ours, and the server works as a role that is no superuser", async () => {
  const secret = "ab".repeat(32);
  const server = await startServer({ ENVOI_DATA: aDataFolder(), ENVOI_SECRET: secret });
  await sendOne(server);
  for (const pid of processTree(postmasterOf(server)))
    expect(readFileSync(`/proc/${pid}/environ`, "utf8")).not.toMatch(/ENVOI|ababab/);
  const looking = new Client({ connectionString: socketUrlOf(server) });
  await looking.connect();
  const { rows } = await looking.query(`
    select distinct rolname, rolsuper from pg_stat_activity join pg_roles on rolname = usename
    where application_name like 'envoi%'`);
  await looking.end();
  expect(rows).toEqual([{ rolname: "envoi_server", rolsuper: false }]);
  await signal(server, "SIGTERM");
});

test.runIf(isRoot)(
  "root's database that outlived its data folder is not opened with a new secret: that is said, with where it lies",
  async () => {
    const closed = aDataFolder();
    chmodSync(closed, 0o700);
    const environment = { ENVOI_DATA: join(closed, "envoi") };
    const first = await startServer(environment);
    await signal(first, "SIGTERM");
    rmSync(environment.ENVOI_DATA, { recursive: true });
    const second = launchServer(environment);
    expect((await second.ended).code).toBe(2);
    expect(second.output()).toMatch(/secret\.key is missing/);
    expect(second.output()).toContain(first.databaseFolder);
    expect(existsSync(join(environment.ENVOI_DATA, "admin.key"))).toBe(false);
  },
);

test("a terminal that is closed, and two Ctrl-C, stop it once and in order", async () => {
  const hung = await startServer({ ENVOI_DATA: aDataFolder() });
  expect(await signal(hung, "SIGHUP")).toEqual({ code: 0, signal: null });
  const twice = await startServer({ ENVOI_DATA: aDataFolder() });
  const postmaster = postmasterOf(twice);
  twice.process.kill("SIGINT");
  expect(await signal(twice, "SIGINT")).toEqual({ code: 0, signal: null });
  expect(isRunning(postmaster)).toBe(false);
});

test.each(["full", "closed"])("with a standard output that is %s the server works, and stops in order", async (output) => {
  const folder = aDataFolder();
  const script = output === "full" ? 'exec "$0" "$@" > /dev/full' : 'exec "$0" "$@" >&-';
  const port = String(await freePort());
  const environment = { PATH: process.env.PATH, ENVOI_DATA: folder, PORT: port, LOG_LEVEL: "debug" };
  const command = [process.execPath, join(import.meta.dirname, "../../dist/src/main.js"), "up"];
  const child = spawn("/bin/sh", ["-c", script, ...command], { env: environment, stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise((resolve) => child.once("exit", (code) => resolve(code)));
  const isReady = () =>
    fetch(`http://127.0.0.1:${port}/health/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
  await until("it is ready", isReady, 60, 250);
  child.kill("SIGTERM");
  expect(await ended).toBe(0);
});

test("two installations run side by side, each with its own data folder and port", async () => {
  const [one, other] = await Promise.all([
    startServer({ ENVOI_DATA: aDataFolder() }),
    startServer({ ENVOI_DATA: aDataFolder() }),
  ]);
  expect(one.url).not.toBe(other.url);
  await Promise.all([sendOne(one), sendOne(other)]);
  const query = "{ campaigns { edges { node { id } } } }";
  for (const server of [one, other]) expect((await server.client.expectData(query)).campaigns.edges).toHaveLength(1);
  const ended = await Promise.all([signal(one, "SIGTERM"), signal(other, "SIGINT")]);
  expect(ended.map(({ code }) => code)).toEqual([0, 0]);
});

test.runIf(isRoot)(
  "root may start in a folder that only root may enter: the database lies elsewhere, is named, and is found again",
  async () => {
    const closed = aDataFolder();
    chmodSync(closed, 0o700);
    const environment = { ENVOI_DATA: join(closed, "envoi") };
    const first = await startServer(environment);
    expect(first.databaseFolder).toMatch(/^\/var\/lib\/envoi\/[0-9a-f]{16}$/);
    const { id } = await aCampaign(first.client, { title: "Found again" });
    await sendOne(first);
    await signal(first, "SIGTERM");

    const next = await startServer(environment);
    expect(next.databaseFolder).toBe(first.databaseFolder);
    const { campaign } = await next.client.expectData("query ($id: ID!) { campaign(id: $id) { title } }", { id });
    expect(campaign.title).toBe("Found again");
    await signal(next, "SIGTERM");
  },
);

test.runIf(isRoot)("an ordinary user may start it, with the database inside the data folder", async () => {
  const nobody = { uid: 65_534, gid: 65_534 };
  const folder = aDataFolder();
  chownSync(folder, nobody.uid, nobody.gid);
  const server = await startServer({ ENVOI_DATA: join(folder, "envoi") }, { ...nobody, from: checkoutFor(nobody) });
  expect(server.databaseFolder).toBe(join(folder, "envoi/postgres"));
  await sendOne(server);
  expect((await signal(server, "SIGTERM")).code).toBe(0);
});

test("a bad configuration names every fault and ends with 2, before anything is started", async () => {
  const folder = join(aDataFolder(), "not-made");
  const faulty = { PORT: "http", LEASE_SECONDS: "0", ENVOI_SECRET: "short", DATABASE_URL: "mysql://elsewhere" };
  const launched = launchServer({ ENVOI_DATA: folder, ...faulty });
  expect((await launched.ended).code).toBe(2);
  for (const name of Object.keys(faulty)) expect(launched.output()).toContain(name);
  expect(existsSync(folder)).toBe(false);
});

test("a port that is taken is named in one sentence, and the database is stopped again", async () => {
  const first = await startServer({ ENVOI_DATA: aDataFolder() });
  const folder = aDataFolder();
  const second = launchServer({ ENVOI_DATA: folder, PORT: new URL(first.url).port });
  expect((await second.ended).code).toBe(1);
  expect(second.output()).toContain(`Port ${new URL(first.url).port}`);
  expect(second.output()).not.toContain("    at ");
  expect(existsSync(join(folder, "postgres/data/postmaster.pid"))).toBe(false);
  await signal(first, "SIGTERM");
});

test("with DATABASE_URL it works on that PostgreSQL and leaves it running", async () => {
  const database = await createTestDatabase();
  const folder = join(aDataFolder(), "data");
  mkdirSync(folder);
  const server = await startServer({ ENVOI_DATA: folder, DATABASE_URL: database.url });
  expect(server.databaseFolder).toBeNull();
  expect(existsSync(join(folder, "postgres"))).toBe(false);
  await sendOne(server);
  expect((await signal(server, "SIGTERM")).code).toBe(0);
  await database.drop();
});

test("a PostgreSQL that does not answer is said in one sentence", async () => {
  const launched = launchServer({ ENVOI_DATA: aDataFolder(), DATABASE_URL: "postgresql://nobody@127.0.0.1:1/envoi" });
  expect((await launched.ended).code).toBe(1);
  expect(launched.output()).toContain("PostgreSQL does not answer. Check DATABASE_URL");
  expect(launched.output()).not.toContain("    at ");
});
