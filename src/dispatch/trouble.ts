import type { CampaignFault } from "./campaign-health.ts";
import type { CircuitStatus } from "./circuit-breaker.ts";
import type { Obstacle } from "./obstacles.ts";
import type { OutcomeFault } from "./waiting-outcomes.ts";

/** What keeps a live worker from sending, for health and for operators. */
export type Trouble = {
  /**
   * `redis`: rates cannot be asked for. `circuit`: a provider is down and is left alone for a while. `provider`: one has messages
   * and answers none. `configuration`: a channel configuration is inactive, or cannot be used, and campaigns wait for it.
   * `campaign`: the engine fails at campaigns, or finds their messages locked. `outcomes`: what became of messages cannot be written,
   * of the campaigns that it names, or of any.
   */
  readonly kind: "redis" | "circuit" | "provider" | "configuration" | "campaign" | "outcomes";
  readonly since: Date;
  /** For people. */
  readonly detail: string;
  /** The channel configuration that is left alone. */
  readonly channelConfigurationId?: string;
  /** The campaigns that it is about, a thousand at most. */
  readonly campaignIds?: readonly string[];
};

type Named = { readonly configurationId: string; readonly name: string | null };
export type NamedCircuit = CircuitStatus & Named & { /** It has messages. */ readonly isBusy: boolean };
/** A provider that has messages and answers none. */
export type Silence = Named & { readonly since: Date; readonly messages: number };

export type Troubled = {
  readonly redisAwaySince: Date | null;
  readonly circuits: readonly NamedCircuit[];
  readonly silences: readonly Silence[];
  readonly obstacles: readonly Obstacle[];
  readonly campaigns: readonly CampaignFault[];
  readonly outcomes: { readonly since: Date; readonly code: string } | null;
  readonly refusedOutcomes: readonly OutcomeFault[];
  /** Channel configurations that a message waits for, now or when it is due again: what is in nobody's way is no trouble. */
  readonly neededBy: ReadonlySet<string>;
  /** Those that due messages wait for. */
  readonly waitedFor: ReadonlySet<string>;
};

const campaignsMax = 1000;

/** Pure. */
export function troublesOf(troubled: Troubled): Trouble[] {
  const { redisAwaySince, circuits, silences, obstacles, campaigns, outcomes, refusedOutcomes, neededBy, waitedFor } = troubled;
  const detail = "Redis does not answer: what has a rate or a quota waits until it does.";
  const redis: Trouble[] = redisAwaySince ? [{ kind: "redis", since: redisAwaySince, detail }] : [];
  return [
    ...redis,
    ...circuits.filter(({ configurationId, isBusy }) => isBusy || neededBy.has(configurationId)).map(ofCircuit),
    ...silences.map(ofSilence),
    ...obstacles.filter(({ configurationId }) => waitedFor.has(configurationId)).map(ofObstacle),
    ...ofCampaigns(campaigns),
    ...(outcomes ? [ofOutcomes(outcomes)] : []),
    ...ofRefusedOutcomes(refusedOutcomes),
  ];
}

function ofCircuit({ configurationId, name, reason, since, retryAt }: NamedCircuit): Trouble {
  const until = retryAt ? ` and is tried again at ${retryAt.toISOString()}` : ", and is being tried";
  const detail = `The provider of ${nameOf(name)} is down${until}: ${reason ?? ""}`;
  return { kind: "circuit", since: since ?? new Date(0), detail, channelConfigurationId: configurationId };
}

function ofSilence({ configurationId, name, since, messages }: Silence): Trouble {
  const detail = `The provider of ${nameOf(name)} has ${messages} messages and has answered none of them since.`;
  return { kind: "provider", since, detail, channelConfigurationId: configurationId };
}

function ofObstacle({ configurationId, name, since, isInactive, code }: Obstacle): Trouble {
  const why = isInactive ? "is inactive" : `cannot be used${code ? ` (${code})` : ""}`;
  const detail = `${name === null ? "A channel configuration" : `The channel configuration "${name}"`} ${why}: campaigns wait for it.`;
  return { kind: "configuration", since, detail, channelConfigurationId: configurationId };
}

function ofCampaigns(faults: readonly CampaignFault[]): Trouble[] {
  return byCode(faults).map(({ code, which, ...about }) => {
    const detail =
      code === null
        ? `Messages of ${which} are due and none can be taken: another session has them or the campaign locked.`
        : `The engine fails at ${which} (${code}), and tries again every second. The log of the worker has the cause.`;
    return { kind: "campaign", detail, ...about };
  });
}

function ofRefusedOutcomes(faults: readonly OutcomeFault[]): Trouble[] {
  return byCode(faults).map(({ code, which, ...about }) => {
    const detail = `PostgreSQL refuses what became of messages of ${which} (${code}). It is tried again every ten seconds; until then they count as being sent, and after some of them no more of it is sent. The log of the worker has the cause.`;
    return { kind: "outcomes", detail, ...about };
  });
}

type Fault = { readonly campaignId: string; readonly since: Date; readonly code: string | null };

/** One for each code, however many campaigns. */
function byCode(faults: readonly Fault[]) {
  return [...Map.groupBy(faults, ({ code }) => code)].map(([code, alike]) => ({
    code,
    which: alike.length === 1 ? "a campaign" : `${alike.length} campaigns`,
    since: new Date(Math.min(...alike.map((fault) => fault.since.getTime()))),
    campaignIds: alike.slice(0, campaignsMax).map((fault) => fault.campaignId),
  }));
}

function ofOutcomes({ since, code }: NonNullable<Troubled["outcomes"]>): Trouble {
  const detail = `What became of messages cannot be written (${code}), and is tried again. Until then they count as being sent.`;
  return { kind: "outcomes", since, detail };
}

const nameOf = (name: string | null): string => (name === null ? "a channel configuration" : `"${name}"`);
