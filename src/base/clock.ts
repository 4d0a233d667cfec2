/** The present instant, for pure planning and for tests. Stored instants of the engine come from PostgreSQL. */
export type Clock = { now(): Date };

export const systemClock: Clock = { now: () => new Date() };
