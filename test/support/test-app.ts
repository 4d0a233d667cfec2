import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client, type QueryResultRow } from "pg";
import type { DestinationStream } from "pino";
import { expect, inject, type ProvidedContext } from "vitest";
import { type App, startApp } from "../../src/app.ts";
import { type Clock, createLog, type Log } from "../../src/base/index.ts";
import { type Config, readConfig } from "../../src/config.ts";
import { ordinaryPart } from "../../src/dispatch/index.ts";
import { startWork } from "../../src/work.ts";
import { countsAsNumbers } from "./counts-as-numbers.ts";
import { createGraphqlClient, type GraphqlClient } from "./graphql-client.ts";
import { createTestDatabase } from "./test-database.ts";

export type TestApp = {
  readonly url: string;
  readonly adminKey: string;
  readonly folder: string;
  readonly databaseUrl: string;
  /** With the admin key. */
  readonly client: GraphqlClient;
  readonly app: App;
  /** Straight to the database, for looking. */
  query<Row extends QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>;
  stop(): Promise<void>;
};

export type TestAppOptions = {
  readonly sends?: boolean;
  /** As `envoi up` does it, or loaded once for all files, as `envoi work` would beside `envoi serve`. */
  readonly engineRuns?: ProvidedContext["engineRuns"];
  readonly clock?: Clock;
  /** Where the server finds the database, when something stands between them. */
  readonly through?: (databaseUrl: string) => Promise<string>;
};

/** The real server with everything in it, on a database and a port of its own. */
export async function startTestApp(
  environment: Readonly<Record<string, string>> = {},
  change: (config: Config) => Config = (config) => config,
  logTo?: DestinationStream,
  { sends = true, engineRuns = inject("engineRuns"), clock, through }: TestAppOptions = {},
): Promise<TestApp> {
  const database = await createTestDatabase();
  const folder = mkdtempSync(join(tmpdir(), "envoi-app-"));
  const config = readConfig({
    PORT: "0",
    DATABASE_URL: "postgresql://replaced/below",
    ENVOI_DATA: folder,
    LOG_LEVEL: "silent",
    ...environment,
  });
  const leaks = watchForLeaks();
  const url = (await through?.(database.url)) ?? database.url;
  const app = await startServer(change({ ...config, database: { ...config.database, url } }), {
    engine: sends ? engineRuns : "nowhere",
    // An engine on its thread has a log of its own, which would write between the lines of the tests.
    log: logTo ? createLog(config.log.level, logTo) : createLog("info", leaks),
    ...(clock ? { clock } : {}),
  });
  const adminKey = readFileSync(app.adminKeyFile ?? "", "utf8").trim();
  const client = createGraphqlClient(app.url, adminKey);
  const looking = new Client({ connectionString: database.url, types: countsAsNumbers });
  await looking.connect();
  return {
    url: app.url,
    adminKey,
    folder,
    databaseUrl: database.url,
    client,
    app,
    async query(text, values) {
      return (await looking.query(text, values)).rows;
    },
    async stop() {
      const events = await looking.query<{ text: string }>("select event::text as text from event").catch(() => ({ rows: [] }));
      await client.close();
      await app.stop();
      await looking.end();
      await database.drop();
      rmSync(folder, { recursive: true, force: true });
      leaks.expectNone({ secret: adminKey.slice(-43), events: events.rows.map(({ text }) => text) });
    },
  };
}

type Starting = { readonly engine: ProvidedContext["engineRuns"] | "nowhere"; readonly log: Log; readonly clock?: Clock };

async function startServer(config: Config, { engine, ...options }: Starting): Promise<App> {
  const app = await startApp(config, { ...options, sends: engine === "on its thread" });
  if (engine !== "beside the server") return app;
  const running = { ...config, server: { ...config.server, port: Number(new URL(app.url).port) } };
  const work = await startWork(running, { databaseUrl: app.database.url, part: ordinaryPart, log: options.log }).catch(
    async (error) => {
      await app.stop();
      throw error;
    },
  );
  const stop = async (): Promise<void> => {
    await app.stop();
    await work.stop();
  };
  return { ...app, stop };
}

/** Whom the tests send to, as `recipients` names them. */
const recipient = /person\d+@example\.com/;

/** After every file of the suite: no log line and no event holds the server's key, or whom it sent to. */
function watchForLeaks() {
  const lines: string[] = [];
  return {
    write: (line: string): void => void lines.push(line),
    expectNone({ secret, events }: { readonly secret: string; readonly events: readonly string[] }): void {
      for (const text of [...lines, ...events]) {
        expect(text).not.toContain(secret);
        expect(text).not.toMatch(recipient);
      }
    },
  };
}
