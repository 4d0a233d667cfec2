import type { AddressRule } from "../guarded-lookup.ts";
import { isNeverConnected, isPrivateAddress, literalAddress, type PrivateHostRule, refusalOf } from "../host-rules.ts";

/** Which addresses a URL may lead to. Without encryption only private ones, where they are allowed at all. */
export function urlAddressRule({ protocol }: URL, rule: PrivateHostRule): AddressRule {
  const isOpen = protocol === "http:";
  return (address) => {
    const refusal = refusalOf(address, rule, "HTTP_PRIVATE_ADDRESSES");
    if (refusal !== null || !isOpen || isPrivateAddress(address)) return refusal;
    return "It is a public address, which is spoken to over https only.";
  };
}

/** Null when a provider may be called there, as far as that can be told before its name is looked up. Pure. */
export function urlFault(text: string): string | null {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol)) return "must be a URL that begins with https://, or http:// in a private network";
  if (url.username || url.password) return "must not hold a user name or password: there are secrets for that";
  const literal = literalAddress(url.hostname);
  return literal !== null && isNeverConnected(literal) ? "must not lead to a link-local or metadata address" : null;
}
