import type { LookupFunction } from "node:net";
import { type AddressRule, guardedLookup, hostRefused } from "../guarded-lookup.ts";
import { isNeverConnected, isPrivateAddress, literalAddress, type PrivateHostRule, refusalOf } from "../host-rules.ts";

/** Which addresses a URL may lead to. Without encryption only private ones, where they are allowed at all. */
function urlAddressRule({ protocol }: URL, rule: PrivateHostRule): AddressRule {
  const isOpen = protocol === "http:";
  return (address) => {
    const refusal = refusalOf(address, rule, "HTTP_PRIVATE_ADDRESSES");
    if (refusal !== null || !isOpen || isPrivateAddress(address)) return refusal;
    return "It is a public address, which is spoken to over https only.";
  };
}

export type Origin = {
  readonly url: URL;
  readonly lookup: LookupFunction;
  /** Why it is never connected to; null when it may be. A name is judged each time that it is looked up. */
  readonly refusal: Error | null;
};

export function readOrigin(text: string, privateHosts: PrivateHostRule): Origin {
  const url = new URL(text);
  const rule = urlAddressRule(url, privateHosts);
  const literal = literalAddress(url.hostname);
  const refusal = literal === null ? null : rule(literal);
  return { url, lookup: guardedLookup(rule), refusal: refusal === null ? null : hostRefused(refusal) };
}

/** Null when a provider may be called there, as far as that can be told before its name is looked up. Pure. */
export function urlFault(text: string): string | null {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol)) return "must be a URL that begins with https://, or http:// in a private network";
  if (url.username || url.password) return "must not hold a user name or password: there are secrets for that";
  const literal = literalAddress(url.hostname);
  return literal !== null && isNeverConnected(literal) ? "must not lead to a link-local or metadata address" : null;
}
