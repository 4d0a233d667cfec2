import { setTimeout as pause } from "node:timers/promises";
import { type Log, toError } from "../base/index.ts";
import type { Outcome, TransportDependencies } from "../channels/index.ts";
import { createContextSealing } from "../executions/index.ts";
import { announce, type Context, type News, type NewsDesk, run } from "../storage/index.ts";
import type { Failed } from "./apart.ts";
import { createBatchBook } from "./batch-book.ts";
import { createCampaignHealth } from "./campaign-health.ts";
import type { PreparedMessage, PrepareOptions } from "./claimed-message.ts";
import { createDatabaseClock } from "./database-clock.ts";
import type { EnginePart, OtherParts } from "./engine-part.ts";
import { faultCode } from "./fault-code.ts";
import { Lane } from "./lane.ts";
import { createLaneStatements, type LaneStatements } from "./lane-statements.ts";
import { Lanes } from "./lanes.ts";
import { createLeaseWatch, type LeaseWatch } from "./lease-watch.ts";
import type { Limits } from "./limits.ts";
import { createLookout, type Lookout } from "./lookout.ts";
import { planClaimBytes, planRendering } from "./plan-memory.ts";
import { createProviderRegistry, type ProviderRegistry } from "./provider-registry.ts";
import { recover } from "./recover.ts";
import { createReturner, type Returner } from "./returner.ts";
import { settledRow } from "./settled-row.ts";
import { createSettler, type Settler } from "./settler.ts";
import { selectOwnBatches, selectSuspects } from "./sql/recover-messages.ts";
import { selectActivity } from "./sql/select-activity.ts";
import type { LaneRow } from "./sql/select-lanes.ts";
import { selectOtherLeases } from "./sql/select-leases.ts";
import { createSuspects, type Suspects } from "./suspects.ts";
import { type Trouble, troublesOf } from "./trouble.ts";
import { createVersionCache, type VersionCache } from "./version-cache.ts";
import { createWorkerLease, type WorkerLease } from "./worker-lease.ts";

const lookMilliseconds = 1000;
const sweepMilliseconds = 2000;
/** After a worker lost its own lease, so many times its length no lapsed lease is taken for a death. */
const leasesOfDoubt = 3;
const newsMilliseconds = 100;
const suspectsMilliseconds = 250;
const idleMilliseconds = 10_000;
const clockMilliseconds = 5000;
const troublesMilliseconds = 500;
/** Campaigns named in one piece of news: NOTIFY takes 8,000 bytes. */
const newsCampaignsMax = 100;

export type DispatcherOptions = Omit<PrepareOptions, "now"> & {
  readonly databaseUrl: string;
  readonly context: () => Context;
  readonly news: NewsDesk;
  readonly transports: TransportDependencies;
  readonly leaseSeconds: number;
  readonly limits: Limits;
  readonly log: Log;
  readonly part: EnginePart;
  /** Fake in tests of the retry plan. */
  readonly random?: () => number;
};

export type Dispatcher = {
  start(): Promise<void>;
  /** The part that took suspects alone ended by itself: what it had is what ended it. */
  prove(workerId: string): Promise<void>;
  stop(): Promise<void>;
};

/** The engine: finds campaigns with work, runs a lane for each, settles what was sent and recovers what was lost. */
export function createDispatcher(options: DispatcherOptions): Dispatcher {
  return new Engine(options);
}

class Engine implements Dispatcher {
  readonly #options: DispatcherOptions;
  readonly #log: Log;
  readonly #stopping = new AbortController();
  readonly #lanes: Lanes;
  readonly #lookout: Lookout;
  readonly #statements: LaneStatements;
  /** Campaigns whose totals changed since the last news. */
  readonly #dirty = new Set<string>();
  /** Campaigns that wait until less is rendered. */
  readonly #crowded = new Set<string>();
  readonly #book = createBatchBook();
  readonly #suspects: Suspects;
  readonly #versions: VersionCache;
  readonly #clock = createDatabaseClock();
  readonly #health = createCampaignHealth({ now: () => this.#clock.now() });
  readonly #lease: WorkerLease;
  readonly #leases: LeaseWatch;
  readonly #settler: Settler;
  readonly #returner: Returner;
  readonly #providers: ProviderRegistry;
  readonly #sealing: ReturnType<typeof createContextSealing>;
  readonly #loops: Promise<void>[] = [];
  #unsubscribe: () => void = () => undefined;
  #unknownBatches: ReadonlySet<string> = new Set();
  #others: OtherParts;
  #idleSince = performance.now();
  #countsDeathsFrom = Number.NEGATIVE_INFINITY;
  #toldTroubles = "[]";

  constructor(options: DispatcherOptions) {
    const { context, log, databaseUrl: url, leaseSeconds, limits } = options;
    this.#options = options;
    this.#log = log;
    this.#others = options.part.others;
    this.#suspects = createSuspects({ isOpen: (batchId) => this.#book.isOpen(batchId), isAlone: options.part.isAlone });
    this.#sealing = createContextSealing(options.sealer);
    this.#statements = createLaneStatements(context);
    this.#versions = createVersionCache(context, log);
    this.#lease = createWorkerLease({
      url,
      leaseSeconds,
      isShared: limits.isShared,
      isBeside: options.part.isAlone,
      troubles: () => this.#troubles(),
      log,
      onLost: () => void this.#forgetEverything(),
      onLife: options.part.onLife,
    });
    this.#leases = createLeaseWatch({ leaseSeconds });
    this.#returner = createReturner({
      context,
      book: this.#book,
      log,
      onReleased: (campaignIds) => this.#lookout.lookAt(campaignIds),
      onRefused: (campaignId, code) => this.#health.failed(campaignId, code),
    });
    this.#settler = createSettler({
      context,
      log,
      now: () => this.#clock.now(),
      gathers: !options.part.isAlone,
      emptiedBatches: (rows) => [...this.#book.settle(rows), ...this.#returner.takeEmptied()],
      onSettled: (rows, finishedBatchIds) => {
        this.#book.forget(finishedBatchIds);
        // Their lanes may have ended meanwhile: nothing else was left in the queue.
        this.#lookout.lookAt(this.#suspects.freed());
        for (const row of rows) this.#dirty.add(row.campaignId);
        this.#wakeCrowded();
      },
    });
    this.#providers = createProviderRegistry({
      transports: options.transports,
      limits,
      now: () => this.#clock.now(),
      isAlive: () => this.#lease.isAlive(),
      onOutcome: (message, outcome, sent) => this.#onOutcome(message, outcome, sent),
      onReturned: (messages) => void this.#returner.add(messages),
      onRoom: (configurationId) => this.#lanes.wakeSome(configurationId),
      onWay: (configurationId, way) => this.#lanes.wakeWaiting(configurationId, way),
      log,
    });
    this.#lanes = new Lanes({
      open: (row, onIdle) => this.#openLane(row, onIdle),
      takeTurns: (configurationId, max) => this.#providers.takeTurns(configurationId, max),
      onReturned: (messages) => void this.#returner.add(messages),
      onNothingDue: (campaignId) => this.#health.isWell(campaignId),
    });
    this.#lookout = createLookout({
      context,
      lanes: this.#lanes,
      now: () => this.#clock.now(),
      signal: this.#stopping.signal,
      onFailed: (failed) => this.#noteFaults(failed, "dispatch: messages of campaigns that ended could not be excluded"),
      log,
    });
  }

  async start(): Promise<void> {
    await this.#lease.start();
    this.#options.limits.start();
    await this.#clock.sync(this.#options.context());
    await this.#clock.raise(this.#options.context());
    if (this.#suspects.isAlone) this.#startAlone();
    else await this.#startOrdinary();
    this.#loops.push(
      this.#every(newsMilliseconds, () => this.#tellNews()),
      this.#every(troublesMilliseconds, () => this.#tellTroubles()),
      this.#every(clockMilliseconds, () => this.#clock.sync(this.#options.context())),
    );
  }

  async #startOrdinary(): Promise<void> {
    await this.#sweep(!this.#options.limits.isShared);
    this.#unsubscribe = this.#options.news.subscribe((news) => this.#hear(news));
    this.#loops.push(
      this.#every(lookMilliseconds, () => this.#lookAround()),
      this.#every(sweepMilliseconds, () => this.#sweep(false)),
    );
    void this.#lookAround();
  }

  #startAlone(): void {
    this.#unsubscribe = this.#options.news.subscribe((news) => {
      if (news.topic === "channel-configuration") this.#reload(news.id);
    });
    this.#loops.push(this.#every(suspectsMilliseconds, () => this.#seekSuspects()));
  }

  /** Suspects of two deaths, one after the other. */
  async #seekSuspects(): Promise<void> {
    const found = await run(this.#options.context(), selectSuspects());
    this.#suspects.know(found);
    const due = found.filter(({ isAloneDue }) => isAloneDue).map(({ campaignId }) => campaignId);
    this.#lookout.lookAt(due);
    await this.#lanes.tidy();
    this.#providers.poke();
    if (due.length > 0 || this.#lanes.atWork > 0) this.#idleSince = performance.now();
    else if (performance.now() - this.#idleSince > idleMilliseconds) this.#options.part.onIdle();
  }

  async prove(workerId: string): Promise<void> {
    const { deadIds, provedIds, besideIds } = this.#others;
    this.#others = { deadIds: [...deadIds, workerId], provedIds: [...provedIds, workerId], besideIds };
    await this.#sweep(false);
  }

  /** Hands nothing more over, gives back what waits, and writes the outcome of what is under way. */
  async stop(): Promise<void> {
    this.#unsubscribe();
    this.#stopping.abort();
    await Promise.all([...this.#loops, this.#lookout.stop()]);
    const unsent = await this.#lanes.stop();
    void this.#returner.add([...unsent, ...this.#providers.drain()]);
    await this.#providers.stop();
    await this.#settler.end();
    await this.#returner.end();
    await this.#tellNews();
    await this.#options.limits.stop();
    await this.#lease.stop();
  }

  #hear(news: News): void {
    if (news.topic === "channel-configuration") this.#reload(news.id);
    if (news.topic === "campaign-status") this.#lookout.lookAt([news.campaignId]);
    if (news.topic === "queued") this.#lookout.lookAt(news.campaignIds);
  }

  #onOutcome(
    message: PreparedMessage,
    outcome: Outcome,
    sent: { readonly handedAt: Date; readonly retryPeriodSeconds: number },
  ): void {
    const random = (this.#options.random ?? Math.random)();
    this.#settler.add(settledRow(message, outcome, { ...sent, random }));
  }

  #openLane(row: LaneRow, onIdle: () => void): Lane {
    return new Lane({
      ...this.#options,
      ...row,
      channelConfigurationId: row.channelConfigurationId ?? "",
      onIdle,
      health: this.#health,
      statements: this.#statements,
      suspects: this.#suspects,
      now: () => this.#clock.now(),
      workerId: () => this.#lease.workerId,
      maySend: () => this.#lease.isAlive() && !this.#settler.isFull(row.campaignId) && !this.#returner.isStuck(row.campaignId),
      versions: this.#versions,
      providers: this.#providers,
      claimBytes: (isHolding) => planClaimBytes({ heldBytes: this.#book.bytes, lanes: this.#lanes.atWork, isHolding }),
      renderable: () => this.#renderable(row.campaignId),
      onClaimed: (rows) => this.#book.claim(rows.map((claimed) => (claimed.fits ? claimed : { ...claimed, bytes: 0 }))),
      onRendered: (message) => this.#book.render(message.campaignId, message.row, message.rendered),
      onUnsent: (settled) => this.#settler.add(settled),
      onReturned: (messages) => this.#returner.add(messages),
      onWithdrawn: (messages) => this.#book.forget(messages.map((message) => message.row.batchId)),
    });
  }

  #renderable(campaignId: string): number {
    const isHolding = this.#book.hasRendered(campaignId);
    const characters = planRendering({ rendered: this.#book.rendered, lanes: this.#lanes.atWork, isHolding });
    if (characters === 0) this.#crowded.add(campaignId);
    return characters;
  }

  #wakeCrowded(): void {
    const waiting = [...this.#crowded];
    this.#crowded.clear();
    this.#lanes.wake(waiting);
  }

  async #lookAround(): Promise<void> {
    try {
      await this.#clock.raise(this.#options.context());
      await this.#lookout.lookAround();
    } catch (error) {
      this.#log.error({ err: toError(error) }, "dispatch: looking for work failed; the next look follows");
    }
    this.#providers.poke();
  }

  async #sweep(isAlone: boolean): Promise<void> {
    const { context } = this.#options;
    const ownWorkerId = this.#lease.workerId;
    const own = await run(context(), selectOwnBatches(ownWorkerId));
    const unknown = new Set(own.map((row) => row.id).filter((id) => !this.#book.has(id)));
    // Unknown at two looks: not a claim whose answer is still on its way.
    const forgottenBatchIds = [...unknown].filter((id) => this.#unknownBatches.has(id));
    this.#unknownBatches = unknown;
    const leases = this.#leases.observe(await run(context(), selectOtherLeases(ownWorkerId)));
    const countsDeaths = performance.now() > this.#countsDeathsFrom;
    const others = this.#others;
    const recovery = { ownWorkerId, isAlone, forgottenBatchIds, countsDeaths, ...leases, ...others };
    const { messages, failed } = await recover(context(), recovery);
    this.#noteFaults(failed, "dispatch: messages of a lost worker could not be recovered; the next sweep tries again");
    if (failed.length === 0 && others === this.#others) this.#others = { ...others, deadIds: [], provedIds: [] };
    const suspects = await run(context(), selectSuspects());
    this.#suspects.know(suspects);
    if (suspects.some(({ isAloneDue }) => isAloneDue)) this.#options.part.onSuspects();
    if (messages > 0) {
      this.#log.warn({ messages }, "dispatch: messages of a lost worker were recovered");
      void this.#lookAround();
    }
    await this.#checkActivity();
    await this.#sealing.sweep(context());
  }

  #noteFaults(failed: readonly Failed<string>[], what: string): void {
    for (const { items: campaignIds, error } of failed) {
      this.#log.error({ err: toError(error), campaignIds: campaignIds.slice(0, 20) }, what);
      for (const id of campaignIds) this.#health.failed(id, faultCode(error));
    }
  }

  /** News of a change may be lost. Messages of what is inactive are not marked anyway; this gives them back, and says why. */
  async #checkActivity(): Promise<void> {
    const known = this.#providers.activity();
    if (known.size === 0) return;
    const rows = await run(this.#options.context(), selectActivity([...known.keys()]));
    for (const { id, isActive } of rows) if (isActive !== known.get(id)) this.#reload(id);
  }

  #reload(configurationId: string): void {
    this.#providers
      .reload(configurationId)
      .catch((error) => this.#log.error({ err: toError(error) }, "dispatch: a channel configuration could not be opened again"));
  }

  async #every(milliseconds: number, task: () => Promise<void> | void): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      await pause(milliseconds, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      await Promise.resolve(task()).catch((error) =>
        this.#log.error({ err: toError(error) }, "dispatch: a background step failed and is repeated"),
      );
    }
  }

  async #tellNews(): Promise<void> {
    while (this.#dirty.size > 0) {
      const campaignIds = [...this.#dirty].slice(0, newsCampaignsMax);
      for (const id of campaignIds) this.#dirty.delete(id);
      await announce(this.#options.context(), { topic: "messages", campaignIds });
    }
  }

  #troubles(): Trouble[] {
    const lanes = [...this.#lanes.all()];
    return troublesOf({
      redisAwaySince: this.#options.limits.awaySince,
      circuits: this.#providers.circuits(),
      silences: this.#providers.silences(),
      obstacles: this.#providers.obstacles(),
      campaigns: this.#health.faults(),
      outcomes: this.#settler.failing,
      refusedOutcomes: this.#settler.faults(),
      neededBy: new Set([...this.#lookout.configurationIds, ...lanes.flatMap((lane) => lane.needs)]),
      waitedFor: new Set(lanes.flatMap((lane) => lane.waitsFor)),
    });
  }

  async #tellTroubles(): Promise<void> {
    const told = JSON.stringify(this.#troubles());
    if (told === this.#toldTroubles) return;
    await this.#lease.report();
    this.#toldTroubles = told;
  }

  /** The lease was lost: whatever is in memory belongs to whoever recovered it. */
  async #forgetEverything(): Promise<void> {
    // What keeps a live worker from renewing its lease, such as a database that is away, keeps the others as well.
    this.#countsDeathsFrom = performance.now() + leasesOfDoubt * this.#options.leaseSeconds * 1000;
    const unsent = [...this.#providers.drain(), ...(await this.#lanes.stop())];
    this.#book.forget(unsent.map((message) => message.row.batchId));
    void this.#lookAround();
  }
}
