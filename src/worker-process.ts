import { existsSync } from "node:fs";
import { join } from "node:path";
import { createAuthenticator, systemActor } from "./access/index.ts";
import type { HealthCheck, HealthServer } from "./api/index.ts";
import { createLog, invalid, type Log, systemClock } from "./base/index.ts";
import type { Config } from "./config.ts";
import { createEngineThread } from "./engine-thread.ts";
import { entities } from "./entities.ts";
import { createHealthCheck } from "./process-health.ts";
import { type Context, loadProvedSecret, migrate, openDatabase } from "./storage/index.ts";

export type WorkerProcess = { readonly healthUrl: string | null; stop(): Promise<void> };

/** `envoi work`: an engine alone, beside a server on the same database. */
export async function startWorkerProcess(config: Config, log: Log = createLog(config.log.level)): Promise<WorkerProcess> {
  const url = requireDatabaseUrl(config, "work");
  requireSecret(config);
  const database = await openDatabase({ url, poolMax: 4, entities, log });
  const context = (): Context => ({ em: database.orm.em.fork(), actor: systemActor, clock: systemClock, log });
  const engine = createEngineThread({ config, databaseUrl: url, log });
  const check = createHealthCheck({ database, context, sends: true });
  const health = await openHealth(config, check, () => database.orm.em.fork());
  const stop = async (): Promise<void> => {
    await health?.stop();
    await engine.stop();
    await database.close();
  };
  try {
    await migrate(database);
    await loadProvedSecret(context(), config.data);
    await health?.start();
    await engine.start();
  } catch (error) {
    await stop();
    throw error;
  }
  return { healthUrl: health?.url ?? null, stop };
}

async function openHealth(config: Config, check: HealthCheck, em: () => Context["em"]): Promise<HealthServer | null> {
  const { host, workerPort } = config.server;
  if (workerPort === null) return null;
  // Loaded only where it is asked for: with it comes the whole API.
  const { createHealthServer } = await import("./api/index.ts");
  // It hears no news: a key that is revoked goes on reading for the second and a half that it is remembered.
  const news = { subscribe: () => () => undefined };
  const authenticator = createAuthenticator({ em, clock: systemClock, tokens: null, news });
  return createHealthServer({ host, port: workerPort, check, settings: config.door, authenticator });
}

/** The embedded database belongs to the process that started it; several processes need one that outlives each of them. */
export function requireDatabaseUrl(config: Config, command: string): string {
  if (config.database.url) return config.database.url;
  throw invalid(
    "INPUT_INVALID",
    `\`envoi ${command}\` needs DATABASE_URL: its processes share one PostgreSQL. \`envoi up\` alone brings its own.`,
  );
}

/** A worker that made a secret of its own could not open what the server sealed. */
function requireSecret(config: Config): void {
  if (config.data.secretHex || existsSync(join(config.data.folder, "secret.key"))) return;
  throw invalid(
    "INPUT_INVALID",
    "`envoi work` needs the server's secret: set ENVOI_SECRET to the text of the server's ENVOI_DATA/secret.key, or set ENVOI_DATA to the same folder.",
  );
}
