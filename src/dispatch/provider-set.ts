import type { Log } from "../base/index.ts";
import { createTransport, getChannelConfiguration, type Outcome, type TransportDependencies } from "../channels/index.ts";
import { isDatabaseAway } from "../storage/index.ts";
import type { PreparedMessage } from "./claimed-message.ts";
import type { Limits } from "./limits.ts";
import { createObstacles, type Obstacles } from "./obstacles.ts";
import { createProvider, type Provider } from "./provider.ts";
import type { Sent } from "./settled-row.ts";
import { createShares, type Shares } from "./shares.ts";

export type ProviderSetOptions = {
  readonly transports: TransportDependencies;
  readonly limits: Limits;
  readonly now: () => Date;
  readonly isAlive: () => boolean;
  readonly onOutcome: (message: PreparedMessage, outcome: Outcome, sent: Pick<Sent, "handedAt" | "retryPeriodSeconds">) => void;
  /** The provider is down: these were handed in and surely not handed over. */
  readonly onReturned: (messages: readonly PreparedMessage[]) => void;
  /** The provider takes more of those lanes that share it. */
  readonly onRoom: (configurationId: string) => void;
  /** Something may go to it again: to try with one message whether it is up, or of whoever waits. */
  readonly onWay: (configurationId: string, way: { readonly isProbe: boolean }) => void;
  readonly log: Log;
};

export type ProviderSet = {
  readonly opened: ReadonlyMap<string, Provider>;
  readonly obstacles: Obstacles;
  readonly shares: Shares;
  /** Once. One that cannot be opened is an obstacle, and is tried again after a while. */
  open(configurationId: string): Promise<void>;
  /** In the place of the present one, once it is there. */
  reopen(configurationId: string): Promise<Provider>;
};

/** The providers that this worker uses, by channel configuration, and why others cannot be used. */
export function createProviderSet(options: ProviderSetOptions): ProviderSet {
  const opening = new Map<string, Promise<Provider>>();
  const opened = new Map<string, Provider>();
  const obstacles = createObstacles(options);
  const shares = createShares();

  /** Of those that could be read. */
  const names = new Map<string, string>();

  const create = async (configurationId: string): Promise<Provider> => {
    const configuration = await getChannelConfiguration({ em: options.transports.em() }, configurationId);
    names.set(configurationId, configuration.name);
    const provider = createProvider({
      ...options,
      configuration,
      lanes: () => shares.count(configurationId),
      onRoom: () => options.onRoom(configurationId),
      onWay: (way) => options.onWay(configurationId, way),
      transport: createTransport(configuration, options.transports),
      onOutcome: (message, outcome, handedAt) =>
        options.onOutcome(message, outcome, { handedAt, retryPeriodSeconds: configuration.retryPeriodSeconds }),
    });
    opened.set(configurationId, provider);
    obstacles.opened(configuration);
    return provider;
  };

  const remember = (configurationId: string, provider: Promise<Provider>): Promise<Provider> => {
    opening.set(configurationId, provider);
    provider.catch(() => opening.delete(configurationId));
    return provider;
  };

  const open = async (configurationId: string): Promise<void> => {
    if (opened.has(configurationId) || !obstacles.mayOpen(configurationId)) return;
    try {
      await (opening.get(configurationId) ?? remember(configurationId, create(configurationId)));
    } catch (error) {
      // Away for everybody: the lane stumbles, and looks again.
      if (isDatabaseAway(error)) throw error;
      obstacles.failed(configurationId, error, names.get(configurationId) ?? null);
    }
  };

  return { opened, obstacles, shares, open, reopen: (configurationId) => remember(configurationId, create(configurationId)) };
}
