import { z } from "zod";
import { type Channel, channels, storableText } from "../base/index.ts";
import { normaliseAddress } from "../channels/index.ts";

/** Where a channel's addresses are kept among a profile's identities. */
export const addressNamespaces: Readonly<Record<Channel, string>> = { EMAIL: "email", SMS: "phone", PUSH: "pushToken" };

export type Identity = { readonly namespace: string; readonly value: string };

export const namespaceSchema = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/, "must start with a letter and have up to 64 letters, digits, _ or -");

export const userIdSchema = storableText(512);

/** The spelling under which an identity is stored and found. Emails count alike in any case, phone numbers in any grouping. */
export function normaliseIdentity(identity: Identity): Identity {
  const trimmed = identity.value.trim();
  if (identity.namespace === addressNamespaces.EMAIL) return { ...identity, value: trimmed.toLowerCase() };
  if (identity.namespace === addressNamespaces.SMS)
    return { ...identity, value: normaliseAddress(channels.SMS, trimmed) ?? trimmed };
  return { ...identity, value: trimmed };
}
