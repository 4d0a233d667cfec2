import { type Category, type Log, toError } from "../base/index.ts";
import { markingOf, takeBatches } from "./claimed-batches.ts";
import {
  type ClaimedMessage,
  type PreparedMessage,
  type PrepareOptions,
  prepareMessage,
  settleCancelled,
} from "./claimed-message.ts";
import type { LaneStatements } from "./lane-statements.ts";
import type { Limits } from "./limits.ts";
import { createPacer, type Pacer } from "./pacer.ts";
import { type ClaimPlan, nextBytesPerMessage, planClaim, slower } from "./plan-claim.ts";
import { planMarking } from "./plan-marking.ts";
import type { ProviderRegistry } from "./provider-registry.ts";
import { createQueueKnowledge } from "./queue-knowledge.ts";
import type { MarkedBatch } from "./sql/mark-sending.ts";
import type { SettledRow } from "./sql/settle-messages.ts";
import type { VersionCache } from "./version-cache.ts";
import { createWithheldVersions, type WithheldVersions } from "./withheld-versions.ts";

export type LaneOptions = PrepareOptions & {
  readonly campaignId: string;
  readonly category: Category;
  /** Of the live version. */
  readonly channelConfigurationId: string;
  readonly deliveryRate: number | null;
  readonly limits: Limits;
  readonly statements: LaneStatements;
  readonly workerId: () => string;
  readonly isAlive: () => boolean;
  readonly versions: VersionCache;
  readonly providers: ProviderRegistry;
  /** How much context and profile data it may claim now; less while it and others hold much. */
  readonly claimBytes: (isHolding: boolean) => number;
  readonly onClaimed: (messages: readonly ClaimedMessage[]) => void;
  /** Its fate was settled before a provider saw it. */
  readonly onUnsent: (settled: SettledRow) => void;
  /** Claimed, and not to be handed over for now: their provider is down. */
  readonly onReturned: (messages: readonly ClaimedMessage[]) => void;
  /** Claimed, and taken back by a pause or a stop before they were marked. */
  readonly onWithdrawn: (messages: readonly ClaimedMessage[]) => void;
  /** It has nothing in hand. */
  readonly onIdle: () => void;
  readonly log: Log;
};

/**
 * A campaign's paced stream: claim, mark, release at the delivery rate. What is claimed and what is marked
 * are short buffers in memory; the queue itself stays in the database.
 */
export class Lane {
  readonly #options: LaneOptions;
  readonly #claimed: ClaimedMessage[] = [];
  readonly #marked: PreparedMessage[] = [];
  #rate: number | null;
  #pacer: Pacer | null;
  #working: Promise<void> | null = null;
  #isAwake = false;
  #isStopped = false;
  readonly #queue = createQueueKnowledge();
  #idleSince: number | null = null;
  #bytesPerMessage: number | null = null;
  /** The configuration of the live version. Messages accepted before a change of version go to another. */
  #liveConfigurationId: string;
  readonly #withheld: WithheldVersions;

  constructor(options: LaneOptions) {
    this.#options = options;
    this.#rate = options.deliveryRate;
    this.#liveConfigurationId = options.channelConfigurationId;
    this.#withheld = createWithheldVersions((id) => options.providers.isShut(id));
    this.#pacer = this.#createPacer();
  }

  get campaignId(): string {
    return this.#options.campaignId;
  }

  /** Since when there was nothing to do, on the process's monotonic clock; null while there is. */
  get idleSince(): number | null {
    return this.#working || this.waitsFor.length > 0 ? null : this.#idleSince;
  }

  /** The channel configurations that messages of this lane wait for. */
  get waitsFor(): readonly string[] {
    return this.#queue.isTold ? this.#wantedConfigurations().filter((id) => this.#options.providers.isShut(id)) : [];
  }

  get isUrgent(): boolean {
    return this.#options.category === "TRANSACTIONAL";
  }

  get isPaced(): boolean {
    return this.#rate !== null;
  }

  /** It has nothing in hand, waits for nobody, and its queue is empty as far as is known. */
  get isDone(): boolean {
    return this.idleSince !== null && !this.#queue.mayClaim;
  }

  /** Whether some of its messages go to this configuration, as far as is known. */
  goesTo(configurationId: string): boolean {
    return this.#wantedConfigurations().includes(configurationId);
  }

  /** Something that it may have waited for has changed. */
  wake(): void {
    this.#pass();
    if (this.#queue.mayClaim || this.#claimed.length + this.#marked.length > 0) this.#work();
  }

  /** There are messages in its queue. */
  fill(liveConfigurationId: string): void {
    this.#liveConfigurationId = liveConfigurationId;
    this.seek();
  }

  /** There may be messages in its queue that it did not find before. */
  seek(): void {
    this.#queue.tell();
    this.wake();
  }

  /** There are none, or they may not go: it waits for nobody. */
  rest(): void {
    this.#queue.rest();
  }

  setRate(perSecond: number | null): void {
    if (perSecond === this.#rate) return;
    this.#rate = perSecond;
    if (perSecond !== null && this.#pacer) this.#pacer.setRate(perSecond);
    else {
      this.#pacer?.stop();
      this.#pacer = this.#createPacer();
    }
    this.wake();
  }

  /** Takes back what was claimed and not yet given to a provider. */
  async stop(): Promise<ClaimedMessage[]> {
    this.#isStopped = true;
    this.#pacer?.stop();
    await this.#working;
    this.#options.providers.leave(this.campaignId);
    return [...this.#claimed.splice(0), ...this.#marked.splice(0)];
  }

  #createPacer(): Pacer | null {
    if (this.#rate === null) return null;
    return createPacer({
      key: `lane:${this.campaignId}`,
      perSecond: this.#rate,
      limits: this.#options.limits,
      waiting: () => (this.#room(this.#marked) > 0 ? this.#marked.length : 0),
      release: (count) => this.#release(count),
      log: this.#options.log,
    });
  }

  #release(count: number): void {
    const { campaignId, providers } = this.#options;
    const from = { lane: campaignId, isUrgent: this.isUrgent, isPaced: this.isPaced };
    providers.enqueue(from, this.#marked.splice(0, count));
    this.#work();
  }

  /** Gives marked messages on: piece by piece, or all at once without a rate. */
  #pass(): void {
    if (this.#pacer) this.#pacer.poke();
    else if (this.#marked.length > 0) this.#release(this.#marked.length);
  }

  /** The provider of the first of these, or of what will be claimed. */
  #providerOf(messages: readonly ClaimedMessage[]) {
    return this.#options.providers.find(messages[0]?.version.channelConfigurationId ?? this.#liveConfigurationId);
  }

  /** Messages that the provider still takes. */
  #room(messages: readonly ClaimedMessage[]): number {
    return this.#providerOf(messages)?.room(this.campaignId) ?? 0;
  }

  #toMark(): number {
    return planMarking({
      deliveryRate: this.#rate,
      marked: this.#marked.length,
      room: this.#room(this.#claimed),
      quotaShare: this.#providerOf(this.#claimed)?.quotaShare ?? null,
    });
  }

  /** The provider is down: nothing is claimed or marked until it may be tried. */
  #isShut(): boolean {
    return this.#options.providers.isShut(this.#liveConfigurationId);
  }

  #wantedConfigurations(): string[] {
    return [...new Set([this.#liveConfigurationId, ...this.#withheld.configurationIds()])];
  }

  #planClaim(): ClaimPlan {
    const { providers } = this.#options;
    const provider = providers.find(this.#liveConfigurationId);
    const inFlightMax = provider?.inFlightMax ?? null;
    const bytesMax = this.#options.claimBytes(this.#claimed.length + this.#marked.length > 0);
    const rate = slower(this.#rate, provider?.configuration.quotaPerSecond ?? null);
    const plan = planClaim({ rate, bytesPerMessage: this.#bytesPerMessage, bytesMax, inFlightMax });
    // One message tries whether the provider is up again.
    return providers.isTried(this.#liveConfigurationId) ? { ...plan, limit: 1 } : plan;
  }

  #work(): void {
    this.#isAwake = true;
    if (!this.#isStopped) this.#working ??= this.#loop();
  }

  async #loop(): Promise<void> {
    while (this.#isAwake && !this.#isStopped) {
      this.#isAwake = false;
      try {
        this.#isAwake = (await this.#step()) || this.#isAwake;
      } catch (error) {
        const { log, campaignId } = this.#options;
        log.error({ err: toError(error), campaignId }, "dispatch: a lane stumbled and goes on at the next look");
      }
    }
    this.#working = null;
    const isEmpty = this.#claimed.length === 0 && this.#marked.length === 0;
    this.#idleSince = isEmpty ? (this.#idleSince ?? performance.now()) : null;
    if (!isEmpty) return;
    this.#options.providers.leave(this.campaignId);
    this.#options.onIdle();
  }

  /** True when there is more to do at once. */
  async #step(): Promise<boolean> {
    if (!this.#options.isAlive()) return false;
    for (const id of this.#wantedConfigurations()) await this.#options.providers.open(id);
    if (this.#isShut()) {
      this.#options.onReturned([...this.#claimed.splice(0), ...this.#marked.splice(0)]);
      return false;
    }
    this.#withholdAll(this.#claimed);
    this.#withholdAll(this.#marked);
    const missing = this.#toMark();
    const isHungry =
      this.#queue.mayClaim && this.#claimed.length < this.#planClaim().limit / 2 && (this.#rate !== null || missing > 0);
    const [found] = await Promise.all([
      isHungry && this.#claim(),
      missing > 0 && this.#claimed.length > 0 && this.#mark(missing),
    ]);
    return found || (this.#claimed.length > 0 && this.#toMark() > 0);
  }

  async #claim(): Promise<boolean> {
    const { campaignId, statements, versions, providers } = this.#options;
    const claim = { ...this.#planClaim(), campaignId, workerId: this.#options.workerId() };
    if (claim.limit === 0) return false;
    const claimed = this.#queue.beginClaim();
    const rows = await statements.claim({ ...claim, exceptVersionIds: this.#withheld.versionIds() }, this.isUrgent);
    claimed({ limit: claim.limit, count: rows.length });
    if (rows.length === 0) return false;
    this.#bytesPerMessage = nextBytesPerMessage(this.#bytesPerMessage, rows);
    const loaded = await versions.getAll(new Set(rows.map((row) => row.versionId)));
    const fresh = rows.flatMap((row): ClaimedMessage[] => {
      const version = loaded.get(row.versionId);
      return version ? [{ row, campaignId, version }] : [];
    });
    this.#options.onClaimed(fresh);
    for (const id of new Set(fresh.map(({ version }) => version.channelConfigurationId))) {
      await providers.open(id);
      providers.join(id, campaignId, this.isUrgent);
    }
    this.#claimed.push(...fresh);
    return true;
  }

  async #mark(count: number): Promise<void> {
    let ready = this.#prepare(takeBatches(this.#claimed, count));
    if (ready.length === 0) return;
    try {
      ready = this.#withhold(ready);
      const size = { messages: ready.length, isUrgent: this.isUrgent };
      const batches = await this.#options.statements.mark(markingOf(ready), size);
      this.#marked.push(...this.#sortOut(ready, batches));
    } catch (error) {
      this.#claimed.unshift(...ready);
      throw error;
    }
    if (!this.#isStopped) this.#pass();
  }

  /** Of what was to be marked, what may go. */
  #sortOut(ready: readonly PreparedMessage[], batches: readonly MarkedBatch[]): PreparedMessage[] {
    const { onWithdrawn, onUnsent } = this.#options;
    const marked = new Set(batches.map((batch) => batch.id));
    const cancelled = new Set(batches.flatMap((batch) => batch.cancelledIds));
    onWithdrawn(ready.filter((message) => !marked.has(message.row.batchId)));
    return ready.filter((message) => {
      if (!marked.has(message.row.batchId)) return false;
      if (!cancelled.has(message.row.executionId)) return true;
      onUnsent(settleCancelled(message));
      return false;
    });
  }

  /** Gives back what cannot be handed over for now. */
  #withhold<M extends ClaimedMessage>(messages: readonly M[]): M[] {
    const { going, shut } = this.#withheld.sort(messages);
    this.#options.onReturned(shut);
    return going;
  }

  /** Only when the first of them cannot go: the others would wait behind it. */
  #withholdAll<M extends ClaimedMessage>(messages: M[]): void {
    const [first] = messages;
    if (!first || !this.#options.providers.isShut(first.version.channelConfigurationId)) return;
    messages.push(...this.#withhold(messages.splice(0)));
  }

  #prepare(messages: readonly ClaimedMessage[]): PreparedMessage[] {
    return messages.flatMap((message) => {
      const prepared = prepareMessage(message, this.#options);
      if (prepared.kind === "ready") return [prepared.message];
      this.#options.onUnsent(prepared.settled);
      return [];
    });
  }
}
