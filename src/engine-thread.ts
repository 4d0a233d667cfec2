import { type Log, toError } from "./base/index.ts";
import type { Config } from "./config.ts";
import { type LoadedThread, loadThread, type PartThread } from "./engine-part-thread.ts";

/** Messages of every campaign wait for it. One that dies again and again is given more time. */
const restart = { firstMilliseconds: 50, maxMilliseconds: 5000, wellAfterMilliseconds: 30_000 };
/** After a death another may follow: so long a thread is kept that has only to start. It takes some tens of megabytes. */
const spareMilliseconds = 600_000;
/** Longer than the grace of a provider; an engine whose database is gone cannot write its outcomes, and is ended then. */
const stopMilliseconds = 28_000;
const hopelessStopMilliseconds = 3000;

export type EngineThread = {
  start(): Promise<void>;
  /** `canWrite`: the database is there, so outcomes that come late can still be written. */
  stop(canWrite?: boolean): Promise<void>;
};

export type EngineThreadOptions = { readonly config: Config; readonly databaseUrl: string; readonly log: Log };

/**
 * The engine beside the API in one process, on a thread of its own: reading a call of 50,000 recipients must not hold
 * up a slice that is due, and short garbage collections matter more there than few (docs/decisions/0006). What two workers died with is
 * taken by a second thread, alone: when that ends by itself, what it had is settled, and nobody else had to wait (docs/decisions/0020).
 */
export function createEngineThread(options: EngineThreadOptions): EngineThread {
  return new WatchedEngine(options);
}

class WatchedEngine implements EngineThread {
  readonly #options: EngineThreadOptions;
  #ordinary: PartThread | null = null;
  #alone: PartThread | null = null;
  /** Of threads that ended, and whose messages nobody was told to take over yet. */
  #deadIds: string[] = [];
  #provedIds: string[] = [];
  #isMeantToRun = false;
  #spare: LoadedThread | null = null;
  #discarding: NodeJS.Timeout | undefined;
  #restarting: NodeJS.Timeout | undefined;
  #pauseMilliseconds = 0;

  constructor(options: EngineThreadOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    await this.#launch();
    this.#isMeantToRun = true;
  }

  async stop(canWrite = true): Promise<void> {
    this.#isMeantToRun = false;
    clearTimeout(this.#restarting);
    this.#discardSpare();
    const patience = canWrite ? stopMilliseconds : hopelessStopMilliseconds;
    await Promise.all([this.#alone?.stop(patience), this.#ordinary?.stop(patience)]);
  }

  async #launch(): Promise<void> {
    const launchedAt = performance.now();
    const besideIds = this.#alone?.workerId ? [this.#alone.workerId] : [];
    const others = { deadIds: this.#deadIds.splice(0), provedIds: this.#provedIds.splice(0), besideIds };
    const thread = this.#takeThread().go({
      ...{ isAlone: false, others },
      onSuspects: () => this.#takeAlone(),
      onEnd: () => {
        this.#ordinary = null;
        this.#deadIds.push(...others.deadIds, ...(thread.workerId ? [thread.workerId] : []));
        this.#provedIds.push(...others.provedIds);
        if (this.#isMeantToRun) this.#relaunchSoon(performance.now() - launchedAt);
      },
    });
    this.#ordinary = thread;
    await thread.started;
  }

  #relaunchSoon(livedMilliseconds: number): void {
    if (livedMilliseconds > restart.wellAfterMilliseconds) this.#pauseMilliseconds = 0;
    this.#pauseMilliseconds = Math.min(restart.maxMilliseconds, Math.max(restart.firstMilliseconds, this.#pauseMilliseconds * 2));
    this.#restarting = setTimeout(() => {
      const { log } = this.#options;
      log.warn("the engine's thread is started again");
      this.#launch()
        .then(() => this.#keepSpare())
        .catch((error) => log.error({ err: toError(error) }, "the engine's thread did not start"));
    }, this.#pauseMilliseconds);
  }

  #takeThread(): LoadedThread {
    const spare = this.#spare;
    this.#spare = null;
    return spare && !spare.hasEnded ? spare : loadThread(this.#options);
  }

  #keepSpare(): void {
    if (!this.#isMeantToRun) return;
    if (!this.#spare || this.#spare.hasEnded) this.#spare = loadThread(this.#options);
    clearTimeout(this.#discarding);
    this.#discarding = setTimeout(() => this.#discardSpare(), spareMilliseconds).unref();
  }

  #discardSpare(): void {
    clearTimeout(this.#discarding);
    this.#spare?.discard();
    this.#spare = null;
  }

  #takeAlone(): void {
    if (this.#alone || !this.#isMeantToRun) return;
    const { log } = this.#options;
    let isStopping = false;
    const thread = this.#takeThread().go({
      ...{ isAlone: true, others: { deadIds: [], provedIds: [], besideIds: [] } },
      onIdle: () => {
        if (isStopping) return;
        isStopping = true;
        void thread.stop(stopMilliseconds);
      },
      onEnd: () => {
        this.#alone = null;
        if (isStopping || !this.#isMeantToRun || !thread.workerId) return;
        log.error("a thread that took messages alone, with which two workers had died, ended by itself");
        this.#prove(thread.workerId);
      },
    });
    this.#alone = thread;
    thread.started
      .then(() => this.#keepSpare())
      .catch((error) => log.error({ err: toError(error) }, "the thread that takes messages alone did not start"));
  }

  #prove(workerId: string): void {
    if (this.#ordinary) this.#ordinary.prove(workerId);
    else {
      this.#deadIds.push(workerId);
      this.#provedIds.push(workerId);
    }
  }
}
