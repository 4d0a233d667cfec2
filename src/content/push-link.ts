import { findSchemeEnd, withoutSkipped } from "./link-guard.ts";

export type PushLink = "imageUrl" | "deepLink";

/** An app has schemes of its own; these run code, read what lies on the device, or start any app with any order. */
const refused = new Set("javascript vbscript data file filesystem blob about view-source content intent jar".split(" "));
const loaded = new Set(["https", "http"]);
const schemeLetters = /^[a-z][a-z0-9+.-]*$/;

/** What is wrong with an address of a push message, as a sentence; null when it may be sent. */
export function pushLinkFault(text: string, use: PushLink): string | null {
  const address = withoutSkipped(text);
  const end = findSchemeEnd(address);
  const scheme = end !== -1 && address[end] === ":" ? address.slice(0, end).toLowerCase() : null;
  const shown = (scheme ?? "").slice(0, 40);
  if (use === "imageUrl")
    return scheme !== null && loaded.has(scheme) ? null : "Expected an address that begins with https:// or http://.";
  if (scheme === null || (schemeLetters.test(scheme) && !refused.has(scheme))) return null;
  return `Expected an address with the scheme https, http or that of an app, but found "${shown}:".`;
}
