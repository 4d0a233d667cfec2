import type { ClaimedMessage } from "./claimed-message.ts";
import type { Lane } from "./lane.ts";
import type { LaneRow } from "./sql/select-lanes.ts";

/** A lane with a rate is kept so long after its last message that a new one cannot break the spacing of the rate. */
const lingerMilliseconds = 5000;
/** Lanes that a provider wakes when it has room, of the urgent ones and of the others: the rest have their turn the next time. */
const wokenMax = 64;

export type LanesOptions = {
  readonly open: (row: LaneRow, onIdle: () => void) => Lane;
  /** Of those lanes that have something for a channel configuration, the next ones. */
  readonly takeTurns: (configurationId: string, max: number) => readonly string[];
  /** Of a lane that was closed with something in hand. */
  readonly onReturned: (messages: readonly ClaimedMessage[]) => void;
  /** Nothing of the campaign is due. */
  readonly onNothingDue: (campaignId: string) => void;
};

/** The lanes of a worker. What happens to one campaign costs the others nothing: only `tidy` and what happens to a provider goes through all of them. */
export class Lanes {
  readonly #options: LanesOptions;
  readonly #open = new Map<string, Lane>();
  /** They have something in hand, or look for it. */
  readonly #atWork = new Set<Lane>();

  constructor(options: LanesOptions) {
    this.#options = options;
  }

  get atWork(): number {
    return this.#atWork.size;
  }

  has(campaignId: string): boolean {
    return this.#open.has(campaignId);
  }

  all(): Iterable<Lane> {
    return this.#open.values();
  }

  /** What a look found of a campaign: a lane for each that has something due, and the present rate of those that have a lane. */
  apply(row: LaneRow): void {
    const { campaignId, channelConfigurationId, deliveryRate, isDue } = row;
    const hasWork = isDue && channelConfigurationId !== null;
    const lane = this.#open.get(campaignId) ?? (hasWork ? this.#openLane(row) : null);
    lane?.setRate(deliveryRate);
    if (lane && hasWork) {
      this.#atWork.add(lane);
      lane.fill(channelConfigurationId);
      return;
    }
    lane?.rest();
    this.#options.onNothingDue(campaignId);
  }

  wake(campaignIds: readonly string[]): void {
    for (const id of campaignIds) this.#open.get(id)?.wake();
  }

  /** The provider of this configuration takes more. */
  wakeSome(configurationId: string): void {
    for (const id of this.#options.takeTurns(configurationId, wokenMax)) this.#open.get(id)?.wake();
  }

  /** Those that wait for this configuration, or may have waited: all of them, or enough to find a message to try it with. */
  wakeWaiting(configurationId: string, { isProbe }: { readonly isProbe: boolean }): void {
    const waiting = [...this.#open.values()].filter((lane) => lane.goesTo(configurationId));
    const inOrder = [...waiting.filter((lane) => lane.isUrgent), ...waiting.filter((lane) => !lane.isUrgent)];
    for (const lane of isProbe ? inOrder.slice(0, wokenMax) : inOrder) lane.seek();
  }

  /** Closes those that are idle for long enough. The others try again whatever they may have missed. */
  async tidy(): Promise<void> {
    for (const lane of [...this.#open.values()]) {
      if (lane.idleSince === null || performance.now() - lane.idleSince < lingerMilliseconds) lane.wake();
      else {
        this.#open.delete(lane.campaignId);
        this.#options.onReturned(await lane.stop());
      }
    }
  }

  /** Takes back what all of them have in hand, and closes them. */
  async stop(): Promise<ClaimedMessage[]> {
    const closing = [...this.#open.values()];
    this.#open.clear();
    this.#atWork.clear();
    return (await Promise.all(closing.map((lane) => lane.stop()))).flat();
  }

  #openLane(row: LaneRow): Lane {
    const lane = this.#options.open(row, () => this.#rest(lane));
    this.#open.set(row.campaignId, lane);
    return lane;
  }

  /** Without a rate there is no spacing to keep. */
  #rest(lane: Lane): void {
    this.#atWork.delete(lane);
    if (lane.isPaced || !lane.isDone || this.#open.get(lane.campaignId) !== lane) return;
    this.#open.delete(lane.campaignId);
  }
}
