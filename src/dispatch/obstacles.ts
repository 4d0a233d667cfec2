import { AppError, type Log, toError } from "../base/index.ts";
import type { ChannelConfiguration } from "../channels/index.ts";

/** Why nothing can go to a channel configuration although its provider is not known to be down. */
export type Obstacle = {
  readonly configurationId: string;
  /** Null when it could not even be read. */
  readonly name: string | null;
  readonly since: Date;
  /** It was set inactive; otherwise it cannot be used, as `code` says. */
  readonly isInactive: boolean;
  readonly code: string | null;
};

export type Obstacles = {
  /** It was opened, and so can be used. */
  opened(configuration: ChannelConfiguration): void;
  /** It could not be opened. */
  failed(configurationId: string, error: unknown, name: string | null): void;
  /** It changed: whatever it failed for may be mended. */
  forgive(configurationId: string): void;
  isFaulty(configurationId: string): boolean;
  /** False for a while after it failed. */
  mayOpen(configurationId: string): boolean;
  list(): Obstacle[];
};

/** A configuration that could not be opened is left alone for so long. */
const openAgainMilliseconds = 5000;

/** Remembers since when a configuration cannot be used, and says it once. */
export function createObstacles({ now, log }: { readonly now: () => Date; readonly log: Log }): Obstacles {
  const faults = new Map<string, { readonly obstacle: Obstacle; readonly until: number }>();
  const inactive = new Map<string, Obstacle>();
  return {
    opened({ id: configurationId, name, active }) {
      faults.delete(configurationId);
      if (active) inactive.delete(configurationId);
      else if (!inactive.has(configurationId)) {
        inactive.set(configurationId, { configurationId, name, since: now(), isInactive: true, code: null });
        log.warn(
          { channelConfigurationId: configurationId },
          "dispatch: a channel configuration is inactive; its campaigns wait",
        );
      }
    },
    failed(configurationId, error, name) {
      const known = faults.get(configurationId)?.obstacle;
      const code = error instanceof AppError ? error.code : null;
      const obstacle = { configurationId, name, since: known?.since ?? now(), isInactive: false, code };
      faults.set(configurationId, { obstacle, until: performance.now() + openAgainMilliseconds });
      if (known) return;
      const named = { err: toError(error), channelConfigurationId: configurationId };
      log.error(named, "dispatch: a channel configuration cannot be used; its campaigns wait");
    },
    forgive: (configurationId) => void faults.delete(configurationId),
    isFaulty: (configurationId) => faults.has(configurationId),
    mayOpen: (configurationId) => (faults.get(configurationId)?.until ?? 0) <= performance.now(),
    list: () => [...inactive.values(), ...[...faults.values()].map((fault) => fault.obstacle)],
  };
}
