import { invariant } from "../base/index.ts";
import type { PreparedMessage } from "./claimed-message.ts";
import type { Obstacle } from "./obstacles.ts";
import type { Provider, Sender } from "./provider.ts";
import { createProviderSet, type ProviderSetOptions } from "./provider-set.ts";
import type { Shares } from "./shares.ts";
import type { NamedCircuit, Silence } from "./trouble.ts";

const graceSeconds = 25;

export type ProviderRegistry = {
  /** Opens the provider of a channel configuration, once. One that cannot be opened is shut, and tried again after a while. */
  open(configurationId: string): Promise<void>;
  enqueue(from: Sender, messages: readonly PreparedMessage[]): void;
  /** Null until it is open. */
  find(configurationId: string): Pick<Provider, "room" | "quotaShare" | "inFlightMax" | "configuration"> | null;
  /** The lane has messages for this configuration; it shares what its provider takes with others. */
  join: Shares["join"];
  leave: Shares["leave"];
  takeTurns: Shares["takeTurns"];
  /** Nothing can be handed over at present: its messages are neither claimed nor marked. */
  isShut(configurationId: string): boolean;
  /** The provider was down and may be tried: there is room for one message. */
  isTried(configurationId: string): boolean;
  /** Of every provider that is not known to be up. */
  circuits(): NamedCircuit[];
  /** Of every provider that has messages and has not answered for a while. */
  silences(): Silence[];
  /** Why nothing can go to a configuration although its provider is not known to be down. */
  obstacles(): Obstacle[];
  /** Of those that are open, whether messages may go there. */
  activity(): ReadonlyMap<string, boolean>;
  /** The configuration changed: messages under way end with the old settings, waiting ones go with the new. */
  reload(configurationId: string): Promise<void>;
  poke(): void;
  drain(): PreparedMessage[];
  stop(): Promise<void>;
};

export function createProviderRegistry(options: ProviderSetOptions): ProviderRegistry {
  const { opened: providers, obstacles, shares, open, reopen } = createProviderSet(options);
  /** One reload after the other. */
  let swapping: Promise<unknown> = Promise.resolve();
  /** Replaced, with messages under way. */
  const retiring = new Set<Promise<void>>();

  const enqueue = (from: Sender, messages: readonly PreparedMessage[]): void => {
    for (const [configurationId, group] of groupByConfiguration(messages)) {
      const provider = providers.get(configurationId);
      invariant(provider, `no provider is open for channel configuration ${configurationId}`);
      provider.enqueue(from, group);
    }
  };

  /** The old one stays in use until the new one is there: a reload that fails strands nothing. */
  const swap = async (configurationId: string): Promise<Provider | undefined> => {
    obstacles.forgive(configurationId);
    const old = providers.get(configurationId);
    if (!old) return;
    await reopen(configurationId);
    for (const message of old.drain()) {
      const isUrgent = message.version.category === "TRANSACTIONAL";
      enqueue({ lane: message.campaignId, isUrgent, isPaced: false }, [message]);
    }
    return old;
  };

  return {
    open,
    enqueue,
    find: (configurationId) => providers.get(configurationId) ?? null,
    join: shares.join,
    leave: shares.leave,
    takeTurns: shares.takeTurns,
    isShut: (configurationId) => obstacles.isFaulty(configurationId) || (providers.get(configurationId)?.isShut ?? false),
    isTried: (configurationId) => providers.get(configurationId)?.circuit.state === "HALF_OPEN",
    circuits: () =>
      [...providers]
        .map(([configurationId, { circuit, configuration, isBusy }]) => ({
          configurationId,
          name: configuration.name,
          isBusy,
          ...circuit,
        }))
        .filter(({ state }) => state !== "CLOSED"),
    silences: () =>
      [...providers].flatMap(([configurationId, { silence, configuration }]) =>
        silence ? [{ configurationId, name: configuration.name, ...silence }] : [],
      ),
    obstacles: () => obstacles.list(),
    activity: () => new Map([...providers].map(([id, { configuration }]) => [id, configuration.active])),
    async reload(configurationId) {
      const swapped = swapping.then(() => swap(configurationId));
      swapping = swapped.catch(() => undefined);
      const old = await swapped;
      if (!old) return;
      // The new one starts as if nothing had happened: its messages may wait in the database because the old one was down.
      options.onWay(configurationId, { isProbe: false });
      const stopped = old.stop(graceSeconds).finally(() => retiring.delete(stopped));
      retiring.add(stopped);
      await stopped;
    },
    poke() {
      for (const provider of providers.values()) provider.poke();
    },
    drain: () => [...providers.values()].flatMap((provider) => provider.drain()),
    async stop() {
      await swapping;
      const present = [...providers.values()].map((provider) => provider.stop(graceSeconds));
      await Promise.all([...present, ...retiring]);
    },
  };
}

/** Versions may use different configurations; those that come together nearly always share one. */
function groupByConfiguration(messages: readonly PreparedMessage[]): Map<string, PreparedMessage[]> {
  const groups = new Map<string, PreparedMessage[]>();
  for (const message of messages) {
    const key = message.version.channelConfigurationId;
    const group = groups.get(key);
    if (group) group.push(message);
    else groups.set(key, [message]);
  }
  return groups;
}
