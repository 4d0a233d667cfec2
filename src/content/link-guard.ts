/** The schemes of addresses that a message may hold; `cid` is a part of the message itself. */
const linkSchemes: ReadonlySet<string> = new Set(["https", "http", "mailto", "tel"]);
const sourceSchemes: ReadonlySet<string> = new Set([...linkSchemes, "cid"]);
const noSchemes: ReadonlySet<string> = new Set();

/**
 * Where in an address a value is printed: at the beginning of one that is followed or of one that is loaded, or
 * behind something else that may still be part of the scheme.
 */
export type LinkPosition = "link" | "source" | "rest";

export const schemesOf: Readonly<Record<LinkPosition, ReadonlySet<string>>> = {
  link: linkSchemes,
  source: sourceSchemes,
  rest: noSchemes,
};

/** What is printed in place of a value that would make an address of another scheme. */
export const refusedLink = "#";

/** Browsers skip these wherever a scheme may stand. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this is about.
const skipped = /[\u0000-\u0020\u007f-\u00a0]+/g;
const schemeEnd = /[:/?#]/;
/** No scheme is as long, and no address goes on so long without an end of its first part. */
const schemeCharactersMax = 256;

export function withoutSkipped(text: string): string {
  return text.replace(skipped, "");
}

/** The first character that ends a scheme, or shows that there is none; -1 when the text has neither. */
export function findSchemeEnd(text: string): number {
  return text.search(schemeEnd);
}

/** The value, or `#` when it brings a scheme that has no business in a message, such as `javascript:`. */
export function guardLink(text: string, position: LinkPosition): string {
  if (position !== "rest" && text.startsWith("https://")) return text;
  const head = text.slice(0, schemeCharactersMax);
  const end = findSchemeEnd(head);
  if (end === -1) return text.length > schemeCharactersMax ? refusedLink : text;
  if (head[end] !== ":") return text;
  return schemesOf[position].has(withoutSkipped(head.slice(0, end)).toLowerCase()) ? text : refusedLink;
}
