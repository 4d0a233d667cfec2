import { invariant, type Log } from "../base/index.ts";
import { createTransport, getChannelConfiguration, type Outcome, type TransportDependencies } from "../channels/index.ts";
import type { CircuitStatus } from "./circuit-breaker.ts";
import type { PreparedMessage } from "./claimed-message.ts";
import type { Limits } from "./limits.ts";
import { createProvider, type Provider } from "./provider.ts";
import type { Sent } from "./settled-row.ts";

const graceSeconds = 25;

export type ProviderRegistry = {
  /** Opens the provider of a channel configuration, once. */
  open(configurationId: string): Promise<Provider>;
  enqueue(lane: string, isUrgent: boolean, messages: readonly PreparedMessage[]): void;
  load(configurationId: string): Pick<Provider, "load" | "loadMax" | "inFlightMax"> | null;
  /** Nothing can be handed over at present: its messages are neither claimed nor marked. */
  isOpen(configurationId: string): boolean;
  /** The provider was down and may be tried: there is room for one message. */
  isTried(configurationId: string): boolean;
  /** Of every provider that is not known to be up. */
  circuits(): (CircuitStatus & { readonly configurationId: string })[];
  /** The configuration changed: messages under way end with the old settings, waiting ones go with the new. */
  reload(configurationId: string): Promise<void>;
  poke(): void;
  drain(): PreparedMessage[];
  stop(): Promise<void>;
};

export type ProviderRegistryOptions = {
  readonly transports: TransportDependencies;
  readonly limits: Limits;
  readonly now: () => Date;
  readonly isAlive: () => boolean;
  readonly onOutcome: (message: PreparedMessage, outcome: Outcome, sent: Pick<Sent, "handedAt" | "retryPeriodSeconds">) => void;
  /** The provider is down: these were handed in and surely not handed over. */
  readonly onReturned: (messages: readonly PreparedMessage[]) => void;
  readonly onRoom: () => void;
  readonly log: Log;
};

export function createProviderRegistry(options: ProviderRegistryOptions): ProviderRegistry {
  const opening = new Map<string, Promise<Provider>>();
  const providers = new Map<string, Provider>();
  /** One reload after the other. */
  let swapping: Promise<unknown> = Promise.resolve();
  /** Replaced, with messages under way. */
  const retiring = new Set<Promise<void>>();

  const create = async (configurationId: string): Promise<Provider> => {
    const configuration = await getChannelConfiguration({ em: options.transports.em() }, configurationId);
    const provider = createProvider({
      ...options,
      configuration,
      transport: createTransport(configuration, options.transports),
      onOutcome: (message, outcome, handedAt) =>
        options.onOutcome(message, outcome, { handedAt, retryPeriodSeconds: configuration.retryPeriodSeconds }),
    });
    providers.set(configurationId, provider);
    return provider;
  };

  const open = (configurationId: string): Promise<Provider> => {
    const present = opening.get(configurationId) ?? create(configurationId);
    opening.set(configurationId, present);
    present.catch(() => opening.delete(configurationId));
    return present;
  };

  const enqueue = (lane: string, isUrgent: boolean, messages: readonly PreparedMessage[]): void => {
    for (const [configurationId, group] of groupByConfiguration(messages)) {
      const provider = providers.get(configurationId);
      invariant(provider, `no provider is open for channel configuration ${configurationId}`);
      provider.enqueue(lane, isUrgent, group);
    }
  };

  /** The old one stays in use until the new one is there: a reload that fails strands nothing. */
  const swap = async (configurationId: string): Promise<Provider | undefined> => {
    const old = providers.get(configurationId);
    if (!old) return;
    opening.set(configurationId, create(configurationId));
    await open(configurationId);
    for (const message of old.drain()) enqueue(message.campaignId, message.version.category === "TRANSACTIONAL", [message]);
    return old;
  };

  return {
    open,
    enqueue,
    load: (configurationId) => providers.get(configurationId) ?? null,
    isOpen: (configurationId) => providers.get(configurationId)?.isShut ?? false,
    isTried: (configurationId) => providers.get(configurationId)?.circuit.state === "HALF_OPEN",
    circuits: () =>
      [...providers]
        .map(([configurationId, { circuit }]) => ({ configurationId, ...circuit }))
        .filter(({ state }) => state !== "CLOSED"),
    async reload(configurationId) {
      const swapped = swapping.then(() => swap(configurationId));
      swapping = swapped.catch(() => undefined);
      const old = await swapped;
      if (!old) return;
      // The new one starts as if nothing had happened: its messages may wait in the database because the old one was down.
      options.onRoom();
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

/** Versions may use different configurations; the messages of a slice nearly always share one. */
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
