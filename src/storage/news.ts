import { setTimeout as pause } from "node:timers/promises";
import { type RawBuilder, sql } from "kysely";
import { Client } from "pg";
import { type Log, toError } from "../base/index.ts";
import type { Context } from "./context.ts";
import { run } from "./transaction.ts";

const channel = "envoi_news";

/** What changed, never how: listeners read the truth from the tables. Payloads stay far below NOTIFY's 8,000 bytes. */
export type News =
  | { readonly topic: "campaign-status"; readonly eventId: string; readonly campaignId: string }
  | { readonly topic: "audit" }
  | { readonly topic: "approval"; readonly approvalRequestId: string; readonly campaignId: string }
  | { readonly topic: "messages"; readonly campaignIds: readonly string[] }
  | { readonly topic: "queued"; readonly campaignIds: readonly string[] }
  | { readonly topic: "channel-configuration"; readonly id: string }
  | { readonly topic: "api-key"; readonly id: string };

export type NewsListener = (news: News) => void;

/** Sends news when the surrounding transaction commits; at once when there is none. */
export async function announce(ctx: Pick<Context, "em">, news: News): Promise<void> {
  await run(ctx, notifyStatement(news));
}

export function notifyStatement(news: News): RawBuilder<unknown> {
  return sql`select pg_notify(${channel}, ${JSON.stringify(news)})`;
}

export type NewsDesk = {
  subscribe(listener: NewsListener): () => void;
  start(): Promise<void>;
  stop(): Promise<void>;
};

/**
 * Hears the news of every process on the database. A lost connection is made again; what was missed
 * meanwhile is not repeated, so whoever listens also looks for itself now and then.
 */
export function createNewsDesk(options: { readonly url: string; readonly log: Log }): NewsDesk {
  const listeners = new Set<NewsListener>();
  let client: Client | null = null;
  let stopped = false;
  let reconnecting: Promise<void> = Promise.resolve();

  const hear = (payload: string | undefined): void => {
    const news = JSON.parse(payload ?? "null") as News;
    for (const listener of listeners) listener(news);
  };

  const connect = async (): Promise<void> => {
    const fresh = new Client({
      connectionString: options.url,
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
      connectionTimeoutMillis: 10_000,
    });
    fresh.on("notification", (message) => hear(message.payload));
    fresh.on("error", (error) => options.log.warn({ err: error }, "news: the connection was lost"));
    try {
      await fresh.connect();
      await fresh.query(`listen ${channel}`);
    } catch (error) {
      await fresh.end().catch(() => undefined);
      throw error;
    }
    client = fresh;
    // Only now: a connection that failed to open ends too, and would start a second loop of attempts.
    fresh.on("end", () => {
      reconnecting = reconnect();
    });
  };

  const reconnect = async (): Promise<void> => {
    while (!stopped) {
      await pause(500);
      try {
        if (!stopped) await connect();
        return;
      } catch (error) {
        options.log.warn({ err: toError(error) }, "news: still not connected");
      }
    }
  };

  return {
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    start: connect,
    async stop() {
      stopped = true;
      await reconnecting;
      await client?.end().catch(() => undefined);
    },
  };
}
