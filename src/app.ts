import { join, resolve } from "node:path";
import { type Authenticator, createAuthenticator, createTokenReader, ensureAdminKey, systemActor } from "./access/index.ts";
import { createHttpServer } from "./api/index.ts";
import { type Clock, conflict, createLog, type Log, systemClock, toError } from "./base/index.ts";
import { openServices } from "./call-services.ts";
import { createCallThread } from "./call-thread.ts";
import { ensureSandboxConfigurations } from "./channels/index.ts";
import { type Config, publicUrlOf } from "./config.ts";
import { createEngineThread, type EngineThread } from "./engine-thread.ts";
import { entities } from "./entities.ts";
import { createCampaignClock, eraseExpiredReplays, eraseOldExecutions } from "./executions/index.ts";
import { createHealthCheck } from "./process-health.ts";
import { forgetOldSeconds } from "./reports/index.ts";
import {
  type Actor,
  type Context,
  createJobs,
  createNewsDesk,
  createSealer,
  type Database,
  type EmbeddedPostgres,
  type Jobs,
  loadProvedSecret,
  migrate,
  type NewsDesk,
  openDatabase,
  prepareDataFolder,
  startEmbeddedPostgres,
} from "./storage/index.ts";
import { requireDatabaseUrl } from "./worker-process.ts";

export type App = {
  readonly url: string;
  /** Null where ENVOI_ADMIN_KEY gave or forbade the first key. */
  readonly adminKeyFile: string | null;
  readonly database: Database;
  /** Where the embedded database keeps its files; null with DATABASE_URL. */
  readonly databaseFolder: string | null;
  stop(): Promise<void>;
};

/** Where Vite put the pages: beside the compiled server, and the same place when run from the sources. */
const pagesFolder = join(import.meta.dirname, import.meta.dirname.endsWith("dist/src") ? "../dashboard" : "../dist/dashboard");

export type AppOptions = {
  /** Whether the engine runs in this process: `envoi up`, as against `envoi serve`. */
  readonly sends: boolean;
  readonly log?: Log;
  /** Of this machine. What campaigns and messages are judged by is the database's. */
  readonly clock?: Clock;
};

/** Composes and starts a server. What was started is stopped again when a later step fails. */
export async function startApp(
  config: Config,
  { sends, log = createLog(config.log.level), clock = systemClock }: AppOptions,
): Promise<App> {
  if (!sends) requireDatabaseUrl(config, "serve");
  const stops: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const step of stops.splice(0).reverse()) await step();
  };
  try {
    return await compose(config, { sends, log, clock, stops, stop });
  } catch (error) {
    await stop();
    throw error;
  }
}

type Composition = Required<AppOptions> & { readonly stops: (() => Promise<void>)[]; readonly stop: () => Promise<void> };

async function compose(config: Config, { sends, log, clock, stops, stop }: Composition): Promise<App> {
  const { database, embedded } = await openStorage(config, log, stops);
  const em = () => database.orm.em.fork();
  const context = (actor: Actor = systemActor): Context => ({ em: em(), actor, clock, log });
  const { secret, sealer, adminKeyFile } = await setUp(context(), config, embedded);

  const news = createNewsDesk({ url: database.url, log });
  await news.start();
  stops.push(() => news.stop());

  // With PORT=0 the port is known only once it listens.
  let running: Config = { ...config, data: { ...config.data, secretHex: secret.toString("hex") } };
  const calling = openServices({
    config,
    database,
    acceptedAloneMilliseconds: 0,
    sealer,
    news,
    log,
    context,
    publicUrl: () => publicUrlOf(running),
  });
  const http = await createHttpServer({
    ...config.server,
    settings: config.door,
    pagesFolder,
    authenticator: openAuthenticator({ config, em, clock, log, news }),
    createContext: calling.createContext,
    openWorker: (spend) => createCallThread({ config: () => running, databaseUrl: database.url, spend, log }),
    health: createHealthCheck({ database, context, sends }),
    log,
  });
  const campaignClock = createCampaignClock({ context, log });

  let engine: EngineThread | null = null;
  // Stopped in the opposite order: first the doors, then what they began, last the engine.
  stops.push(
    // Without a database it cannot write outcomes, and is not waited for.
    async () => engine?.stop(embedded?.isRunning() ?? true),
    () => calling.stop(),
    () => http.stop(),
  );
  await http.start().catch((error) => {
    throw explainListening(error, config);
  });
  running = { ...running, server: { ...config.server, port: Number(new URL(http.url).port) } };
  if (sends) engine = createEngineThread({ config: running, databaseUrl: database.url, log });
  await engine?.start();
  campaignClock.start();
  stops.push(() => campaignClock.stop());
  const jobs = openJobs({ config, database, context, log });
  jobs.start();
  stops.push(() => jobs.stop());
  return { url: http.url, adminKeyFile, database, databaseFolder: embedded?.folder ?? null, stop };
}

/** What a first start makes, and every other one finds: secret, built-in mailboxes, first key. */
async function setUp(ctx: Context, { data }: Config, embedded: EmbeddedPostgres | null) {
  const folder = resolve(data.folder);
  const secret = await loadProvedSecret(ctx, { ...data, folder, databaseFolder: embedded?.folder ?? null });
  const sealer = createSealer(secret);
  await ensureSandboxConfigurations(ctx, sealer);
  const adminKey = await ensureAdminKey(ctx, { folder, given: data.adminKey });
  return { secret, sealer, adminKeyFile: adminKey.file };
}

function openJobs(options: {
  readonly config: Config;
  readonly database: Database;
  readonly context: () => Context;
  readonly log: Log;
}): Jobs {
  const { context, log } = options;
  const { retention } = options.config;
  return createJobs({
    url: options.database.url,
    log,
    jobs: [
      { name: "forget-old-seconds", cron: "17 3 * * *", run: () => forgetOldSeconds(context()) },
      { name: "erase-old-executions", cron: "23 * * * *", run: () => eraseOldExecutions(context(), retention) },
      { name: "erase-expired-replays", cron: "41 * * * *", run: () => eraseExpiredReplays(context(), retention) },
    ],
  });
}

function openAuthenticator(options: {
  readonly config: Config;
  readonly em: () => Context["em"];
  readonly clock: Clock;
  readonly log: Log;
  readonly news: NewsDesk;
}): Authenticator {
  const { config, em, clock, log, news } = options;
  const tokens = config.oidc && createTokenReader({ settings: config.oidc, clock, log });
  return createAuthenticator({ em, clock, tokens, news });
}

/** The one fault of a start that everybody meets: something else has the port. */
function explainListening(thrown: unknown, { server: { host, port } }: Config): Error {
  const error = toError(thrown);
  return "code" in error && error.code === "EADDRINUSE"
    ? conflict("ACTION_NOT_ALLOWED", `Port ${port} of ${host} is in use. Stop what uses it, or set PORT to another.`, {}, error)
    : error;
}

type Storage = { readonly database: Database; readonly embedded: EmbeddedPostgres | null };

/** The database, migrated: the given one, or the embedded one in ENVOI_DATA. */
async function openStorage(config: Config, log: Log, stops: (() => Promise<void>)[]): Promise<Storage> {
  const { poolMax } = config.database;
  prepareDataFolder({
    folder: resolve(config.data.folder),
    files: [...(config.data.secretHex ? [] : ["secret.key"]), ...(config.data.adminKey ? [] : ["admin.key"])],
    holdsDatabase: config.database.url === null,
  });
  if (config.database.url !== null) {
    const database = await openDatabase({ url: config.database.url, poolMax, entities, log });
    stops.push(() => database.close());
    await migrate(database);
    return { database, embedded: null };
  }
  const embedded = await startEmbeddedPostgres(config.data.folder, log);
  stops.push(() => embedded.stop());
  const owned = await openDatabase({ url: embedded.ownerUrl, poolMax: 2, entities, log });
  await migrate(owned).finally(() => owned.close());
  const database = await openDatabase({ url: embedded.url, poolMax, entities, log });
  stops.push(() => database.close());
  return { database, embedded };
}
