import type { Category, Channel } from "../base/index.ts";
import { type Address, hasCountry, readAddress } from "../channels/index.ts";
import type { Identity, RecipientFacts } from "../profiles/index.ts";
import type { Exclusion } from "./exclusion.ts";
import type { RecipientType } from "./message.ts";

export type RecipientRules = {
  readonly channel: Channel;
  readonly category: Category;
  readonly createProfiles: boolean;
  readonly highThroughput: boolean;
  readonly unknownConsentIsConsent: boolean;
  /** Of the channel configuration: with it numbers are read that a call names without their country. */
  readonly defaultCountry: string | null;
};

/** An address as it came, and as it was read: null when it is malformed. */
export type GivenAddress = { readonly text: string; readonly address: Address | null };

export type JudgedRecipient = {
  readonly type: RecipientType;
  readonly identity: Identity;
  /** What the call itself names: channelData's address, else the userId in the channel's own namespace. */
  readonly given: GivenAddress | null;
};

export type Verdict = {
  /** As it is sent to; as it came when it is malformed. */
  readonly address: string | null;
  /** Under which it is compared, where that is spelled otherwise. */
  readonly addressKey: string | null;
  readonly exclusion: Exclusion | null;
};

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
      `No profile has this userId in the namespace ${recipient.identity.namespace}, and createProfiles is off.`,
    );
  const given = recipient.given ?? ofProfile(rules.channel, facts.profileAddress);
  if (given === null) return exclude(null, "NO_ADDRESS", `Neither the call nor the profile has an address for ${rules.channel}.`);
  const { text, address } = given;
  if (address === null)
    return exclude(text, "ADDRESS_INVALID", recipient.given ? givenHelp(rules, text) : addressHelp[rules.channel]);
  const spellings = { address: address.sendTo, addressKey: address.key === address.sendTo ? null : address.key };
  const refusal = refuse(rules, facts);
  if (refusal) return { ...spellings, exclusion: refusal };
  return { ...spellings, exclusion: seen && isRepeated(seen, address.key) ? repeatedAddress : null };
}

const repeatedAddress: Exclusion = {
  reason: "DUPLICATE_ADDRESS",
  detail: "Another recipient of this execution has the same address.",
};

function ofProfile(channel: Channel, text: string | null): GivenAddress | null {
  return text === null ? null : { text, address: readAddress(channel, text) };
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

/** What the call named could be read with a country; what stands on a profile is read as it stands, whoever asks. */
function givenHelp({ channel, defaultCountry }: RecipientRules, text: string): string {
  if (channel !== "SMS" || hasCountry(text)) return addressHelp[channel];
  return defaultCountry === null
    ? "The number has no country: write +33612345678, or set defaultCountry of the channel configuration."
    : `The number is not valid in ${defaultCountry}, the defaultCountry of the channel configuration: write it with its country, such as +33612345678.`;
}

function exclude(address: string | null, reason: Exclusion["reason"], detail: string): Verdict {
  return { address, addressKey: null, exclusion: { reason, detail } };
}

function isRepeated(seen: Set<string>, key: string): boolean {
  if (seen.has(key)) return true;
  seen.add(key);
  return false;
}
