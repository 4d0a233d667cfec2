import { setTimeout as pause } from "node:timers/promises";
import { type RawBuilder, sql } from "kysely";
import type { Client } from "pg";
import { z } from "zod";
import { type Log, toError } from "../base/index.ts";
import type { Context } from "./context.ts";
import { SessionClient } from "./session-pool.ts";
import { endSession, endWhenSilent } from "./silence.ts";
import { run } from "./transaction.ts";

const channel = "envoi_news";
/** So often a sign of life is asked for: without one, nobody would notice that the server went away without a word. */
const heartbeatMilliseconds = 5000;

/** What changed, never how: listeners read the truth from the tables. Payloads stay far below NOTIFY's 8,000 bytes. */
const id = z.guid();
const campaignIds = z.array(id);
const newsSchema = z.discriminatedUnion("topic", [
  z.object({ topic: z.literal("campaign-status"), eventId: id, campaignId: id }),
  z.object({ topic: z.literal("audit") }),
  z.object({ topic: z.literal("approval"), approvalRequestId: id, campaignId: id }),
  z.object({ topic: z.literal("messages"), campaignIds }),
  z.object({ topic: z.literal("queued"), campaignIds }),
  z.object({ topic: z.literal("channel-configuration"), id }),
  z.object({ topic: z.literal("api-key"), id }),
]);
export type News = Readonly<z.infer<typeof newsSchema>>;

export type NewsListener = (news: News) => void;

/** Sends news when the surrounding transaction commits; at once when there is none. */
export async function announce(ctx: Pick<Context, "em">, news: News): Promise<void> {
  await run(ctx, notifyStatement(news));
}

export function notifyStatement(news: News): RawBuilder<unknown> {
  return sql`select pg_notify(${channel}, ${JSON.stringify(news)})`;
}

/** Null for what is no news: every client of the database may notify this channel. */
function readNews(payload: string): News | null {
  try {
    return newsSchema.parse(JSON.parse(payload));
  } catch {
    return null;
  }
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
    const news = readNews(payload ?? "");
    if (news) for (const listener of listeners) listener(news);
    else options.log.warn("news: something was told that is no news of ours, and is left out");
  };

  const connect = async (): Promise<void> => {
    const fresh = new SessionClient({ connectionString: options.url, application_name: "envoi news" });
    fresh.on("notification", (message) => hear(message.payload));
    fresh.on("error", (error) => options.log.warn({ err: error }, "news: the connection was lost"));
    try {
      await fresh.connect();
      endWhenSilent(fresh, 3 * heartbeatMilliseconds);
      await fresh.query(`listen ${channel}`);
    } catch (error) {
      await endSession(fresh);
      throw error;
    }
    client = fresh;
    void keepAsking(fresh);
    // Only now: a connection that failed to open ends too, and would start a second loop of attempts.
    fresh.on("end", () => {
      client = null;
      reconnecting = reconnect();
    });
  };

  const keepAsking = async (listening: Client): Promise<void> => {
    while (!stopped && listening === client) {
      await pause(heartbeatMilliseconds, undefined, { ref: false });
      await listening.query(`listen ${channel}`).catch(() => undefined);
    }
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
      if (client) await endSession(client);
    },
  };
}
