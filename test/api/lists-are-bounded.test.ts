import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
} from "graphql";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildGraphqlSchema } from "../../src/api/index.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";

const schema = buildGraphqlSchema();
let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.stop());

type Field = GraphQLField<unknown, unknown>;
/** Some value of a type, with nothing in it that is not required. */
function someValue(type: GraphQLInputType): unknown {
  const given = getNullableType(type);
  if (isListType(given)) return [someValue(given.ofType)];
  if (isEnumType(given)) return given.getValues()[0]?.name;
  if (isInputObjectType(given)) {
    const required = Object.values(given.getFields()).filter(({ type: of }) => isNonNullType(of));
    return Object.fromEntries(required.map((field) => [field.name, someValue(field.type)]));
  }
  const values: Record<string, unknown> = { Int: 1, Float: 1, Boolean: true, DateTime: "2030-01-01T00:00:00Z", JSON: {} };
  return values[String(given)] ?? "01900000-0000-7000-8000-000000000000";
}

type Given = { readonly path: string; readonly fill: (items: number) => unknown };

/** Every list in a value of this type, and the value with that list filled. */
function listsIn(type: GraphQLInputType, path: string): Given[] {
  const given = getNullableType(type);
  if (isListType(given)) {
    const own = { path, fill: (items: number) => Array.from({ length: items }, () => someValue(given.ofType)) };
    return [
      own,
      ...listsIn(given.ofType, `${path}[0]`).map((inner) => ({ ...inner, fill: (items: number) => [inner.fill(items)] })),
    ];
  }
  if (!isInputObjectType(given)) return [];
  return Object.values(given.getFields()).flatMap((field) =>
    listsIn(field.type, `${path}.${field.name}`).map((inner) => ({
      path: inner.path,
      fill: (items: number) => ({ ...(someValue(given) as object), [field.name]: inner.fill(items) }),
    })),
  );
}

function callOf(kind: string, field: Field): string {
  const required = ({ type, defaultValue }: GraphQLArgument) => isNonNullType(type) && defaultValue === undefined;
  const args = field.args.filter((arg) => required(arg) || listsIn(arg.type, "").length > 0);
  const given = args.map(({ name, type }) => `$${name}: ${type}`).join(", ");
  const passed = args.map(({ name }) => `${name}: $${name}`).join(", ");
  return `${kind} (${given}) { ${field.name}(${passed}) ${isLeafType(getNamedType(field.type)) ? "" : "{ __typename }"} }`;
}

const roots = [
  ["query", schema.getQueryType()],
  ["mutation", schema.getMutationType()],
] as const;
const lists = roots.flatMap(([kind, root]) =>
  Object.values(root?.getFields() ?? {}).flatMap((field) =>
    field.args.flatMap((arg) =>
      listsIn(arg.type, arg.name).map(({ path, fill }) => ({ what: `${field.name}: ${path}`, kind, field, arg, path, fill })),
    ),
  ),
);

/** Of these a call may have 5,000. */
const longLists = ["profiles", "entries", "ids"];

describe("every list that a caller can give has a bound, before anything is done with it", () => {
  test("there are lists, and some of them are inside others", () => {
    expect(lists.length).toBeGreaterThan(30);
    expect(lists.map(({ path }) => path)).toContain("profiles[0].consents");
  });

  test.each(lists.filter(({ path }) => !path.endsWith("recipients")))("$what", async ({ kind, field, arg, path, fill }) => {
    const required = Object.fromEntries(
      field.args.filter(({ type }) => isNonNullType(type)).map(({ name, type }) => [name, someValue(type)]),
    );
    const send = async (items: number) =>
      (await app.client.call(callOf(kind, field), { ...required, [arg.name]: fill(items) })).errors?.[0];
    const refused = await send(longLists.includes(path) ? 5001 : 1001);
    expect(refused?.extensions).toMatchObject({ code: "INPUT_INVALID", details: { field: path } });
    const itemsMax = Number(refused?.extensions.details.itemsMax);
    expect((await send(itemsMax + 1))?.extensions.details).toEqual({ field: path, itemsMax });
    expect((await send(1))?.extensions.details ?? {}).not.toHaveProperty("itemsMax");
  });

  test("also in the document itself, and over a WebSocket", async () => {
    const many = Array.from({ length: 20 }, () => "ACTIVE").join(" ");
    const refused = await app.client.expectCode("INPUT_INVALID", `{ apiKeys(status: [${many}]) { totalCount } }`);
    expect(refused.extensions.details).toMatchObject({ field: "status" });
    const id = "01900000-0000-7000-8000-000000000000";
    const statuses = Array.from({ length: 5001 }, () => "SENT");
    const watch =
      "subscription ($id: ID!, $statuses: [MessageStatus!]) { messageEvents(campaignId: $id, statuses: $statuses) { __typename } }";
    const { errors, done } = app.client.subscribe(watch, { id, statuses });
    await done;
    expect(JSON.stringify(errors)).toContain("INPUT_INVALID");
  });
});
