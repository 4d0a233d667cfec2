import type { CircuitStatus } from "./circuit-breaker.ts";
import type { Obstacle } from "./obstacles.ts";

/** What keeps a live worker from sending, for health and for operators. */
export type Trouble = {
  /**
   * `redis`: rates cannot be asked for. `circuit`: a provider is down and is left alone for a while. `configuration`: a
   * channel configuration is inactive, or cannot be used, and campaigns wait for it.
   */
  readonly kind: "redis" | "circuit" | "configuration";
  readonly since: Date;
  /** For people. */
  readonly detail: string;
  /** The channel configuration that is left alone. */
  readonly channelConfigurationId?: string;
};

type Circuit = CircuitStatus & { readonly configurationId: string };

export type Troubled = {
  readonly redisAwaySince: Date | null;
  readonly circuits: readonly Circuit[];
  readonly obstacles: readonly Obstacle[];
  /** Channel configurations that messages wait for: an obstacle in nobody's way is no trouble. */
  readonly waitedFor: ReadonlySet<string>;
};

/** Pure. */
export function troublesOf({ redisAwaySince, circuits, obstacles, waitedFor }: Troubled): Trouble[] {
  const detail = "Redis does not answer: what has a rate or a quota waits until it does.";
  const redis: Trouble[] = redisAwaySince ? [{ kind: "redis", since: redisAwaySince, detail }] : [];
  return [
    ...redis,
    ...circuits.map(ofCircuit),
    ...obstacles.filter(({ configurationId }) => waitedFor.has(configurationId)).map(ofObstacle),
  ];
}

function ofCircuit({ configurationId, reason, since, retryAt }: Circuit): Trouble {
  const detail = `The provider is down${retryAt ? ` and is tried again at ${retryAt.toISOString()}` : ", and is being tried"}: ${reason ?? ""}`;
  return { kind: "circuit", since: since ?? new Date(0), detail, channelConfigurationId: configurationId };
}

function ofObstacle({ configurationId, since, isInactive, code }: Obstacle): Trouble {
  const why = isInactive ? "is inactive" : `cannot be used${code ? ` (${code})` : ""}`;
  const detail = `A channel configuration ${why}: campaigns wait for it.`;
  return { kind: "configuration", since, detail, channelConfigurationId: configurationId };
}
