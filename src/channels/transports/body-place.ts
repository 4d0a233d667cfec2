/** What may hold the letters "<body" without being it, and the tag itself. */
const opening = /<!--|<(body|script|style|title|textarea)(?=[\s/>])/gi;
const closings = {
  script: /<\/script/gi,
  style: /<\/style/gi,
  title: /<\/title/gi,
  textarea: /<\/textarea/gi,
};
const quoteOrEnd = /["'>]/g;

/**
 * Where the body of this html begins, behind its tag; 0 when it has none. Takes linear time: a recipient's data may
 * have brought any number of tags that are never closed.
 */
export function findBody(html: string): number {
  opening.lastIndex = 0;
  for (let match = opening.exec(html); match; match = opening.exec(html)) {
    const [text, name] = match;
    if (name?.toLowerCase() === "body") return endOfTag(html, match.index + text.length);
    const end = name === undefined ? html.indexOf("-->", opening.lastIndex) : endOfContent(html, name, opening.lastIndex);
    if (end === -1) return 0;
    opening.lastIndex = end;
  }
  return 0;
}

/** A bracket between quotes ends no tag. */
function endOfTag(html: string, from: number): number {
  quoteOrEnd.lastIndex = from;
  for (let match = quoteOrEnd.exec(html); match; match = quoteOrEnd.exec(html)) {
    if (match[0] === ">") return match.index + 1;
    const close = html.indexOf(match[0], match.index + 1);
    if (close === -1) break;
    quoteOrEnd.lastIndex = close + 1;
  }
  return html.indexOf(">", from) + 1;
}

function endOfContent(html: string, name: string, from: number): number {
  const closing = closings[name.toLowerCase() as keyof typeof closings];
  closing.lastIndex = from;
  return closing.exec(html)?.index ?? -1;
}
