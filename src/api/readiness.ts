import { setTimeout as pause } from "node:timers/promises";

export type Health = { readonly ok: boolean; readonly checks: Readonly<Record<string, string>> };
export type HealthCheck = () => Promise<Health>;

/** A look this old is told again, so that nobody makes the database answer more often. */
const freshMilliseconds = 1000;
/** Whatever becomes of a look, there is an answer by then. */
const answerMilliseconds = 1000;

const silent: Health = { ok: false, checks: { database: "does not answer" } };

/** One look at a time, once a second, and an answer within two however long a look takes. */
export function createReadiness(check: HealthCheck): HealthCheck {
  let last: { readonly health: Health; readonly at: number } | null = null;
  let looking: Promise<Health> | null = null;

  const look = async (): Promise<Health> => {
    const health = await check().catch(() => silent);
    last = { health, at: performance.now() };
    looking = null;
    return health;
  };

  return async () => {
    if (last && performance.now() - last.at < freshMilliseconds) return last.health;
    looking ??= look();
    return withinTime(looking, silent);
  };
}

export function withinTime<T>(answer: Promise<T>, otherwise: T): Promise<T> {
  return Promise.race([answer, pause(answerMilliseconds, otherwise, { ref: false })]);
}
