import { createClient, type Client as SocketClient } from "graphql-ws";
import { expect } from "vitest";
import WebSocket from "ws";
import { errorsOfEveryCall, mutationErrors } from "../../src/api/graphql/mutation-errors.ts";

export type GraphqlError = {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions: {
    readonly code: string;
    readonly kind: string;
    readonly requestId: string;
    readonly details: Record<string, unknown>;
  };
};
// biome-ignore lint/suspicious/noExplicitAny: what a test reads of an answer is checked by the test itself.
export type Data = any;
export type Answer = {
  readonly status: number;
  readonly headers: Headers;
  readonly data: Data;
  readonly errors?: readonly GraphqlError[];
};
export type Variables = Readonly<Record<string, unknown>>;

export type GraphqlClient = {
  call(query: string, variables?: Variables): Promise<Answer>;
  /** The data, or a failure that prints query and errors. */
  expectData(query: string, variables?: Variables): Promise<Data>;
  /** The first error, which must have this code. */
  expectCode(code: string, query: string, variables?: Variables): Promise<GraphqlError>;
  /** A subscription's values as they come. `stop()` ends it. */
  subscribe(query: string, variables?: Variables): Subscribed;
  close(): Promise<void>;
};

export type Subscribed = {
  readonly values: Data[];
  readonly errors: readonly unknown[];
  readonly done: Promise<void>;
  stop(): void;
};

export function createGraphqlClient(url: string, key: string | null): GraphqlClient {
  let sockets: SocketClient | null = null;
  const headers = { "content-type": "application/json", ...(key ? { authorization: `Bearer ${key}` } : {}) };

  const call = async (query: string, variables: Variables = {}): Promise<Answer> => {
    const response = await fetch(`${url}/graphql`, { method: "POST", headers, body: JSON.stringify({ query, variables }) });
    const { data, errors } = (await response.json()) as { data: Data; errors?: GraphqlError[] };
    expectDescribed(errors ?? [], query);
    return { status: response.status, headers: response.headers, data, ...(errors ? { errors } : {}) };
  };

  return {
    call,
    async expectData(query, variables) {
      const answer = await call(query, variables);
      expect(answer.errors, `${query}\n${JSON.stringify(answer.errors)}`).toBeUndefined();
      return answer.data;
    },
    async expectCode(code, query, variables) {
      const answer = await call(query, variables);
      const error = answer.errors?.[0];
      expect(error?.extensions?.code, `${query}\n${JSON.stringify(answer)}`).toBe(code);
      return error as GraphqlError;
    },
    subscribe(query, variables = {}) {
      sockets ??= createClient({
        url: `${url.replace(/^http/, "ws")}/graphql`,
        webSocketImpl: WebSocket,
        retryAttempts: 0,
        connectionParams: { authorization: `Bearer ${key}` },
      });
      return collect(sockets, query, variables);
    },
    async close() {
      await sockets?.dispose();
    },
  };
}

/** What a mutation answers is in its description: every test that meets an error checks it. */
function expectDescribed(errors: readonly GraphqlError[], query: string): void {
  for (const { path: [name] = [], extensions } of errors) {
    const described = typeof name === "string" ? mutationErrors[name] : undefined;
    // Tests that break something on purpose are told that it is a bug.
    if (!described || extensions.code === "INTERNAL" || !query.trimStart().startsWith("mutation")) continue;
    expect([...described, ...errorsOfEveryCall], `${name} answers a code that is not in mutation-errors.ts`).toContain(
      extensions.code,
    );
  }
}

function collect(sockets: SocketClient, query: string, variables: Variables): Subscribed {
  const values: Data[] = [];
  const errors: unknown[] = [];
  let stop = (): void => undefined;
  const done = new Promise<void>((resolve) => {
    stop = sockets.subscribe<Data>(
      { query, variables },
      {
        next: (result) => {
          if (result.errors) errors.push(...result.errors);
          if (result.data) values.push(result.data);
        },
        error: (error) => {
          errors.push(...(Array.isArray(error) ? error : [error]));
          resolve();
        },
        complete: resolve,
      },
    );
  });
  return { values, errors, done, stop: () => stop() };
}
