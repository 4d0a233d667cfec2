import { setTimeout as pause } from "node:timers/promises";
import { Client, type ClientBase, type ClientConfig, type CustomTypesConfig, Pool, type PoolClient } from "pg";
import { type Log, toError } from "../base/index.ts";
import { codeOf } from "./database-fault.ts";
import { applySettings, type SessionSettings } from "./session-settings.ts";
import { endSession, endWhenSilent } from "./silence.ts";

/** For the way there and the handshake: whoever answers at all does so in a fraction of it. */
const connectMilliseconds = 10_000;
/** After so long without a sign it is asked whether the session is at work. */
const silenceMillisecondsMax = 15_000;
const questionMilliseconds = 5000;
/** Most of a call's time: then it still can be answered that the database is away. */
const patienceMilliseconds = 45_000;
const retryMilliseconds = 100;

/** Too many connections; the server is starting, stopping or recovering. */
const refusalsThatPass = new Set(["53300", "57P03"]);

export type SessionPoolOptions = {
  readonly url: string;
  readonly max: number;
  readonly log: Log;
  readonly settings?: SessionSettings;
  readonly types?: CustomTypesConfig;
  readonly maxLifetimeSeconds?: number;
  readonly silenceMilliseconds?: number;
  readonly Client?: typeof SessionClient;
};

/** As much of a pool as Kysely uses. */
export type SessionPool = Pick<Pool, "options"> & { connect(): Promise<PoolClient>; end(): Promise<void> };

/** Gives up an attempt to connect. The pool's own setting would count the wait for a free session as well. */
export class SessionClient extends Client {
  constructor(config?: ClientConfig) {
    super({ connectionTimeoutMillis: connectMilliseconds, keepAlive: true, keepAliveInitialDelayMillis: 10_000, ...config });
  }
}

/**
 * Sessions of ours, each with our settings. Who finds none free, or is refused because the server has no connection left
 * or is starting, waits for one, nearly as long as a call may take. A session whose server went silent is ended.
 */
export function openSessionPool({
  url,
  log,
  settings,
  silenceMilliseconds = silenceMillisecondsMax,
  ...options
}: SessionPoolOptions): SessionPool {
  const isAtWork = createQuestion(url);
  const pool = new Pool({
    Client: SessionClient,
    ...options,
    connectionString: url,
    application_name: "envoi",
    onConnect: async (client: ClientBase) => {
      // A session that ends while somebody has it fails the statement; without a listener it would end the process as well.
      client.on("error", (error) => log.debug({ err: error }, "database: a session ended"));
      let pid = 0;
      endWhenSilent(client, silenceMilliseconds, () => isAtWork(pid));
      pid = await applySettings(client, settings);
    },
  });
  pool.on("error", (error) => log.debug({ err: error }, "database: an idle session ended"));
  return { options: pool.options, connect: () => connectPatiently(pool), end: () => pool.end() };
}

async function connectPatiently(pool: Pool): Promise<PoolClient> {
  const deadline = performance.now() + patienceMilliseconds;
  for (;;) {
    try {
      return await inTime(pool.connect(), deadline - performance.now());
    } catch (thrown) {
      const error = toError(thrown);
      if (!refusalsThatPass.has(codeOf(error)) || performance.now() >= deadline) throw noSession(error);
      await pause(retryMilliseconds);
    }
  }
}

/** Whoever waits no longer gives back what comes late. */
async function inTime(connecting: Promise<PoolClient>, milliseconds: number): Promise<PoolClient> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("every session of the pool is in use")), Math.max(0, milliseconds));
  });
  let isLate = false;
  connecting.then(
    (client) => isLate && client.release(),
    () => undefined,
  );
  try {
    return await Promise.race([connecting, late]);
  } catch (error) {
    isLate = true;
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** SQLSTATE 08001: whatever the reason is, the database cannot be reached. */
function noSession(cause: Error): Error {
  return Object.assign(new Error("PostgreSQL gave no session", { cause }), { code: "08001" });
}

/** Asks the server over a session of its own, one for all who want to know at a time. */
function createQuestion(url: string): (pid: number) => Promise<boolean> {
  let asking: Promise<(pid: number) => boolean> | null = null;
  return async (pid) => {
    asking ??= askWhoWorks(url).finally(() => {
      asking = null;
    });
    return (await asking)(pid);
  };
}

async function askWhoWorks(url: string): Promise<(pid: number) => boolean> {
  const client = new SessionClient({
    connectionString: url,
    connectionTimeoutMillis: questionMilliseconds,
    query_timeout: questionMilliseconds,
  });
  client.on("error", () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ pid: number }>("select pid from pg_stat_activity where state = 'active'");
    const working = new Set(rows.map((row) => row.pid));
    return (pid) => working.has(pid);
  } catch (error) {
    // A server that has no session left to answer with is there, and nobody can know better.
    const isThere = refusalsThatPass.has(codeOf(toError(error)));
    return () => isThere;
  } finally {
    void endSession(client);
  }
}
