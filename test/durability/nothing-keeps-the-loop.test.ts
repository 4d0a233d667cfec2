import { spawn } from "node:child_process";
import { once } from "node:events";
import { afterAll, beforeAll, expect, test } from "vitest";
import { aCampaign, act, aLiveCampaign, execute, recipients } from "../support/campaigns.ts";
import { createLoopRecorder } from "../support/loop-recorder.ts";
import { aDataFolder, cleanUp, startServer } from "../support/server-process.ts";
import { createTestDatabase } from "../support/test-database.ts";
import * as bodies from "./loop/bodies.ts";
import * as contents from "./loop/contents.ts";
import * as documents from "./loop/documents.ts";
import * as lists from "./loop/lists.ts";
import type { Load, Loaded } from "./loop/load.ts";

const millisecondsMax = 50;
/** The first time code is compiled, and a collection of garbage may fall into any of them; what sits on the loop is in all. */
const roundsMax = 4;

const recorder = createLoopRecorder();
let loaded: Loaded;
let drop: () => Promise<void>;

beforeAll(async () => {
  const database = await createTestDatabase();
  drop = database.drop;
  const environment = { DATABASE_URL: database.url, ENVOI_DATA: aDataFolder(), RATE_LIMIT_COST_PER_SECOND: "0" };
  const server = await startServer({ ...environment, ...recorder.environment });
  const { client } = server;
  const email = (await aLiveCampaign(client)).id;
  const sms = (await aLiveCampaign(client, { channel: "SMS" })).id;
  for (const id of [email, sms]) await act(client, "pauseCampaign", id);
  const html = `<p>Hello {{context.name}}</p>${`<p>${"A long text. ".repeat(25)}</p>`.repeat(600)}`;
  const large = await aCampaign(client, {
    missingContext: "PRINT_NOTHING",
    content: { email: { subject: "s", html, text: "t" } },
  });
  loaded = { server, email, sms, large: large.id };
  for (let index = 0; index < 500; index += 1) {
    await aCampaign(client, { title: `Campaign ${index}`, tags: ["one", "two"] });
    await execute(client, { campaignId: email, requestId: `request ${index}`, recipients: recipients(1) });
  }
}, 180_000);
afterAll(async () => {
  recorder.remove();
  await cleanUp();
  await drop?.();
});

const loads: Readonly<Record<string, Load>> = {
  "the largest body that the loop reads itself": bodies.largestOfTheLoop,
  "50,000 phone numbers": bodies.phoneNumbers,
  "63 MB of recipients": bodies.largestBody,
  "contexts nested as deep as they may be": bodies.deepContexts,
  "5,000 profiles of 8 kB": bodies.largeProfiles,
  "MJML of 60 kB": contents.largeMjml,
  "a proof of a large content": contents.largeProof,
  "a preview of a large content": contents.largePreview,
  "a page of the mailbox": documents.pageOfMailbox,
  "a page of campaigns": lists.pageOf("campaigns"),
  "a page of the audit trail": lists.pageOf("auditTrail"),
  "a page of executions": lists.pageOf("executions"),
  "a page of messages": lists.pageOf("messages"),
  "a page of campaigns over a WebSocket": lists.pageOverWebsocket("campaigns"),
  "a page of the audit trail over a WebSocket": lists.pageOverWebsocket("auditTrail"),
  "the reviews of 500 campaigns": lists.reviews,
  "the longest document": documents.longestDocument,
  "the document with the most characters": documents.widestDocument,
  "fragments that may overlap": documents.overlappingFragments,
  "the whole schema": documents.wholeSchema,
};

test("the recorder sees what sits on a loop", async () => {
  const own = createLoopRecorder();
  const script = "setInterval(() => { const end = performance.now() + 200; while (performance.now() < end); }, 300)";
  const child = spawn(process.execPath, ["--eval", script], { env: { ...process.env, ...own.environment } });
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  expect(await own.longestOf({ process: child })).toBeGreaterThan(millisecondsMax);
  child.kill("SIGKILL");
  await once(child, "exit");
  own.remove();
});

test.each(Object.entries(loads))("%s: the server's loop is kept for less than 50 ms at a time", async (_name, load) => {
  const stretches: number[] = [];
  for (let round = 0; round < roundsMax && !stretches.some((stretch) => stretch < millisecondsMax); round += 1) {
    await recorder.longestOf(loaded.server);
    const said = await load(loaded, round);
    expect(said.slice(0, 500)).not.toContain('"errors"');
    stretches.push(await recorder.longestOf(loaded.server));
  }
  expect(Math.min(...stretches)).toBeLessThan(millisecondsMax);
});
