import { afterAll, beforeAll, expect, test } from "vitest";
import { aLiveCampaign, statsOf } from "../support/campaigns.ts";
import { type HonestCaller, p99Of, startHonestCaller } from "../support/honest-caller.ts";
import { filesOf, forgetPeak, peakMegabytesOf } from "../support/process-use.ts";
import { aDataFolder, cleanUp, type ServerProcess, startServer } from "../support/server-process.ts";
import { createTestDatabase } from "../support/test-database.ts";
import { until } from "../support/until.ts";
import type { Target } from "./limits/attack.ts";
import { attacks } from "./limits/index.ts";
import { readLimits } from "./limits/the-page.ts";

const waitMillisecondsMax = 1000;
const megabytesMax = 1024;
/** The connections of the honest caller, of this test and of the pools come and go. */
const filesOfOthers = 60;

let server: ServerProcess;
let honest: HonestCaller;
let honestCampaign: string;
let target: Target;
let filesBefore: number;
let drop: () => Promise<void>;

async function keyOf(role: string): Promise<string> {
  const create = "mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret } }";
  return (await server.client.expectData(create, { input: { name: `A ${role}`, role } })).createApiKey.secret;
}

beforeAll(async () => {
  const database = await createTestDatabase();
  drop = database.drop;
  server = await startServer({
    DATABASE_URL: database.url,
    ENVOI_DATA: aDataFolder(),
    LARGE_BODY_WAIT_SECONDS: "3",
    CONNECTIONS_PER_ADDRESS_MAX: "800",
  });
  honestCampaign = (await aLiveCampaign(server.client, { title: "Password reset" })).id;
  const { id: campaignId } = await aLiveCampaign(server.client, { title: "Of the attacker", deliveryRate: 1 });
  const calling = { url: server.url, campaignId: honestCampaign, key: await keyOf("TRIGGER"), name: "honest" };
  honest = await startHonestCaller(calling);
  target = { server, url: server.url, adminKey: server.adminKey, keyOf, campaignId };
  expect((await honest.experience()).faults).toEqual([]);
  filesBefore = filesOf(server.pid);
});
afterAll(async () => {
  await honest?.stop();
  await cleanUp();
  await drop?.();
});

const limits = readLimits();

test("the page's table and the attacks name the same resources", () => {
  expect(limits.map(({ resource }) => resource).toSorted()).toEqual(Object.keys(attacks).toSorted());
});

test.each(limits)(
  "far above the limit of $resource the caller is told what the page says, and an honest one waits less than a second",
  // The honest caller waits for its turn on a core, too.
  { retry: 1 },
  async ({ resource, answer }) => {
    const attack = attacks[resource];
    if (!attack) return expect.fail(`docs/security.md has a row for ${resource}, and no attack tries it`);
    forgetPeak(server.pid);
    await honest.experience();
    const told = await attack(target);
    const { waits, faults } = await honest.experience();
    expect(answer).toContain(told);
    expect(faults).toEqual([]);
    expect(p99Of(waits)).toBeLessThan(waitMillisecondsMax);
    expect(peakMegabytesOf(server.pid)).toBeLessThan(megabytesMax);
    await until("files and sockets are given back", () => filesOf(server.pid) <= filesBefore + filesOfOthers, 60);
  },
);

test("the engine went on all the while, and sent what the honest caller asked for", async () => {
  await honest.experience();
  const { accepted } = await statsOf(server.client, honestCampaign);
  await until("it is sent", async () => (await statsOf(server.client, honestCampaign)).sent >= accepted);
  expect(server.output()).not.toContain("engine");
  expect(server.process.exitCode).toBeNull();
});
