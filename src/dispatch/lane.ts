import { toError } from "../base/index.ts";
import { isDatabaseAway } from "../storage/index.ts";
import { admitClaimed } from "./admit-claimed.ts";
import { markingOf, takeBatches } from "./claimed-batches.ts";
import { type ClaimedMessage, type PreparedMessage, settleCancelled } from "./claimed-message.ts";
import { faultCode } from "./fault-code.ts";
import type { LaneOptions } from "./lane-options.ts";
import { createPacer, type Pacer } from "./pacer.ts";
import { type ClaimPlan, nextBytesPerMessage, planClaim, slower } from "./plan-claim.ts";
import { planMarking } from "./plan-marking.ts";
import { createQueueKnowledge } from "./queue-knowledge.ts";
import { renderAhead } from "./render-ahead.ts";
import type { MarkedBatch } from "./sql/mark-sending.ts";
import { createWithheldVersions, type WithheldVersions } from "./withheld-versions.ts";

/**
 * A campaign's paced stream: claim, mark, release at the delivery rate. What is claimed and what is marked
 * are short buffers in memory; the queue itself stays in the database.
 */
export class Lane {
  readonly #options: LaneOptions;
  /** Some may be prepared already: they could not be marked. */
  readonly #claimed: (ClaimedMessage | PreparedMessage)[] = [];
  readonly #marked: PreparedMessage[] = [];
  #rate: number | null;
  #pacer: Pacer | null;
  #working: Promise<void> | null = null;
  #isAwake = false;
  #isStopped = false;
  readonly #queue = createQueueKnowledge();
  #idleSince: number | null = null;
  #bytesPerMessage: number | null = null;
  #renderedPerMessage: number | null = null;
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

  /** Those that it has messages for, whether or not they can go. */
  get needs(): readonly string[] {
    const isEmpty = this.#claimed.length + this.#marked.length === 0;
    return isEmpty && !this.#queue.isTold ? [] : this.#wantedConfigurations();
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

  #claimBytes(): number {
    return this.#options.claimBytes(this.#claimed.length + this.#marked.length > 0);
  }

  #planClaim(bytesMax: number): ClaimPlan {
    const { providers } = this.#options;
    const provider = providers.find(this.#liveConfigurationId);
    const inFlightMax = provider?.inFlightMax ?? null;
    const [bytesPerMessage, renderedPerMessage] = [this.#bytesPerMessage, this.#renderedPerMessage];
    const rate = slower(this.#rate, provider?.configuration.quotaPerSecond ?? null);
    const plan = planClaim({ rate, bytesPerMessage, renderedPerMessage, bytesMax, inFlightMax });
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
        const { log, campaignId, health } = this.#options;
        // Of a database that is away health says enough.
        if (!isDatabaseAway(error)) health.failed(campaignId, faultCode(error));
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
    if (!this.#options.maySend()) return false;
    for (const id of this.#wantedConfigurations()) await this.#options.providers.open(id);
    if (this.#isShut()) {
      void this.#options.onReturned([...this.#claimed.splice(0), ...this.#marked.splice(0)]);
      return false;
    }
    this.#withholdAll(this.#claimed);
    this.#withholdAll(this.#marked);
    const missing = this.#toMark();
    const isHungry =
      this.#queue.mayClaim &&
      this.#claimed.length < this.#planClaim(this.#claimBytes()).limit / 2 &&
      (this.#rate !== null || missing > 0);
    const [found, isMarked] = await Promise.all([
      isHungry && this.#claim(),
      missing > 0 && this.#claimed.length > 0 && this.#mark(missing),
    ]);
    return found || (isMarked && this.#claimed.length > 0 && this.#toMark() > 0);
  }

  async #claim(): Promise<boolean> {
    const { campaignId, statements, suspects, versions, providers, health, now } = this.#options;
    const bytesMax = this.#claimBytes();
    const exceptVersionIds = this.#withheld.versionIds();
    const plan = {
      ...this.#planClaim(bytesMax),
      bytesMax,
      campaignId,
      workerId: this.#options.workerId(),
      exceptVersionIds,
      at: now(),
    };
    if (plan.limit === 0) return false;
    const claimed = this.#queue.beginClaim();
    const rows = await suspects.during(campaignId, plan.limit, (allowed) =>
      statements.claim({ ...plan, limit: suspects.isAlone ? 0 : plan.limit, suspects: allowed }, this.isUrgent),
    );
    claimed({ limit: plan.limit, count: rows.filter(({ deaths }) => deaths === 0).length });
    if (rows.length === 0) {
      const isFree = exceptVersionIds.length === 0 && !suspects.isAlone && !suspects.isWaiting(campaignId);
      if (this.#queue.isTold && isFree) health.foundNothing(campaignId);
      return false;
    }
    this.#options.onClaimed(rows);
    this.#bytesPerMessage = nextBytesPerMessage(this.#bytesPerMessage, rows);
    const loaded = await versions.getAll(new Set(rows.map((row) => row.versionId)));
    const { fresh, unsent, beyond } = admitClaimed(campaignId, rows, loaded);
    for (const settled of unsent) this.#options.onUnsent(settled);
    void this.#options.onReturned(beyond);
    for (const id of new Set(fresh.map(({ version }) => version.channelConfigurationId))) {
      await providers.open(id);
      providers.join(id, campaignId, this.isUrgent);
    }
    this.#claimed.push(...fresh);
    health.isWell(campaignId);
    return true;
  }

  /** False when nothing more may be rendered for now. */
  async #mark(count: number): Promise<boolean> {
    const ahead = await renderAhead(takeBatches(this.#claimed, count), this.#options);
    this.#claimed.unshift(...ahead.left);
    let { ready } = ahead;
    if (ahead.begun.length > 0 && !(await this.#options.onReturned(ahead.begun))) {
      this.#claimed.unshift(...ready);
      return false;
    }
    if (ready.length === 0) return !ahead.isFull;
    this.#renderedPerMessage = nextBytesPerMessage(
      this.#renderedPerMessage,
      ready.map(({ rendered: bytes }) => ({ bytes })),
    );
    try {
      ready = this.#withhold(ready);
      const size = { messages: ready.length, isUrgent: this.isUrgent };
      const batches = await this.#options.statements.mark(markingOf(ready), size);
      this.#marked.push(...this.#sortOut(ready, batches));
      this.#options.health.isWell(this.campaignId);
    } catch (error) {
      this.#claimed.unshift(...ready);
      throw error;
    }
    if (!this.#isStopped) this.#pass();
    return true;
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
    void this.#options.onReturned(shut);
    return going;
  }

  /** Only when the first of them cannot go: the others would wait behind it. */
  #withholdAll<M extends ClaimedMessage>(messages: M[]): void {
    const [first] = messages;
    if (!first || !this.#options.providers.isShut(first.version.channelConfigurationId)) return;
    messages.push(...this.#withhold(messages.splice(0)));
  }
}
