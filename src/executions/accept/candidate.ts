import { readAddress } from "../../channels/index.ts";
import { addressNamespaces, normaliseIdentity, type RecipientLookup, type StoredIdentity } from "../../profiles/index.ts";
import type { GivenAddress, JudgedRecipient, RecipientRules } from "../judge-recipient.ts";
import type { CallRecipient } from "./parse-call.ts";

/**
 * A recipient as its campaign sees it. Made once, so that userId and address are each read once, and then carried from
 * the look-up to the row that is stored.
 */
export type Candidate = RecipientLookup &
  JudgedRecipient & {
    readonly recipient: CallRecipient;
    readonly identity: StoredIdentity;
  };

export type CandidateRules = Pick<RecipientRules, "channel" | "highThroughput" | "defaultCountry"> & {
  readonly namespace: string;
};

export function toCandidate(rules: CandidateRules, recipient: CallRecipient): Candidate {
  const { channel } = rules;
  const type = rules.highThroughput ? "EXTERNAL" : recipient.type;
  const namespace = recipient.namespace ?? rules.namespace;
  const identity = { namespace, value: recipient.userId };
  const own = namespace === addressNamespaces[channel] ? giveAddress(rules, recipient.userId) : null;
  const named = recipient.addresses[channel];
  // A push token stands in channelData or on the profile: no campaign sends to its userIds.
  const given = named === null ? (channel === "PUSH" ? null : own) : giveAddress(rules, named);
  return {
    recipient,
    channel,
    type,
    isExternal: type === "EXTERNAL",
    identity: own ? normaliseIdentity(identity, own.address) : normaliseIdentity(identity),
    given,
    addressKey: given && (given.address?.key ?? given.text),
  };
}

function giveAddress({ channel, defaultCountry }: CandidateRules, text: string): GivenAddress {
  return { text, address: readAddress(channel, text, defaultCountry) };
}
