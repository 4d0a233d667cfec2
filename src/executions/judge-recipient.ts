import type { Category, Channel } from "../base/index.ts";
import { normaliseAddress, suppressionKey } from "../channels/index.ts";
import type { RecipientFacts } from "../profiles/index.ts";
import type { Exclusion } from "./exclusion.ts";
import type { RecipientType } from "./message.ts";

export type RecipientRules = {
  readonly channel: Channel;
  readonly category: Category;
  readonly createProfiles: boolean;
  readonly highThroughput: boolean;
  readonly unknownConsentIsConsent: boolean;
};

export type JudgedRecipient = {
  readonly type: RecipientType;
  readonly namespace: string;
  readonly userId: string;
  /** What the caller gave in channelData, as it came. */
  readonly channelAddress: string | null;
};

/** The kind of identity that is itself an address of the channel. A push token stands in channelData or on the profile. */
const ownNamespaces: Readonly<Record<Channel, string | null>> = { EMAIL: "email", SMS: "phone", PUSH: null };

/** The address that the call itself names, as it came: channelData's, else the userId in the channel's own namespace. */
export function givenAddress(recipient: JudgedRecipient, channel: Channel): string | null {
  return recipient.channelAddress ?? (recipient.namespace === ownNamespaces[channel] ? recipient.userId : null);
}

export type Verdict = { readonly address: string | null; readonly exclusion: Exclusion | null };

/**
 * Whether a recipient gets the message, and where it goes. Pure: `facts` is what the database knew at one instant.
 * `seen` holds the addresses of the same execution so far, and is null where repeats are allowed.
 */
export function judgeRecipient(
  rules: RecipientRules,
  recipient: JudgedRecipient,
  facts: RecipientFacts,
  seen: Set<string> | null = null,
): Verdict {
  if (needsProfile(rules, recipient) && facts.profileId === null)
    return exclude(
      null,
      "PROFILE_NOT_FOUND",
      `No profile has this userId in the namespace ${recipient.namespace}, and createProfiles is off.`,
    );
  const text = givenAddress(recipient, rules.channel) ?? facts.profileAddress;
  if (text === null) return exclude(null, "NO_ADDRESS", `Neither the call nor the profile has an address for ${rules.channel}.`);
  const address = normaliseAddress(rules.channel, text);
  if (address === null) return exclude(text, "ADDRESS_INVALID", addressHelp[rules.channel]);
  const refusal = refuse(rules, facts);
  if (refusal) return { address, exclusion: refusal };
  if (seen && isRepeated(seen, suppressionKey(rules.channel, address)))
    return exclude(address, "DUPLICATE_ADDRESS", "Another recipient of this execution has the same address.");
  return { address, exclusion: null };
}

export function needsProfile(
  rules: Pick<RecipientRules, "highThroughput" | "createProfiles">,
  recipient: Pick<JudgedRecipient, "type">,
): boolean {
  return recipient.type === "PROFILE" && !rules.highThroughput && !rules.createProfiles;
}

/** The part that is judged again when the message is claimed: people change their minds while messages wait. */
export function refuse(
  rules: Pick<RecipientRules, "category" | "unknownConsentIsConsent">,
  facts: Pick<RecipientFacts, "consent" | "isSuppressed">,
): Exclusion | null {
  if (facts.isSuppressed) return { reason: "SUPPRESSED", detail: "The address is on the suppression list." };
  if (rules.category !== "MARKETING") return null;
  if (facts.consent === "OPTED_OUT") return { reason: "NO_CONSENT", detail: "The person opted out of this channel." };
  if (facts.consent === null && !rules.unknownConsentIsConsent)
    return { reason: "NO_CONSENT", detail: "The person never consented to this channel." };
  return null;
}

const addressHelp: Readonly<Record<Channel, string>> = {
  EMAIL: "The address is not a valid email address.",
  SMS: "The number is not valid: write it with its country, such as +33612345678.",
  PUSH: "The push token has characters that no token has.",
};

function exclude(address: string | null, reason: Exclusion["reason"], detail: string): Verdict {
  return { address, exclusion: { reason, detail } };
}

function isRepeated(seen: Set<string>, key: string): boolean {
  if (seen.has(key)) return true;
  seen.add(key);
  return false;
}
