import { type Channel, type Issue, invariant } from "../base/index.ts";
import type { Campaign, CampaignVersion, MissingContext } from "../campaigns/index.ts";
import { findChannelConfigurations } from "../channels/index.ts";
import type { RenderedMessage } from "../content/index.ts";
import { resolveRecipients } from "../profiles/index.ts";
import { type Context, run } from "../storage/index.ts";
import { toCandidate } from "./accept/candidate.ts";
import { type CallRecipient, parseRecipient, type RecipientInput } from "./accept/parse-call.ts";
import { compileOrNull, faultOfContext } from "./context-schemas.ts";
import { type PersonToRender, renderPeople } from "./render-on-thread.ts";
import { type RenderVerdict, sampleMessageId } from "./render-recipient.ts";
import { selectAttributes } from "./sql/select-attributes.ts";

export type SampleInput = {
  readonly campaign: Pick<Campaign, "channel">;
  /** With content in which the review finds nothing that keeps it from being compiled. */
  readonly version: CampaignVersion & { readonly content: NonNullable<CampaignVersion["content"]> };
  /** Null is somebody of whom nothing is known. */
  readonly sample: RecipientInput | null;
};

export type SampleOptions = {
  /** What stands for a variable of the context that the sample does not have. */
  readonly missingContext: MissingContext;
  /** Whether a context outside its schema keeps the sample from being rendered, as it would a recipient. */
  readonly needsFittingContext: boolean;
  readonly unsubscribeUrl: (messageId: string) => string;
};

export type RenderedSample = { readonly message: RenderedMessage | null; readonly issues: readonly Issue[] };

/** Renders one message outside any execution. What its context misses is an issue, also where it prints nothing. */
export async function renderSample(ctx: Context, input: SampleInput, options: SampleOptions): Promise<RenderedSample> {
  const { campaign, version, sample } = input;
  const recipient = sample ? parseRecipient(sample) : null;
  const fault = faultOfContext(compileOrNull(version), recipient?.context ?? null);
  if (fault !== null && options.needsFittingContext) return { message: null, issues: [missingContext("ERROR", fault)] };
  const person: PersonToRender = {
    attributes: recipient ? await findAttributes(ctx, recipient, { ...version, channel: campaign.channel }) : null,
    context: recipient?.context?.text() ?? null,
    profileData: recipient?.profileData?.text() ?? null,
  };
  const shared = { channel: campaign.channel, content: version.content, now: ctx.clock.now() };
  const unsubscribeUrl = options.unsubscribeUrl(sampleMessageId);
  const render = async (missing: MissingContext): Promise<RenderVerdict> => {
    const parts = { ...shared, unsubscribeUrl, missingContext: missing };
    const { value } = await renderPeople(ctx.actor.id, { parts, people: [person] }).next();
    invariant(value, "a sample was rendered and there is no verdict");
    return value;
  };
  const strict = await render("EXCLUDE");
  const isLenient = options.missingContext === "PRINT_NOTHING";
  const verdict = strict.kind === "excluded" && isLenient ? await render("PRINT_NOTHING") : strict;
  if (verdict.kind === "excluded") {
    const { reason, detail } = verdict.exclusion;
    return { message: null, issues: [{ severity: "ERROR", code: reason, message: detail ?? reason }] };
  }
  const missing = strict.kind === "excluded" ? strict.exclusion.detail : null;
  const notes = [fault, missing].flatMap((note) => (note === null ? [] : [missingContext("WARNING", note)]));
  return { message: verdict.message, issues: notes };
}

function missingContext(severity: Issue["severity"], message: string): Issue {
  return { severity, code: "MISSING_CONTEXT", message };
}

type Defaults = Pick<CampaignVersion, "namespace" | "channelConfigurationId"> & { readonly channel: Channel };

/** Of the stored profile, if there is one and the caller may read it. */
async function findAttributes(
  ctx: Context,
  recipient: CallRecipient,
  { namespace, channel, channelConfigurationId }: Defaults,
): Promise<PersonToRender["attributes"]> {
  if (recipient.type !== "PROFILE" || !ctx.actor.permissions.has("profiles:read")) return null;
  const [configuration] = await findChannelConfigurations(ctx, [channelConfigurationId]);
  const defaultCountry = configuration?.defaultCountry ?? null;
  const { identity } = toCandidate({ channel, namespace, defaultCountry, highThroughput: false }, recipient);
  const [facts] = await resolveRecipients(ctx, [{ channel, identity, isExternal: false, addressKey: null }]);
  if (!facts?.profileId) return null;
  const [row] = await run(ctx, selectAttributes([facts.profileId]));
  return row?.attributes ?? null;
}
