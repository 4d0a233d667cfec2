import { type ExecutionResult, GraphQLObjectType, GraphQLSchema, GraphQLString, parse } from "graphql";
import { expect, test } from "vitest";
import { streamEvents } from "../../src/api/graphql/websocket/stream-events.ts";
import { AppError } from "../../src/base/index.ts";

const away = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });

/** `read` is the field of each event; `forgotten` counts how often what was read for one is forgotten. */
function aStream(events: AsyncGenerator<{ name: string }>, read: (name: string) => string) {
  const query = new GraphQLObjectType({ name: "Query", fields: { nothing: { type: GraphQLString } } });
  const event = new GraphQLObjectType({
    name: "Event",
    fields: { field: { type: GraphQLString, resolve: ({ name }) => read(name) } },
  });
  const changed = { type: event, subscribe: () => events, resolve: (root: object) => root };
  const subscription = new GraphQLObjectType({ name: "Subscription", fields: { changed } });
  const schema = new GraphQLSchema({ query, subscription });
  let forgotten = 0;
  const contextValue = { em: { clear: () => (forgotten += 1) }, loaders: {} };
  const stream = streamEvents({ schema, document: parse("subscription { changed { field } }"), contextValue });
  return { stream: stream as Promise<AsyncGenerator<ExecutionResult>>, forgotten: () => forgotten };
}

async function collect(stream: AsyncGenerator<ExecutionResult>): Promise<ExecutionResult[]> {
  const told: ExecutionResult[] = [];
  for await (const result of stream) told.push(result);
  return told;
}

async function* names(...given: string[]) {
  for (const name of given) yield { name };
}

test("an event whose fields cannot be read while the database is away waits until they can be, and those after it keep their order", async () => {
  const failures = [away, new AppError("DATABASE_UNAVAILABLE", "The database does not answer just now.")];
  const { stream, forgotten } = aStream(names("one", "two"), (name) => {
    const failure = failures.shift();
    if (failure) throw failure;
    return name;
  });
  const told = await collect(await stream);
  expect(told.map(({ data, errors }) => [data, errors])).toEqual([
    [{ changed: { field: "one" } }, undefined],
    [{ changed: { field: "two" } }, undefined],
  ]);
  expect(forgotten()).toBe(2);
});

test("every other failure is told with its event", async () => {
  const { stream } = aStream(names("one"), () => {
    throw new AppError("CAMPAIGN_NOT_FOUND", "There is none.");
  });
  const [told] = await collect(await stream);
  expect(told?.data).toEqual({ changed: { field: null } });
  expect(told?.errors?.[0]?.message).toBe("There is none.");
});

test("a stream that is ended while an event waits for the database ends at once", async () => {
  const { stream } = aStream(names("one", "two"), () => {
    throw away;
  });
  const answers = await stream;
  const next = answers.next().then(
    () => "told",
    () => "ended",
  );
  await answers.return(undefined);
  const from = performance.now();
  await next;
  expect(performance.now() - from).toBeLessThan(500);
  expect((await answers.next()).done).toBe(true);
});
