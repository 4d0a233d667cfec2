import { setTimeout as pause } from "node:timers/promises";
import Bottleneck from "bottleneck";
import { type Log, toError } from "../base/index.ts";
import { planPace, takeSlot } from "./plan-pace.ts";

/** Without a rate, slices are large and only concurrency holds them back. */
const unpacedSlice = 250;
const unpacedLookAhead = 4;

export type PacerOptions = {
  /** Messages a second; null for no rate. */
  readonly perSecond: number | null;
  /** Messages under way at once, counted until `release` resolves; null for no bound. */
  readonly concurrency: number | null;
  /** How many messages wait to be released. */
  readonly waiting: () => number;
  /** Takes up to `count` of them. What it returns is waited for when there is a concurrency. */
  readonly release: (count: number) => Promise<void> | void;
  readonly log: Log;
};

export type Pacer = {
  /** Says that there may be something to release. */
  poke(): void;
  /** Takes effect with the next slice. */
  setRate(perSecond: number | null): void;
  stop(): void;
};

type Gear = {
  readonly limiter: Bottleneck;
  readonly slice: number;
  readonly lookAhead: number;
  /** Null without a rate. */
  readonly intervalMilliseconds: number | null;
  nextSlot: number;
  tickets: number;
};

/**
 * Releases messages at a rate by Bottleneck. A job is a ticket for one slice: it takes what is waiting when its time
 * has come, so changing the rate or emptying the queue leaves no job with a stale batch behind.
 */
export function createPacer(options: PacerOptions): Pacer {
  let gear = createGear(options.perSecond, options.concurrency);
  let stopped = false;

  const redeem = async (own: Gear): Promise<void> => {
    await waitForSlot(own);
    own.tickets -= 1;
    if (stopped || own !== gear) return;
    const released = options.release(own.slice);
    poke();
    await released;
  };

  const poke = (): void => {
    while (!stopped && gear.tickets < gear.lookAhead && options.waiting() > gear.tickets * gear.slice) {
      const own = gear;
      own.tickets += 1;
      // A job weighs no more than there is to release: a single message never waits for a whole slice's room.
      const weight = options.concurrency === null ? 1 : Math.min(own.slice, options.concurrency, Math.max(1, options.waiting()));
      own.limiter
        .schedule({ weight }, () => redeem(own))
        .catch((error) => own === gear && options.log.error({ err: toError(error) }, "dispatch: a slice could not be released"));
    }
  };

  return {
    poke,
    setRate(perSecond) {
      const replaced = gear;
      gear = createGear(perSecond, options.concurrency);
      void replaced.limiter.disconnect();
      poke();
    },
    stop() {
      stopped = true;
      void gear.limiter.disconnect();
    },
  };
}

function createGear(perSecond: number | null, concurrency: number | null): Gear {
  const maxConcurrent = concurrency === null ? {} : { maxConcurrent: concurrency };
  if (perSecond === null) {
    const slice = concurrency === null ? unpacedSlice : Math.min(unpacedSlice, concurrency);
    return {
      limiter: new Bottleneck(maxConcurrent),
      slice,
      lookAhead: unpacedLookAhead,
      intervalMilliseconds: null,
      nextSlot: 0,
      tickets: 0,
    };
  }
  const pace = planPace(perSecond);
  const limiter = new Bottleneck({ ...maxConcurrent, minTime: pace.intervalMilliseconds });
  const slice = Math.min(pace.slice, concurrency ?? pace.slice);
  return { ...pace, limiter, slice, nextSlot: performance.now(), tickets: 0 };
}

/** Bottleneck's timers fire all at once after a pause of the process; slots keep such a bunch short. */
async function waitForSlot(gear: Gear): Promise<void> {
  if (gear.intervalMilliseconds === null) return;
  const { slot, nextSlot } = takeSlot(gear.nextSlot, performance.now(), gear.intervalMilliseconds);
  gear.nextSlot = nextSlot;
  const early = slot - performance.now();
  if (early >= 1) await pause(early);
}
