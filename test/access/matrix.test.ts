import { type Client, createClient } from "graphql-ws";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import WebSocket from "ws";
import { aLiveCampaign, recipients } from "../support/campaigns.ts";
import { createGraphqlClient, type Data } from "../support/graphql-client.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";
import { expectedOf } from "./matrix/expected.ts";
import {
  executionOfTrigger,
  type Line,
  mutations,
  queries,
  roleLetters,
  selectionOfExecution,
  subscriptions,
} from "./matrix/table.ts";
import { buildWorld, type Keys, makeKeys, type World } from "./matrix/world.ts";

/** How long a stream that is to say nothing is listened to. One that is to say something has all the time. */
const silenceMilliseconds = 400;

let app: TestApp;
let world: World;
let keys: Keys;
let fields: Record<"Query" | "Mutation" | "Subscription" | "Execution", string[]>;
const sockets: Client[] = [];

beforeAll(async () => {
  // Every line is asked with wrong keys too, which no address may do that often.
  app = await startTestApp({ FAILED_KEYS_PER_MINUTE: "0" });
  world = await buildWorld(app);
  keys = await makeKeys(app, world);
  const named = (alias: string) => `${alias}: __type(name: "${alias}") { fields { name } }`;
  const data = await app.client.expectData(`{ ${["Query", "Mutation", "Subscription", "Execution"].map(named).join(" ")} }`);
  const namesOf = (type: Data): string[] => type.fields.map((field: Data) => field.name).sort();
  fields = {
    Query: namesOf(data.Query),
    Mutation: namesOf(data.Mutation),
    Subscription: namesOf(data.Subscription),
    Execution: namesOf(data.Execution),
  };
});
afterAll(async () => {
  for (const socket of sockets) await socket.dispose();
  await app.stop();
});

test("every field of the schema has a line in the table, and every line a field", () => {
  expect(Object.keys(queries).sort()).toEqual(fields.Query);
  expect(Object.keys(mutations).sort()).toEqual(fields.Mutation);
  expect(Object.keys(subscriptions).sort()).toEqual(fields.Subscription);
  expect(Object.keys(executionOfTrigger).sort()).toEqual(fields.Execution);
});

type Kind = "query" | "mutation" | "subscription";
type Cell = { readonly caller: string; readonly name: string; readonly line: Line; readonly kind: Kind };

const tables: readonly [Kind, Readonly<Record<string, Line>>][] = [
  ["query", queries],
  ["mutation", mutations],
  ["subscription", subscriptions],
];

const cellsOf = (caller: string): Cell[] =>
  tables.flatMap(([kind, lines]) => Object.entries(lines).map(([name, line]) => ({ caller, name, line, kind })));

type Told = { readonly data?: Data; readonly errors?: readonly Data[] | undefined };

function toldOf({ data, errors }: Told, name: string): string {
  if (errors?.length) return errors[0].extensions.code;
  const value = data?.[name];
  if (value === null) return "null";
  return isEmpty(value) ? "empty" : "data";
}

function isEmpty(value: Data): boolean {
  const rows = Array.isArray(value) ? value : value?.edges;
  return Array.isArray(rows) && rows.length === 0;
}

async function overHttp({ caller, name, line, kind }: Cell): Promise<string> {
  const client = createGraphqlClient(app.url, keys[caller] ?? null);
  const answer = await client.call(`${kind} { ${line.ask(world)} }`);
  return `${answer.status === 200 ? "" : `${answer.status} `}${toldOf(answer, name)}`;
}

function socketOf(caller: string): Client {
  const socket = createClient({
    url: `${app.url.replace(/^http/, "ws")}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    lazy: false,
    onNonLazyError: () => undefined,
    connectionParams: { authorization: `Bearer ${keys[caller] ?? ""}` },
  });
  sockets.push(socket);
  return socket;
}

/** The first word over a socket: values of queries end by themselves, streams with the socket. */
function overSocket(socket: Client, { name, line, kind }: Cell, expected: string): Promise<string> {
  return new Promise((resolve) => {
    const silence = setTimeout(() => resolve("open"), expected === "open" ? silenceMilliseconds : 20_000);
    const say = (told: string): void => {
      clearTimeout(silence);
      resolve(told);
    };
    socket.subscribe<Data>(
      { query: `${kind} { ${line.ask(world)} }` },
      {
        next: (answer) => say(toldOf(answer as Told, name)),
        error: (error) => say(Array.isArray(error) ? toldOf({ errors: error }, name) : `closed ${(error as CloseEvent).code}`),
        complete: () => say("complete"),
      },
    );
  });
}

/** All that is not as the table says: `VIEWER campaign: expected …, got …`. */
async function differences(
  caller: string,
  ask: (cell: Cell, expected: string) => Promise<string>,
  expectedFor: (cell: Cell) => string,
): Promise<string[]> {
  const found: string[] = [];
  for (const cell of cellsOf(caller)) {
    const expected = expectedFor(cell);
    const told = await ask(cell, expected);
    if (told !== expected) found.push(`${caller} ${cell.kind} ${cell.name}: expected ${expected}, got ${told}`);
  }
  return found;
}

const ofTable = ({ caller, line }: Cell): string => expectedOf(caller, line);
const insiders = [...Object.values(roleLetters), "limitedById", "limitedByLabel"];
const outsiders = ["no key", "revoked", "expired"];

describe("over HTTP", () => {
  test.each(insiders)("%s is told what the table says", async (caller) => {
    const ofHttp = (cell: Cell) => (cell.kind === "subscription" ? "400 INPUT_INVALID" : expectedOf(cell.caller, cell.line));
    expect(await differences(caller, overHttp, ofHttp)).toEqual([]);
  });

  test.each(outsiders)("%s is told 401 UNAUTHENTICATED by everything", async (caller) => {
    expect(await differences(caller, overHttp, () => "401 UNAUTHENTICATED")).toEqual([]);
  });
});

describe("over WebSocket", () => {
  test.each(insiders)("%s is told what the table says", async (caller) => {
    const socket = socketOf(caller);
    expect(await differences(caller, (cell, expected) => overSocket(socket, cell, expected), ofTable)).toEqual([]);
  });

  test.each(outsiders)("%s is closed out with 4403 whatever it asks", async (caller) => {
    expect(
      await differences(
        caller,
        (cell, expected) => overSocket(socketOf(caller), cell, expected),
        () => "closed 4403",
      ),
    ).toEqual([]);
  });
});

test("an answer that is not as the table says is found, in every line", async () => {
  expect(await differences("VIEWER", overHttp, () => "something else")).toHaveLength(cellsOf("VIEWER").length);
});

test("of the execution in its answer a TRIGGER key reads what became of it, and nothing of the campaign", async () => {
  const { id: campaignId } = await aLiveCampaign(app.client);
  const client = createGraphqlClient(app.url, keys.TRIGGER ?? null);
  const input = { campaignId, requestId: "r", recipients: recipients(1) };
  for (const [name, allowed] of Object.entries(executionOfTrigger)) {
    const selection = selectionOfExecution[name] ?? name;
    const query = `mutation ($input: ExecuteCampaignInput!) { executeCampaign(input: $input) { acceptedCount execution { ${selection} } } }`;
    const { errors } = await client.call(query, { input });
    expect(errors?.[0]?.extensions.code ?? "allowed", name).toBe(allowed === "yes" ? "allowed" : "PERMISSION_MISSING");
  }
});
