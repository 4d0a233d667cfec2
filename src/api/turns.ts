import { type AppError, limited } from "../base/index.ts";

export type TurnLimits = {
  /** Taken at once by all keys together. */
  readonly unitsMax: number;
  /** Taken at once by one key: less than all, so that no key alone keeps the others waiting. */
  readonly unitsPerKeyMax: number;
  /** Of one key. */
  readonly waitingMax: number;
  readonly waitSeconds: number;
};

export type Wanted = { readonly key: string; readonly units: number };

/** Gives the turn back; further times do nothing. */
export type Leave = () => void;

export type Turns = {
  /**
   * Resolves when it is this caller's turn. Rejects with RATE_LIMITED when that took too long or too many wait, and with the
   * reason of `gone` when whoever asked does not want it any more.
   */
  enter(wanted: Wanted, gone: AbortSignal): Promise<Leave>;
  /** Whether anybody waits. */
  readonly areWanted: boolean;
};

type Waiting = Wanted & { readonly start: (leave: Leave) => void };

/** Turns at something scarce: each key in its order, and the keys in rotation. */
export function createTurns(limits: TurnLimits): Turns {
  const taken = new Map<string, number>();
  let takenByAll = 0;
  /** In the order in which the keys come next. */
  const queues = new Map<string, Set<Waiting>>();

  const take = ({ key, units }: Wanted): Leave => {
    add(taken, key, units);
    takenByAll += units;
    let isTaken = true;
    return () => {
      if (!isTaken) return;
      isTaken = false;
      add(taken, key, -units);
      takenByAll -= units;
      callNext();
    };
  };

  const fits = ({ key, units }: Wanted): boolean =>
    takenByAll + units <= limits.unitsMax && (taken.get(key) ?? 0) + units <= limits.unitsPerKeyMax;

  const remove = (waiting: Waiting): void => {
    const queue = queues.get(waiting.key);
    queue?.delete(waiting);
    if (queue?.size === 0) queues.delete(waiting.key);
  };

  const nextThatFits = (): Waiting | null => {
    for (const [first] of queues.values()) if (first && fits(first)) return first;
    return null;
  };

  const callNext = (): void => {
    for (let next = nextThatFits(); next; next = nextThatFits()) {
      remove(next);
      moveBack(queues, next.key);
      next.start(take(next));
    }
  };

  return {
    get areWanted() {
      return queues.size > 0;
    },
    async enter(wanted, gone) {
      gone.throwIfAborted();
      const queue = queues.get(wanted.key) ?? new Set();
      if (queue.size === 0 && fits(wanted)) return take(wanted);
      if (queue.size >= limits.waitingMax) throw tooMany();
      queues.set(wanted.key, queue);
      return new Promise((resolve, reject) => {
        const end = (): void => {
          clearTimeout(timer);
          gone.removeEventListener("abort", giveUp);
          remove(waiting);
        };
        const giveUp = (): void => {
          end();
          reject(gone.reason);
        };
        const start = (leave: Leave): void => {
          end();
          resolve(leave);
        };
        const waiting: Waiting = { ...wanted, start };
        const timer = setTimeout(() => {
          end();
          reject(tooMany());
        }, limits.waitSeconds * 1000);
        gone.addEventListener("abort", giveUp);
        queue.add(waiting);
      });
    },
  };
}

function add(counts: Map<string, number>, key: string, units: number): void {
  const count = (counts.get(key) ?? 0) + units;
  if (count > 0) counts.set(key, count);
  else counts.delete(key);
}

function moveBack<V>(map: Map<string, V>, key: string): void {
  const value = map.get(key);
  if (value === undefined) return;
  map.delete(key);
  map.set(key, value);
}

const retryAfterSeconds = 5;

function tooMany(): AppError {
  return limited(
    "RATE_LIMITED",
    `Too many large calls wait for their turn. Nothing of this one was read. Try again in ${retryAfterSeconds} second(s), with the same requestId, and send fewer at once.`,
    { retryAfterSeconds },
  );
}
