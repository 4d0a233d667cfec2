import { setTimeout as pause } from "node:timers/promises";
import { type Log, toError } from "../base/index.ts";
import type { Limits } from "./limits.ts";
import { catchUpShare, isTooLate, lookAhead, type Pace, planPace, planTicket } from "./plan-pace.ts";
import type { Ticket, TicketLimiter } from "./ticket-limiter.ts";

export type PacerOptions = {
  /** What is paced: a lane or a quota. Workers that share limits pace the same key together. */
  readonly key: string;
  /** Messages a second. */
  readonly perSecond: number;
  readonly limits: Limits;
  /** How many messages wait to be released. */
  readonly waiting: () => number;
  /** Takes up to `count` of them. */
  readonly release: (count: number) => void;
  readonly log: Log;
};

export type Pacer = {
  /** Says that there may be something to release. */
  poke(): void;
  /** Takes effect at once. */
  setRate(perSecond: number): void;
  stop(): void;
};

type Gear = Pace & {
  readonly perSecond: number;
  readonly limiter: TicketLimiter;
  readonly epoch: number;
  tickets: number;
  /** The part of a message that earlier tickets left over. */
  leftOver: number;
  /** Messages that were too late for their turn and are not made good yet. */
  owed: number;
};

/** After this Redis forgets a ticket whose worker died. Longer than any ticket waits for its turn and is used. */
const ticketExpiryMilliseconds = 30_000;

/**
 * Releases messages at a rate by Bottleneck. A job is a ticket: it takes what is waiting when its time has come, so
 * changing the rate or emptying the queue leaves no job with a stale batch behind.
 */
export function createPacer(options: PacerOptions): Pacer {
  const { limits } = options;
  let gear: Gear | null = null;
  let perSecond = options.perSecond;
  let stopped = false;

  const jobOptions = limits.isShared ? { expiration: ticketExpiryMilliseconds } : {};
  const isCurrent = (own: Gear): boolean => !stopped && own === gear;

  const redeem = async (own: Gear, { dueAt }: Ticket): Promise<void> => {
    for (const piece of planTicket(takeWorth(own), own)) {
      const due = dueAt + piece.afterMilliseconds;
      await waitUntil(due);
      if (!isCurrent(own)) return;
      const count = Math.min(piece.count, options.waiting());
      if (count === 0) continue;
      // Sent later, they would fall into the turns of others, or into those that follow.
      if (isTooLate(performance.now() - due, own.perSecond, limits.isShared)) owe(own, count);
      else options.release(count);
    }
  };

  const ask = (own: Gear): void => {
    let isSpent = false;
    const spend = (): void => {
      if (!isSpent) own.tickets -= 1;
      isSpent = true;
    };
    const use = async (ticket: Ticket): Promise<void> => {
      await redeem(own, ticket);
      spend();
      if (isCurrent(own)) poke();
    };
    own.tickets += 1;
    own.limiter.schedule(jobOptions, use, { dueAt: Number.NaN }).catch((error) => {
      // The next look asks again: right now Redis would refuse again.
      spend();
      if (isCurrent(own)) options.log.debug({ err: toError(error) }, "dispatch: a ticket was lost");
    });
  };

  /** The present gear, or a new one: the rate changed, or the old one may hold tickets that never come. */
  const shift = (): Gear => {
    if (gear && gear.perSecond === perSecond && gear.epoch === limits.epoch) return gear;
    void gear?.limiter.disconnect();
    gear = createGear(options.key, perSecond, limits);
    return gear;
  };

  const poke = (): void => {
    if (stopped || limits.awaySince || options.waiting() === 0) return;
    const own = shift();
    while (own.tickets < lookAhead && options.waiting() > own.tickets * own.messagesPerTicket) ask(own);
  };

  return {
    poke,
    setRate(changed) {
      perSecond = changed;
      poke();
    },
    stop() {
      stopped = true;
      void gear?.limiter.disconnect();
    },
  };
}

function createGear(key: string, perSecond: number, limits: Limits): Gear {
  const pace = planPace(perSecond);
  const limiter = limits.createLimiter(`${key}:${perSecond}`, pace.ticketMilliseconds);
  return {
    ...pace,
    perSecond,
    limiter,
    epoch: limits.epoch,
    tickets: 0,
    leftOver: 0,
    owed: 0,
  };
}

/** How many messages a ticket lets go: a rate of 165/s is worth 4.125 in 25 ms, so one of eight tickets lets five go. */
function takeWorth(gear: Gear): number {
  const repaid = Math.min(gear.owed, gear.messagesPerTicket * catchUpShare);
  const worth = gear.leftOver + gear.messagesPerTicket + repaid;
  gear.owed -= repaid;
  gear.leftOver = worth - Math.floor(worth);
  return Math.floor(worth);
}

function owe(gear: Gear, messages: number): void {
  gear.owed = Math.min(gear.perSecond, gear.owed + messages);
}

async function waitUntil(instant: number): Promise<void> {
  const early = instant - performance.now();
  if (early >= 1) await pause(early);
}
