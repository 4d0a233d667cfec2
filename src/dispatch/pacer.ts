import { setTimeout as pause } from "node:timers/promises";
import Bottleneck from "bottleneck";
import { type Log, toError } from "../base/index.ts";
import { planPace, takeSlot } from "./plan-pace.ts";

export type PacerOptions = {
  /** Messages a second. */
  readonly perSecond: number;
  /** How many messages wait to be released. */
  readonly waiting: () => number;
  /** Takes up to `count` of them. */
  readonly release: (count: number) => void;
  readonly log: Log;
};

export type Pacer = {
  /** Says that there may be something to release. */
  poke(): void;
  /** Takes effect with the next slice. */
  setRate(perSecond: number): void;
  stop(): void;
};

type Gear = {
  readonly limiter: Bottleneck;
  readonly slice: number;
  readonly lookAhead: number;
  readonly intervalMilliseconds: number;
  nextSlot: number;
  tickets: number;
};

/**
 * Releases messages at a rate by Bottleneck. A job is a ticket for one slice: it takes what is waiting when its time
 * has come, so changing the rate or emptying the queue leaves no job with a stale batch behind.
 */
export function createPacer(options: PacerOptions): Pacer {
  let gear = createGear(options.perSecond);
  let stopped = false;

  const redeem = async (own: Gear): Promise<void> => {
    await waitForSlot(own);
    own.tickets -= 1;
    if (stopped || own !== gear) return;
    options.release(own.slice);
    poke();
  };

  const poke = (): void => {
    while (!stopped && gear.tickets < gear.lookAhead && options.waiting() > gear.tickets * gear.slice) {
      const own = gear;
      own.tickets += 1;
      own.limiter
        .schedule(() => redeem(own))
        .catch((error) => own === gear && options.log.error({ err: toError(error) }, "dispatch: a slice could not be released"));
    }
  };

  return {
    poke,
    setRate(perSecond) {
      const replaced = gear;
      gear = createGear(perSecond);
      void replaced.limiter.disconnect();
      poke();
    },
    stop() {
      stopped = true;
      void gear.limiter.disconnect();
    },
  };
}

function createGear(perSecond: number): Gear {
  const pace = planPace(perSecond);
  const limiter = new Bottleneck({ minTime: pace.intervalMilliseconds });
  return { ...pace, limiter, nextSlot: performance.now(), tickets: 0 };
}

/** Bottleneck's timers fire all at once after a pause of the process; slots keep such a bunch short. */
async function waitForSlot(gear: Gear): Promise<void> {
  const { slot, nextSlot } = takeSlot(gear.nextSlot, performance.now(), gear.intervalMilliseconds);
  gear.nextSlot = nextSlot;
  const early = slot - performance.now();
  if (early >= 1) await pause(early);
}
