import { readFileSync } from "node:fs";
import { join } from "node:path";
import { buildSchema, type GraphQLNamedType, getNamedType, isObjectType, Kind, parse, print } from "graphql";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { aLiveCampaign, execute, mailbox, recipients } from "../support/campaigns.ts";
import { createGraphqlClient, type Data, type GraphqlClient } from "../support/graphql-client.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";
import { until } from "../support/until.ts";
import { mutations, roleLetters } from "./matrix/table.ts";
import { buildWorld, type Keys, makeKeys, type World } from "./matrix/world.ts";

/** Written by hand: what of an answer a caller may not read although it may do something that answers with it. */
const unreadable: Readonly<Record<string, readonly string[]>> = {
  AUTHOR: ["Campaign.history", "Execution.messages", "Profile.messages"],
  APPROVER: ["Execution.messages", "Profile.messages"],
  OPERATOR: [],
  TRIGGER: ["Execution.campaign", "Execution.messages"],
  ADMIN: [],
  limitedById: ["Campaign.history"],
  limitedByLabel: ["Campaign.history"],
};

const schema = buildSchema(readFileSync(join(import.meta.dirname, "../../schema/schema.graphql"), "utf8"));
const depthMax = 9;

let app: TestApp;
let world: World;
let keys: Keys;

beforeAll(async () => {
  app = await startTestApp({ FAILED_KEYS_PER_MINUTE: "0" });
  world = await buildWorld(app);
  keys = await makeKeys(app, world);
});
afterAll(() => app.stop());

const clientOf = (caller: string): GraphqlClient => createGraphqlClient(app.url, keys[caller] ?? null);

type Step = readonly string[];

type Place = { readonly type: GraphQLNamedType; readonly path: Step };

const placesBelow = ({ type, path }: Place): readonly (Place & { readonly name: string })[] =>
  isObjectType(type)
    ? Object.values(type.getFields())
        .filter(({ args }) => args.every((argument) => !String(argument.type).endsWith("!")))
        .map((field) => ({ type: getNamedType(field.type), path: [...path, field.name], name: `${type.name}.${field.name}` }))
    : [];

/** A shortest way from a type to each field of `targets`: `execution.campaign`, as a list of field names. */
function waysTo(from: GraphQLNamedType, targets: readonly string[]): Step[] {
  const found: Step[] = [];
  const seen = new Set<string>();
  let level: readonly Place[] = [{ type: from, path: [] }];
  while (level.length > 0 && (level[0]?.path.length ?? 0) < depthMax) {
    const fresh = level.filter(({ type }) => !seen.has(type.name) && seen.add(type.name));
    const below = fresh.flatMap(placesBelow);
    found.push(...below.filter(({ name }) => targets.includes(name)).map(({ path }) => path));
    level = below.filter(({ name }) => !targets.includes(name));
  }
  return found;
}

/** The selection of one way, down to a field that needs none. */
function selectionOf(type: GraphQLNamedType, [name = "", ...rest]: Step): string {
  if (!isObjectType(type)) return "";
  const field = type.getFields()[name];
  const inner = field && getNamedType(field.type);
  if (!inner || !isObjectType(inner)) return `{ ${name} }`;
  return `{ ${name} ${rest.length > 0 ? selectionOf(inner, rest) : "{ __typename }"} }`;
}

/** A mutation of the matrix, with another selection. */
function asking(name: string, selection: string): string {
  const document = parse(`mutation { ${mutations[name]?.ask(world)} }`);
  const [operation] = document.definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error("not an operation");
  const [field] = operation.selectionSet.selections;
  if (field?.kind !== Kind.FIELD) throw new Error("not a field");
  const wanted = parse(selection).definitions[0];
  if (wanted?.kind !== Kind.OPERATION_DEFINITION) throw new Error("not a selection");
  return print({
    ...document,
    definitions: [
      {
        ...operation,
        selectionSet: { ...operation.selectionSet, selections: [{ ...field, selectionSet: wanted.selectionSet }] },
      },
    ],
  });
}

const mayDo = (caller: string, name: string): boolean => {
  const letter = Object.entries(roleLetters).find(([, role]) => role === caller)?.[0] ?? "X";
  return mutations[name]?.may.includes(letter) ?? false;
};

/** What a refused call must leave as it was. */
async function stored(): Promise<unknown> {
  const tables = [
    "event",
    "execution",
    "message",
    "campaign",
    "campaign_version",
    "profile",
    "suppression",
    "sandbox_message",
    "api_key",
  ];
  const counts = tables.map((table) => `(select count(*) from ${table}) as ${table}`).join(", ");
  return (await app.query(`select ${counts}`))[0];
}

describe("what a caller may not read of the answer refuses the mutation before anything is stored", () => {
  test.each(Object.entries(unreadable).filter(([, fields]) => fields.length > 0))("%s", async (caller, fields) => {
    const client = clientOf(caller);
    const before = await stored();
    let asked = 0;
    for (const [name, field] of Object.entries(schema.getMutationType()?.getFields() ?? {})) {
      if (!mayDo(caller, name)) continue;
      const type = getNamedType(field.type);
      for (const way of waysTo(type, fields)) {
        const { status, data, errors } = await client.call(asking(name, selectionOf(type, way)));
        expect(errors?.[0]?.extensions.code, `${name} ${way.join(".")}`).toBe("PERMISSION_MISSING");
        expect(errors?.[0]?.extensions.details.path).toBe([name, ...way].join("."));
        expect([status, data]).toEqual([403, undefined]);
        asked++;
      }
    }
    expect(asked).toBeGreaterThan(0);
    expect(await stored()).toEqual(before);
  });
});

test("a stream whose values the caller may not read whole is refused when it begins", async () => {
  const client = clientOf("AUTHOR");
  const stream = client.subscribe(
    `subscription { executionProgress(executionId: "${world.executionId}") { id messages { totalCount } } }`,
  );
  await stream.done;
  expect(stream.errors).toMatchObject([{ extensions: { code: "PERMISSION_MISSING" } }]);
  expect(stream.values).toEqual([]);
  await client.close();
});

/** How an object of a type is read, for every type that a mutation answers with and whose fields may be refused. */
const readings: Readonly<Record<string, (world: World, selection: string) => string>> = {
  Campaign: (w, s) => `campaign(id: "${w.campaignId}") ${s}`,
  CampaignVersion: (w, s) => `campaign(id: "${w.campaignId}") { version ${s} }`,
  Execution: (w, s) => `execution(id: "${w.executionId}") ${s}`,
  Fragment: (w, s) => `fragment(id: "${w.fragmentId}") ${s}`,
  Profile: (_w, s) => `profile(namespace: "email", userId: "person0@example.com") ${s}`,
  ApprovalRequest: (w, s) => `approvalRequest(id: "${w.approvalRequestId}") ${s}`,
  ApprovalPolicy: (w, s) => `approvalPolicy(id: "${w.policyId}") ${s}`,
  ChannelConfiguration: (_w, s) => `channelConfigurations ${s}`,
  Message: (w, s) => `message(id: "${w.messageId}") ${s}`,
};

async function isRefused(client: GraphqlClient, query: string): Promise<boolean> {
  const [error] = (await client.call(query)).errors ?? [];
  return error?.extensions.code === "PERMISSION_MISSING" && (error.path?.length ?? 0) > 1;
}

describe("every field that a role is refused below another one is in the table above", () => {
  test.each(["VIEWER", "AUTHOR", "APPROVER", "OPERATOR", "ADMIN"])("%s", async (caller) => {
    const client = clientOf(caller);
    const refused: string[] = [];
    for (const [name, reading] of Object.entries(readings)) {
      const type = schema.getType(name);
      if (!isObjectType(type)) throw new Error(`no type ${name}`);
      for (const field of Object.keys(type.getFields()))
        if (await isRefused(client, `{ ${reading(world, selectionOf(type, [field]))} }`)) refused.push(`${name}.${field}`);
    }
    // A VIEWER does nothing that answers.
    const expected = caller === "VIEWER" ? ["Campaign.history", "Execution.messages"] : unreadable[caller];
    expect(refused.sort()).toEqual([...(expected ?? [])].sort());
  });
});

describe("a page that no list has refuses the mutation that asks for it", () => {
  let id: string;
  let sequence = 0;
  beforeAll(async () => {
    id = (await aLiveCampaign(app.client)).id;
    await execute(app.client, { campaignId: id, requestId: "first", recipients: recipients(1) });
    await until("it arrived", async () => (await mailbox(app.client, id)).length === 1);
  });

  test.each([
    ["first: 0", ""],
    ["first: 501", ""],
    ["first: -1", ""],
    ['after: "nonsense"', ""],
    ["first: $many", "$many: Int = 1000"],
  ])("messages(%s)", async (args, definition) => {
    const before = await stored();
    const query = `mutation ($input: ExecuteCampaignInput! ${definition}) { executeCampaign(input: $input) { execution { messages(${args}) { edges { cursor } } } } }`;
    const input = { campaignId: id, requestId: `r${sequence++}`, recipients: recipients(1) };
    const { data, errors } = await app.client.call(query, { input });
    expect(errors?.[0]?.extensions.code).toBe("INPUT_INVALID");
    expect(data).toBeUndefined();
    expect(await stored()).toEqual(before);
  });

  test.each(["executions", "versions", "history"])("%s", async (list) => {
    for (const args of ["first: 0", 'after: "nonsense"']) {
      const { data, errors } = await app.client.call(
        `mutation { pauseCampaign(id: "${id}") { ${list}(${args}) { totalCount } } }`,
      );
      expect(errors?.[0]?.extensions.code).toBe("INPUT_INVALID");
      expect(data).toBeUndefined();
    }
    expect((await app.client.expectData(`{ campaign(id: "${id}") { status } }`)).campaign.status).toBe("LIVE");
  });

  test("a field that @skip or @include leaves out is not asked for", async () => {
    const client = clientOf("TRIGGER");
    const query = `mutation ($input: ExecuteCampaignInput!, $no: Boolean = false) {
      executeCampaign(input: $input) { acceptedCount execution { id campaign @include(if: $no) { id } ...More @skip(if: true) } }
    }
    fragment More on Execution { messages { totalCount } }`;
    const input = { campaignId: id, requestId: "skipped", recipients: recipients(1) };
    expect((await client.expectData(query, { input })).executeCampaign.acceptedCount).toBe(1);
    const { errors }: Data = await client.call(query, { input: { ...input, requestId: "included" }, no: true });
    expect(errors[0].extensions.code).toBe("PERMISSION_MISSING");
  });
});
