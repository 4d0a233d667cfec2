import { hostname } from "node:os";
import { setTimeout as pause } from "node:timers/promises";
import { Client } from "pg";
import { conflict, createId, type Log, toError } from "../base/index.ts";
import { applySettings, endSession } from "../storage/index.ts";
import { deleteWorker, insertWorker, renewLease, tryPresenceAlone, tryPresenceShared } from "./sql/worker.ts";
import type { Trouble } from "./trouble.ts";

const presenceSeconds = 10;

export type WorkerLease = {
  /** Of the present life: a worker that was declared dead goes on under a new one. */
  readonly workerId: string;
  /** False when the lease may have lapsed: nothing may be handed over then. */
  isAlive(): boolean;
  start(): Promise<void>;
  /** Renews at once: what keeps this worker from sending has changed. */
  report(): Promise<void>;
  stop(): Promise<void>;
};

export type WorkerLeaseOptions = {
  readonly url: string;
  readonly leaseSeconds: number;
  /** Rates are kept together with other workers, so these may be there. */
  readonly isShared: boolean;
  /** Another worker of this process keeps the presence lock. */
  readonly isBeside: boolean;
  readonly troubles: () => readonly Trouble[];
  readonly log: Log;
  /** The lease was lost: everything claimed under it belongs to somebody else. */
  readonly onLost: () => void;
  /** The lease of a new life is taken. */
  readonly onLife: (workerId: string) => void;
};

/**
 * A worker's sign of life. One connection holds the presence lock and renews the lease. When the connection or the
 * lease is lost, it gets new ones by itself.
 */
export function createWorkerLease(options: WorkerLeaseOptions): WorkerLease {
  let workerId = createId();
  let client: Client | null = null;
  let renewedAt = Number.NEGATIVE_INFINITY;
  const stopping = new AbortController();
  let beating: Promise<void> = Promise.resolve();

  const enter = async (on: Client): Promise<void> => {
    const asked = performance.now();
    const name = options.isBeside ? `${workerName()}, alone with suspects` : workerName();
    await on.query(insertWorker, [workerId, name, options.leaseSeconds]);
    renewedAt = asked;
    options.onLife(workerId);
  };

  const connect = async (): Promise<Client> => {
    const fresh = await openSession(options, stopping.signal, () => {
      if (client === fresh) client = null;
    });
    client = fresh;
    return fresh;
  };

  const beat = async (): Promise<void> => {
    const open = client ?? (await connect());
    const asked = performance.now();
    const { rowCount } = await open.query(renewLease, [workerId, options.leaseSeconds, JSON.stringify(options.troubles())]);
    if (rowCount === 1) {
      renewedAt = asked;
      return;
    }
    options.log.warn("dispatch: this worker was declared dead and goes on under a new lease");
    workerId = createId();
    options.onLost();
    await enter(open);
  };

  /** A session that failed to renew the lease may never answer again: the next try gets a new one. */
  const hangUp = (error: unknown): void => {
    options.log.warn({ err: toError(error) }, "dispatch: the lease could not be renewed yet");
    if (client) void endSession(client);
    client = null;
  };

  /** One after the other. */
  const beatOnce = (): Promise<void> => {
    beating = beating.then(beat).catch(hangUp);
    return beating;
  };

  const loop = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await pause((options.leaseSeconds * 1000) / 4, undefined, { signal: stopping.signal }).catch(() => undefined);
      if (!stopping.signal.aborted) await beatOnce();
    }
  };

  let looping: Promise<void> = Promise.resolve();
  return {
    get workerId() {
      return workerId;
    },
    isAlive: () => client !== null && performance.now() - renewedAt < options.leaseSeconds * 900,
    async start() {
      await enter(await connect());
      looping = loop();
    },
    report: beatOnce,
    async stop() {
      stopping.abort();
      await looping;
      await beating;
      await client?.query(deleteWorker, [workerId]).catch(() => undefined);
      if (client) await endSession(client);
      client = null;
    },
  };
}

/** Machine and process: how operators, and a process's own health, recognise it. */
export function workerName(): string {
  return `${hostname()}:${process.pid}`;
}

/** A session that holds the presence lock. */
async function openSession(options: WorkerLeaseOptions, signal: AbortSignal, onLost: () => void): Promise<Client> {
  // Time for a second try before the lease lapses.
  const patience = (options.leaseSeconds * 1000) / 2;
  const session = new Client({
    connectionString: options.url,
    application_name: "envoi worker",
    connectionTimeoutMillis: patience,
    query_timeout: patience,
  });
  session.on("error", onLost);
  await session.connect();
  try {
    await applySettings(session);
    if (!options.isBeside) await takePresence(session, options.isShared, signal);
  } catch (error) {
    await endSession(session);
    throw error;
  }
  return session;
}

/** A worker that just crashed keeps its session for a moment, so a restart waits before it gives up. */
async function takePresence(client: Client, isShared: boolean, signal: AbortSignal): Promise<void> {
  for (let waited = 0; waited <= presenceSeconds * 10; waited += 1) {
    const { rows } = await client.query<{ held: boolean }>(isShared ? tryPresenceShared : tryPresenceAlone);
    if (rows[0]?.held) return;
    await pause(100, undefined, { signal });
  }
  throw conflict(
    "ACTION_NOT_ALLOWED",
    isShared
      ? "A worker without Redis sends for this database: it keeps the rates for itself. Give every worker, also the one in `envoi up`, the same REDIS_URL, or stop it."
      : "Another worker sends for this database. Each would keep the rates for itself and together they would exceed them. Give every worker the same REDIS_URL, so that they keep the rates together, or run one worker.",
  );
}
