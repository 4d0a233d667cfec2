import { spawnSync } from "node:child_process";
import { appendFileSync, rmSync, statfsSync } from "node:fs";
import { get } from "node:http";
import { connect, type Socket } from "node:net";
import { userInfo } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, expect, test } from "vitest";
import { aCampaign, aLiveCampaign, execute, executeDocument, mailbox, recipients, statsOf } from "../support/campaigns.ts";
import { type Cluster, startCluster } from "../support/cluster.ts";
import { expectConservation } from "../support/conservation.ts";
import type { GraphqlClient } from "../support/graphql-client.ts";
import { expectEverybodyOnce, onTheWayAtMost, repeatedHandOvers } from "../support/hand-overs.ts";
import { aDataFolder, cleanUp, isRunning, signal, startServer } from "../support/server-process.ts";
import { until } from "../support/until.ts";

const isRoot = userInfo().uid === 0;

let cluster: Cluster | undefined;
afterAll(async () => {
  await cleanUp();
  await cluster?.stop();
});

/** With a disk of its own in the place of the folder. */
async function onSmallDisk(megabytes: number, work: (folder: string) => Promise<void>): Promise<void> {
  const folder = aDataFolder();
  const { status, stderr } = spawnSync("mount", ["-t", "tmpfs", "-o", `size=${megabytes}m,mode=0711`, "tmpfs", folder]);
  if (status !== 0) throw new Error(`no disk can be mounted: ${stderr}`);
  try {
    await work(folder);
  } finally {
    // Whatever runs on it ends first; the folder itself is removed once nothing is mounted there.
    await cleanUp().catch(() => undefined);
    spawnSync("umount", ["--lazy", folder]);
  }
}

/** Takes all but `left` bytes of the disk that the folder is on. */
function fillDisk(folder: string, left: number): string {
  const file = join(folder, "balloon");
  const chunk = Buffer.alloc(1_000_000);
  const room = () => {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  };
  while (room() > left + chunk.length) appendFileSync(file, chunk);
  return file;
}

type Answer = {
  readonly accepted: boolean;
  readonly code: string | null;
  readonly kind: string | null;
  readonly milliseconds: number;
};

async function tryToExecute(client: GraphqlClient, campaignId: string, requestId: string, count: number): Promise<Answer> {
  const from = performance.now();
  const input = { campaignId, requestId, recipients: recipients(count, `${requestId}-`) };
  const { data, errors } = await client.call(executeDocument, { input });
  const extensions = errors?.[0]?.extensions;
  return {
    accepted: Boolean(data?.executeCampaign),
    code: extensions?.code ?? null,
    kind: extensions?.kind ?? null,
    milliseconds: performance.now() - from,
  };
}

test.runIf(isRoot)(
  "on a disk that is full calls are refused within a minute, to be repeated; with room again they go through under their requestIds, and everybody gets theirs",
  () =>
    onSmallDisk(400, async (folder) => {
      const server = await startServer({ ENVOI_DATA: folder });
      const { id } = await aLiveCampaign(server.client);
      const count = 2000;
      const first = await tryToExecute(server.client, id, "call0", count);
      expect(first.accepted).toBe(true);

      const balloon = fillDisk(folder, 2_000_000);
      const answers: Answer[] = [];
      for (let call = 1; call <= 12; call += 1) answers.push(await tryToExecute(server.client, id, `call${call}`, count));
      const refused = answers.filter(({ accepted }) => !accepted);
      expect(refused.length).toBeGreaterThan(0);
      for (const { code, kind, milliseconds } of refused) {
        // A call that was under way is tried on until its time is over.
        expect(["DATABASE_UNAVAILABLE", "TIMED_OUT"]).toContain(code);
        expect(kind).toBe("unavailable");
        expect(milliseconds).toBeLessThan(60_000);
      }
      expect(isRunning(server.pid)).toBe(true);

      rmSync(balloon);
      for (let call = 0; call <= 12; call += 1) {
        const again = () => tryToExecute(server.client, id, `call${call}`, count);
        await until(`call ${call} is accepted`, async () => (await again()).accepted, 60, 500);
      }
      await until("everybody got theirs", async () => (await statsOf(server.client, id)).sent === 13 * count, 60, 250);
      await expectConservation(server.client, id, 13 * count);
      expect((await signal(server, "SIGTERM")).code).toBe(0);
    }),
);

async function holdIdle(url: string, count: number): Promise<Socket[]> {
  const port = Number(new URL(url).port);
  const sockets = Array.from({ length: count }, () => connect(port, "127.0.0.1").on("error", () => undefined));
  await Promise.all(sockets.map((socket) => new Promise((resolve) => socket.once("connect", resolve).once("close", resolve))));
  return sockets;
}

/** Over a connection of its own: the status, or null when nobody answers within three seconds. */
function askAnew(url: string): Promise<number | null> {
  return new Promise((resolve) => {
    const asking = get(`${url}/health/ready`, { agent: false, timeout: 3000 }, (response) => {
      response.resume();
      resolve(response.statusCode ?? null);
    });
    asking.on("timeout", () => asking.destroy()).on("error", () => resolve(null));
  });
}

test("a server that may open 256 files goes on sending while callers hold all of the connections it takes, and takes others as soon as they end", async () => {
  const server = await startServer({ ENVOI_DATA: aDataFolder() }, { openFilesMax: 256 });
  const count = 2000;
  const { id } = await aLiveCampaign(server.client, { deliveryRate: 400 });
  await execute(server.client, { campaignId: id, requestId: "only", recipients: recipients(count) });
  const sockets = await holdIdle(server.url, 300);
  expect(await askAnew(server.url)).toBeNull();
  expect(isRunning(server.pid)).toBe(true);
  await pause((count / 400) * 1000);
  for (const socket of sockets) socket.destroy();
  await until("a new caller is answered", async () => (await askAnew(server.url)) === 200, 10, 250);
  // All but the last were due meanwhile.
  expect((await statsOf(server.client, id)).sent).toBeGreaterThan(count * 0.8);
  await until("everybody got theirs", async () => (await statsOf(server.client, id)).sent === count);
  await expectEverybodyOnce(server.client, id, count);
  expect((await signal(server, "SIGTERM")).code).toBe(0);
});

async function setReadOnly({ query }: Cluster, isReadOnly: boolean): Promise<void> {
  await query(`alter system set default_transaction_read_only = ${isReadOnly ? "on" : "off"}`);
  await query("select pg_reload_conf()");
}

test("while the database takes no writes calls are refused, to be repeated, and reads are answered; afterwards all goes on by itself", async () => {
  cluster = await startCluster({ withRedis: false, environment: { LEASE_SECONDS: "4" } });
  const server = await cluster.startServe();
  const worker = await cluster.startWork();
  const count = 3000;
  const deliveryRate = 300;
  const { id } = await aLiveCampaign(server.client, { deliveryRate });
  await execute(server.client, { campaignId: id, requestId: "only", recipients: recipients(count) });
  await until("a part is sent", async () => (await statsOf(server.client, id)).sent > 200);

  await setReadOnly(cluster, true);
  const isRefused = () =>
    aCampaign(server.client).then(
      () => false,
      () => true,
    );
  await until("every session knows it", isRefused, 5);
  for (const requestId of ["one", "other"]) {
    const refused = await tryToExecute(server.client, id, requestId, 10);
    expect(refused).toMatchObject({ accepted: false, code: "DATABASE_UNAVAILABLE", kind: "unavailable" });
  }
  await expectConservation(server.client, id, count);
  // Longer than a lease: the worker cannot renew it.
  await pause(6000);
  await setReadOnly(cluster, false);

  for (const requestId of ["one", "other"]) {
    const again = () => tryToExecute(server.client, id, requestId, 10);
    await until("the call is accepted", async () => (await again()).accepted, 10, 250);
  }
  await until("everybody got theirs", async () => (await statsOf(server.client, id)).sent === count + 20, 60, 250);
  await expectConservation(server.client, id, count + 20);
  const entries = await mailbox(server.client, id);
  expect(entries).toHaveLength(count + 20);
  expect(repeatedHandOvers(entries)).toBeLessThanOrEqual(onTheWayAtMost(deliveryRate));
  for (const process of [worker, server]) expect((await signal(process, "SIGTERM")).code).toBe(0);
});
