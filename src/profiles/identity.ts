import { z } from "zod";
import { type Channel, channels, foldCase, storableText, trimBlanks } from "../base/index.ts";
import { type Address, readAddress } from "../channels/index.ts";

/** Where a channel's addresses are kept among a profile's identities. */
export const addressNamespaces: Readonly<Record<Channel, string>> = { EMAIL: "email", SMS: "phone", PUSH: "pushToken" };
const channelsOf: ReadonlyMap<string, Channel> = new Map(
  Object.values(channels).map((channel) => [addressNamespaces[channel], channel]),
);

export type Identity = { readonly namespace: string; readonly value: string };

/** As it is kept: `value` is the form that is compared, `address` how it is sent to where that is spelled otherwise. */
export type StoredIdentity = Identity & { readonly address: string | null };

export const namespaceSchema = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/, "must start with a letter and have up to 64 letters, digits, _ or -");

export const userIdSchema = storableText(512);

/** The address that an identity is, in a namespace of addresses; null when it is none, or malformed. */
export function addressOf({ namespace, value }: Identity): Address | null {
  const channel = channelsOf.get(namespace);
  return channel === undefined ? null : readAddress(channel, value);
}

/**
 * The one form under which an identity is stored and found. Addresses count alike in every spelling; all others are opaque,
 * but for blanks around them and the way in which accents were typed. `address` where it was read already.
 */
export function normaliseIdentity(identity: Identity, address: Address | null = addressOf(identity)): StoredIdentity {
  const { namespace } = identity;
  if (address) return { namespace, value: address.key, address: address.sendTo === address.key ? null : address.sendTo };
  const value = trimBlanks(identity.value).normalize("NFC");
  return { namespace, value: namespace === addressNamespaces.EMAIL ? foldCase(value) : value, address: null };
}

/** One text for one identity in its stored form. */
export function textOf({ namespace, value }: Identity): string {
  return `${namespace} ${value}`;
}
