/** A text cut where MJML begins and ends: usually one document, but the parts of a condition may have one each. */
export type MjmlPart = {
  readonly kind: "document" | "around";
  /** In the whole text. */
  readonly at: number;
  readonly text: string;
};

const skipped: readonly (readonly [opener: string, closer: string])[] = [
  ["<!--", "-->"],
  ["<?", "?>"],
  ["<!", ">"],
  ["{{!--", "--}}"],
  ["{{{", "}}}"],
  ["{{", "}}"],
  ["{%", "%}"],
];
const document = /<mjml[\s>]/iy;
const end = /<\/mjml\s*>/gi;

/** Whether this html is written in MJML: its first element is `<mjml>`, whatever comments and tags of ours stand before it. */
export function isMjml(html: string): boolean {
  let at = skipBlanks(html, 0);
  for (let next = skipOne(html, at); next !== null; next = skipOne(html, at)) at = skipBlanks(html, next);
  document.lastIndex = at;
  return document.test(html);
}

/** Where the text goes on behind a comment, a declaration or a tag of ours; null when none stands here. */
function skipOne(text: string, at: number): number | null {
  const known = skipped.find(([opener]) => text.startsWith(opener, at));
  const found = known ? text.indexOf(known[1], at + known[0].length) : -1;
  return known && found !== -1 ? found + known[1].length : null;
}

function skipBlanks(text: string, at: number): number {
  let next = at;
  while (text.charAt(next).trim() === "" && next < text.length) next += 1;
  return next;
}

/** The text has no tags of ours any more, but what stands in for them. */
export function mjmlParts(text: string): MjmlPart[] {
  const parts: MjmlPart[] = [];
  for (let at = 0; at < text.length; ) {
    const from = nextDocument(text, at);
    if (from > at) parts.push({ kind: "around", at, text: text.slice(at, from) });
    end.lastIndex = from;
    at = from < text.length && end.test(text) ? end.lastIndex : text.length;
    if (at > from) parts.push({ kind: "document", at: from, text: text.slice(from, at) });
  }
  return parts;
}

/** One in a comment is none. */
function nextDocument(text: string, from: number): number {
  for (let at = text.indexOf("<", from); at !== -1; at = text.indexOf("<", at)) {
    document.lastIndex = at;
    if (document.test(text)) return at;
    const behind = text.startsWith("<!--", at) ? skipOne(text, at) : at + 1;
    if (behind === null) return text.length;
    at = behind;
  }
  return text.length;
}

const comment = /<!--[\s\S]*?(?:-->|$)|<[!?][^>]*>?/g;
const standIn = /\ue000\d+\ue001/g;

/**
 * Of what stands around documents, what stays in the html: tags of ours that print nothing, and comments that hold some.
 * `rest` is what would be shown and has no place there.
 */
export function readAround(text: string, prints: (index: number) => boolean): { readonly kept: string; readonly restAt: number } {
  const isKept = (found: string) => !prints(Number(found.slice(1, -1)));
  const withoutComments = text.replace(comment, (found) => " ".repeat(found.length));
  const restAt = withoutComments.replace(standIn, (found) => " ".repeat(found.length)).search(/\S/);
  const kept = [...text.matchAll(new RegExp(`${comment.source}|${standIn.source}`, "g"))]
    .map(([found]) => found)
    .filter((found) => (found.startsWith("<") ? found.startsWith("<!--") && found.search(standIn) !== -1 : isKept(found)));
  return { kept: kept.join(""), restAt };
}
