import { createHash } from "node:crypto";
import { requirePermission } from "../access/index.ts";
import {
  type Channel,
  conflict,
  createId,
  type Fault,
  faultsFound,
  invalid,
  isStorableText,
  keyOf,
  limited,
} from "../base/index.ts";
import { type Campaign, type CampaignVersion, getCampaign, getVersion, latestVersionId, reviewWith } from "../campaigns/index.ts";
import {
  type Address,
  type ChannelConfiguration,
  createTransport,
  findChannelConfigurations,
  type Outcome,
  type OutgoingMessage,
  readAddress,
  type TransportDependencies,
} from "../channels/index.ts";
import type { RenderedMessage } from "../content/index.ts";
import { withFragments } from "../fragments/index.ts";
import { resolveRecipients } from "../profiles/index.ts";
import { type Context, databaseNow, recordEvent, run } from "../storage/index.ts";
import type { RecipientInput } from "./accept/parse-call.ts";
import { renderSample } from "./render-sample.ts";
import { reserveProofs, secondsUntilTomorrow } from "./sql/reserve-proofs.ts";

export type SendProofInput = {
  readonly campaignId: string;
  readonly to: readonly string[];
  /** Null is somebody of whom nothing is known. */
  readonly sample?: RecipientInput | null | undefined;
  readonly subjectPrefix?: string | null | undefined;
};

export type ProofDependencies = {
  readonly transports: TransportDependencies;
  readonly unsubscribeUrl: (messageId: string) => string;
  /** Addresses that a key may send proofs to in a day. */
  readonly proofsPerDay: number;
};

export const proofStatuses = { SENT: "SENT", FAILED: "FAILED", EXCLUDED: "EXCLUDED" } as const;
export type ProofStatus = keyof typeof proofStatuses;

export type ProofResult = {
  readonly address: string;
  readonly status: ProofStatus;
  readonly detail: string | null;
  /** Of this proof alone. Null when nothing was handed over. */
  readonly key: string | null;
};

const addressesMax = 10;
const prefixMax = 100;
const defaultPrefix = "[Proof] ";

/**
 * Sends the draft, or the live version, to people who want to look at it: now, past the engine. A proof is no execution and
 * is in no totals; it holds no rate, for ten messages need none. The suppression list binds it. Nobody approved what it says, so
 * it is marked, and a key has only so many a day.
 */
export async function sendProof(ctx: Context, input: SendProofInput, dependencies: ProofDependencies): Promise<ProofResult[]> {
  requirePermission(ctx, "proofs:send");
  const prefix = parsePrefix(input.subjectPrefix);
  const campaign = await getCampaign(ctx, input.campaignId);
  const draft = await getVersion(ctx, latestVersionId(campaign));
  const [present = null] = await findChannelConfigurations(ctx, [draft.channelConfigurationId]);
  const addresses = parseAddresses({ channel: campaign.channel, country: present?.defaultCountry ?? null }, input.to);
  const { version, configuration } = await getSendable(ctx, { campaign, version: draft, configuration: present });
  const { message, issues } = await renderSample(
    ctx,
    { campaign, version, sample: input.sample ?? null },
    { unsubscribeUrl: dependencies.unsubscribeUrl, missingContext: "PRINT_NOTHING", needsFittingContext: false },
  );
  const notes = issues.map((issue) => issue.message).join(" ") || null;
  if (!message) return addresses.map(({ sendTo }) => ({ address: sendTo, status: "FAILED", detail: notes, key: null }));
  const content = message.channel === "EMAIL" ? { ...message, subject: prefix + message.subject } : message;
  const suppressed = await findSuppressed(ctx, campaign.channel, addresses);
  const proofs = toProofs({ campaign, content, addresses: addresses.filter(({ key }) => !suppressed.has(key)) });
  await reserve(ctx, proofs.length, dependencies.proofsPerDay);
  const outcomes = await handOver(ctx, { configuration, proofs }, dependencies.transports);
  const results = addresses.map(({ sendTo }) => toResult({ address: sendTo, proof: outcomes.get(sendTo), notes }));
  await recordProof(ctx, version, { results, addresses });
  return results;
}

/** Before they are sent, in a statement of its own: what was reserved stays so, whatever becomes of the proofs. */
async function reserve(ctx: Context, count: number, max: number): Promise<void> {
  if (count === 0) return;
  const [reserved] = await run(ctx, reserveProofs({ actor: `${ctx.actor.kind}:${ctx.actor.id}`, count, max }));
  if (reserved) return;
  const [day] = await run(ctx, secondsUntilTomorrow());
  throw limited(
    "RATE_LIMITED",
    `A key may send ${max} proofs a day (UTC); ${count} more are not left of them. Nothing was sent.`,
    {
      max,
      retryAfterSeconds: day?.seconds ?? 0,
    },
  );
}

function parsePrefix(prefix: string | null | undefined): string {
  if (prefix === null || prefix === undefined) return defaultPrefix;
  const isLine = prefix.length <= prefixMax && isStorableText(prefix) && !/[\p{Cc}\u2028\u2029]/u.test(prefix);
  if (isLine && isSeen(prefix)) return prefix;
  throw invalid("INPUT_INVALID", `subjectPrefix must be one line of up to ${prefixMax} characters that are not all blank.`, {
    field: "subjectPrefix",
  });
}

/** Whether anything of it shows: blanks and invisible signs mark nothing. */
function isSeen(text: string): boolean {
  return /[\p{L}\p{N}\p{P}\p{S}]/u.test(text.replace(/\p{Default_Ignorable_Code_Point}/gu, ""));
}

type Reading = { readonly channel: Channel; readonly country: string | null };

function parseAddresses({ channel, country }: Reading, to: readonly string[]): Address[] {
  if (to.length < 1 || to.length > addressesMax)
    throw invalid("INPUT_INVALID", `to must name 1 to ${addressesMax} addresses.`, { field: "to", given: to.length });
  const faults: Fault[] = [];
  const read = new Map<string, Address>();
  for (const [index, text] of to.entries()) {
    const address = isStorableText(text) ? readAddress(channel, text, country) : null;
    const at = { field: `to.${index}`, ...keyOf(text) };
    if (address === null) faults.push({ ...at, message: `is not an address of the channel ${channel}` });
    else if (read.has(address.key)) faults.push({ ...at, message: "names an address again" });
    else read.set(address.key, address);
  }
  if (faults.length > 0) throw faultsFound(faults);
  return [...read.values()];
}

type Sendable = {
  readonly version: Parameters<typeof renderSample>[1]["version"];
  readonly configuration: ChannelConfiguration;
};

/** Faults that a proof may show: its dates do not matter yet, and its links lead nowhere. */
const harmless = new Set(["DATES_REVERSED", "END_PAST", "UNSUBSCRIBE_LINK_MISSING"]);

type Draft = {
  readonly campaign: Campaign;
  readonly version: CampaignVersion;
  readonly configuration: ChannelConfiguration | null;
};

async function getSendable(ctx: Context, { campaign, version, configuration }: Draft): Promise<Sendable> {
  const content = await withFragments(ctx, { channel: campaign.channel, content: version.content ?? null });
  const { issues } = await reviewWith(ctx, { campaign, version, content, configuration });
  const errors = issues.filter(({ severity, code }) => severity === "ERROR" && !harmless.has(code));
  if (content && configuration && errors.length === 0) return { version: { ...version, content }, configuration };
  const sentences = errors.map((issue) => issue.message).join(" ");
  throw conflict("CAMPAIGN_HAS_ERRORS", `A proof needs a campaign without errors: ${sentences}`, { issues: errors });
}

/** By their keys. */
async function findSuppressed(ctx: Context, channel: Channel, addresses: readonly Address[]): Promise<Set<string>> {
  const keys = addresses.map(({ key }) => key);
  const facts = await resolveRecipients(
    ctx,
    keys.map((key) => ({ channel, identity: { namespace: "proof", value: key }, isExternal: true, addressKey: key })),
  );
  return new Set(keys.filter((_key, index) => facts[index]?.isSuppressed));
}

type Proofs = {
  readonly campaign: Pick<Campaign, "id">;
  readonly content: RenderedMessage;
  readonly addresses: readonly Address[];
};

/** A mailbox wants the id of an execution: these share one that no execution has. */
function toProofs({ campaign, content, addresses }: Proofs): OutgoingMessage[] {
  const executionId = createId();
  return addresses.map(({ sendTo }) => ({
    key: createId(),
    campaignId: campaign.id,
    executionId,
    userId: sendTo,
    address: sendTo,
    content,
  }));
}

type HandedOver = { readonly key: string; readonly outcome: Outcome };

/** No transaction is open meanwhile. */
async function handOver(
  ctx: Context,
  { configuration, proofs }: { readonly configuration: ChannelConfiguration; readonly proofs: readonly OutgoingMessage[] },
  transports: TransportDependencies,
): Promise<Map<string, HandedOver>> {
  const outcomes = new Map<string, HandedOver>();
  if (proofs.length === 0) return outcomes;
  const transport = createTransport(configuration, transports);
  try {
    await transport.send(proofs, await databaseNow(ctx), ({ address, key }, outcome) => outcomes.set(address, { key, outcome }));
  } finally {
    await transport.stop();
  }
  return outcomes;
}

type Handled = { readonly address: string; readonly proof: HandedOver | undefined; readonly notes: string | null };

function toResult({ address, proof, notes }: Handled): ProofResult {
  if (!proof) return { address, status: "EXCLUDED", detail: "SUPPRESSED: the address is on the suppression list.", key: null };
  const { key, outcome } = proof;
  if (outcome.kind === "sent") return { address, status: "SENT", detail: notes, key };
  const doubt = outcome.kind === "unknown" ? "It may have been sent: " : "";
  return { address, status: "FAILED", detail: doubt + outcome.reason, key };
}

type Recorded = { readonly results: readonly ProofResult[]; readonly addresses: readonly Address[] };

/** Whoever has an address can see in the trail whether it got one, and nobody reads an address there. */
async function recordProof(ctx: Context, version: CampaignVersion, { results, addresses }: Recorded): Promise<void> {
  const count = (status: ProofStatus) => results.filter((result) => result.status === status).length;
  const counts = { sentCount: count("SENT"), failedCount: count("FAILED"), excludedCount: count("EXCLUDED") };
  const addressDigests = addresses.map(({ key }) => createHash("sha256").update(key).digest("hex"));
  await recordEvent(ctx, {
    type: "campaign.proof-sent",
    campaignId: version.campaignId,
    data: { versionId: version.id, number: version.number, ...counts, addressDigests },
  });
}
