import type { GraphQLFormattedError } from "graphql";
import { type Client, createClient } from "graphql-ws";
import { describeFailure, isWorthRetrying } from "./describe-failure.ts";
import { webSocketUrl } from "./endpoint.ts";

export interface LiveStatus {
  state: "idle" | "connecting" | "connected" | "reconnecting" | "failed";
  text: string;
}

export interface LiveConnection {
  client: Client;
  getStatus(): LiveStatus;
  watchStatus(listener: () => void): () => void;
}

const retriesMax = 10;
const retryWaitMillisecondsMax = 5_000;

const idle: LiveStatus = { state: "idle", text: "No subscription" };

/**
 * The WebSocket for subscriptions. It is opened by the first subscription and closed after the last, and it outlives a
 * restart of the server: `deliveryStats` sends present totals first, so subscribing again loses nothing.
 */
export function createLiveConnection(key: string): LiveConnection {
  const status = createStatus();
  const running = new Set<symbol>();
  let retries = 0;
  const client = createClient({
    url: webSocketUrl,
    connectionParams: { authorization: `Bearer ${key}` },
    retryAttempts: retriesMax,
    // Without this a refused connection is final: browsers report it as an `error` event, which graphql-ws does not retry.
    shouldRetry: isWorthRetrying,
    retryWait: (retry) => wait(Math.min(250 * 2 ** retry, retryWaitMillisecondsMax)),
    on: {
      connecting: (isRetry) => {
        retries = isRetry ? retries + 1 : 0;
        if (!isRetry) status.set({ state: "connecting", text: "Connecting" });
      },
      connected: () => status.set({ state: "connected", text: "Subscription is live" }),
      closed: (event) => {
        if (running.size > 0) status.set(waiting(event, retries));
        // A failure stays readable although its socket closes right after it.
        else if (status.get().state !== "failed") status.set(idle);
      },
    },
  });
  return {
    client: { ...client, subscribe: subscribeReadably(client, running, status) },
    getStatus: status.get,
    watchStatus: status.watch,
  };
}

function waiting(event: unknown, retries: number): LiveStatus {
  return { state: "reconnecting", text: `${describeFailure(event)} Trying again (${retries + 1} of ${retriesMax}).` };
}

/**
 * A failure arrives as a last result with `errors`, as it would over HTTP. Thrown, GraphiQL would print an event as
 * `{"isTrusted": true}`, an error with its stack, and leave an unhandled rejection behind each time.
 */
function subscribeReadably(client: Client, running: Set<symbol>, status: Status): Client["subscribe"] {
  return (payload, sink) => {
    const id = Symbol("subscription");
    running.add(id);
    const stop = client.subscribe(payload, {
      next: (result) => sink.next(result as Parameters<typeof sink.next>[0]),
      complete: () => {
        running.delete(id);
        sink.complete();
      },
      error: (failure) => {
        running.delete(id);
        if (failure instanceof Event) status.set({ state: "failed", text: describeFailure(failure) });
        sink.next({ errors: toErrors(failure) });
        sink.complete();
      },
    });
    return () => {
      running.delete(id);
      stop();
      // Stopped between two attempts there is no socket left whose closing would say so.
      if (status.get().state === "reconnecting") status.set(idle);
    };
  };
}

function toErrors(failure: unknown): GraphQLFormattedError[] {
  const errors = Array.isArray(failure) ? failure : [{ message: describeFailure(failure) }];
  return errors as GraphQLFormattedError[];
}

interface Status {
  get(): LiveStatus;
  set(next: LiveStatus): void;
  watch(listener: () => void): () => void;
}

function createStatus(): Status {
  const listeners = new Set<() => void>();
  let current = idle;
  return {
    get: () => current,
    set(next) {
      current = next;
      for (const listener of listeners) listener();
    },
    watch(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function wait(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
