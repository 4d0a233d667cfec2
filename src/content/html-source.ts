import type { TagSpan } from "./tag-span.ts";

/** A tag of ours, and where it stands in the html that is left when our tags are taken out. */
export type Mark = TagSpan & { readonly htmlAt: number };

/**
 * The html of a template as a browser may see it: a tag that prints is one letter, any other is gone. A letter is
 * what makes the most of its surroundings: behind "<" it begins an element, behind "on" it goes on with the name.
 */
export type HtmlSource = {
  readonly html: string;
  readonly marks: readonly Mark[];
  readonly offsetOf: (htmlAt: number) => number;
};

const stand = "x";

export function createHtmlSource(template: string, spans: readonly TagSpan[]): HtmlSource {
  const pieces: string[] = [];
  const marks: Mark[] = [];
  let [length, end] = [0, 0];
  for (const span of spans) {
    pieces.push(template.slice(end, span.start));
    length += span.start - end;
    marks.push({ ...span, htmlAt: length });
    if (span.kind === "print") {
      pieces.push(stand);
      length += stand.length;
    }
    end = span.end;
  }
  pieces.push(template.slice(end));
  return { html: pieces.join(""), marks, offsetOf: (htmlAt) => offsetOf(marks, htmlAt) };
}

/** The place in the template of a character of the html. */
function offsetOf(marks: readonly Mark[], htmlAt: number): number {
  let [low, high] = [0, marks.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((marks[middle]?.htmlAt ?? 0) <= htmlAt) low = middle + 1;
    else high = middle;
  }
  const before = marks[low - 1];
  if (!before) return htmlAt;
  const width = before.kind === "print" ? stand.length : 0;
  return htmlAt < before.htmlAt + width ? before.start : before.end + htmlAt - before.htmlAt - width;
}
