import { hostname } from "node:os";
import { setTimeout as pause } from "node:timers/promises";
import { Client } from "pg";
import { conflict, createId, type Log, toError } from "../base/index.ts";
import { deleteWorker, insertWorker, renewLease, tryPresence } from "./sql/worker.ts";

const presenceSeconds = 10;

export type WorkerLease = {
  /** Of the present life: a worker that was declared dead goes on under a new one. */
  readonly workerId: string;
  /** False when the lease may have lapsed: nothing may be handed over then. */
  isAlive(): boolean;
  start(): Promise<void>;
  stop(): Promise<void>;
};

export type WorkerLeaseOptions = {
  readonly url: string;
  readonly leaseSeconds: number;
  readonly log: Log;
  /** The lease was lost: everything claimed under it belongs to somebody else. */
  readonly onLost: () => void;
};

/**
 * A worker's sign of life. One connection holds the presence lock (there is one worker per database, because rates
 * are kept per process) and renews the lease. When the connection or the lease is lost, it gets new ones by itself.
 */
export function createWorkerLease(options: WorkerLeaseOptions): WorkerLease {
  let workerId = createId();
  let client: Client | null = null;
  let renewedAt = Number.NEGATIVE_INFINITY;
  const stopping = new AbortController();
  let beating: Promise<void> = Promise.resolve();

  const connect = async (): Promise<void> => {
    const fresh = new Client({ connectionString: options.url, keepAlive: true, application_name: "envoi worker" });
    fresh.on("error", () => {
      client = null;
    });
    await fresh.connect();
    try {
      await takePresence(fresh, stopping.signal);
      await fresh.query(insertWorker, [workerId, `${hostname()}:${process.pid}`, options.leaseSeconds]);
    } catch (error) {
      await fresh.end().catch(() => undefined);
      throw error;
    }
    client = fresh;
    renewedAt = performance.now();
  };

  const beat = async (): Promise<void> => {
    if (!client) return connect();
    const asked = performance.now();
    const { rowCount } = await client.query(renewLease, [workerId, options.leaseSeconds]);
    if (rowCount === 1) {
      renewedAt = asked;
      return;
    }
    options.log.warn("dispatch: this worker was declared dead and goes on under a new lease");
    workerId = createId();
    options.onLost();
    await client.query(insertWorker, [workerId, `${hostname()}:${process.pid}`, options.leaseSeconds]);
    renewedAt = performance.now();
  };

  const loop = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await pause((options.leaseSeconds * 1000) / 4, undefined, { signal: stopping.signal }).catch(() => undefined);
      if (stopping.signal.aborted) return;
      await beat().catch((error) => options.log.warn({ err: toError(error) }, "dispatch: the lease could not be renewed yet"));
    }
  };

  return {
    get workerId() {
      return workerId;
    },
    isAlive: () => client !== null && performance.now() - renewedAt < options.leaseSeconds * 900,
    async start() {
      await connect();
      beating = loop();
    },
    async stop() {
      stopping.abort();
      await beating;
      await client?.query(deleteWorker, [workerId]).catch(() => undefined);
      await client?.end().catch(() => undefined);
      client = null;
    },
  };
}

/** A worker that just crashed keeps its session for a moment, so a restart waits before it gives up. */
async function takePresence(client: Client, signal: AbortSignal): Promise<void> {
  for (let waited = 0; waited <= presenceSeconds * 10; waited += 1) {
    const { rows } = await client.query<{ held: boolean }>(tryPresence);
    if (rows[0]?.held) return;
    await pause(100, undefined, { signal });
  }
  throw conflict(
    "ACTION_NOT_ALLOWED",
    "Another worker sends for this database. Each would keep the rates for itself and together they would exceed them: run one worker.",
  );
}
