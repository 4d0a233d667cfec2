import type { TagSpan } from "./tag-span.ts";

/** Characters for private use: no library gives them a meaning, and an author's text that has them is left alone. */
const [opening, closing] = ["\ue000", "\ue001"];
const standIns = /\ue000(\d+)\ue001/g;
const reserved = /[\ue000\ue001]/;

/** A text in which every tag of ours is a few characters that html, XML and plain text carry along unread. */
export type ProtectedText = {
  readonly template: string;
  readonly text: string;
  /** The places in the list of tags that still stand in a text made of this one, in its order. */
  readonly tagsIn: (text: string) => readonly number[];
  /** Puts the tags back into a text made of this one. */
  readonly restore: (text: string) => string;
  /** The place in the template of a place in this text. */
  readonly offsetOf: (at: number) => number;
  /** By the lines of this text, from 0: the line of the template that each was, from 1. Tags may go over several. */
  readonly linesOf: () => readonly number[];
};

/** The first character of an author's text that would stand for a tag; -1 when there is none. */
export function findReserved(text: string): number {
  return text.search(reserved);
}

/** Null when the author's text holds one of the characters that would stand for a tag. */
export function protectTags(template: string, spans: readonly TagSpan[]): ProtectedText | null {
  if (findReserved(template) !== -1) return null;
  const tags = spans.map(({ start, end }) => template.slice(start, end));
  const pieces = spans.map(({ start }, index) => template.slice(spans[index - 1]?.end ?? 0, start) + standInOf(index));
  const text = pieces.join("") + template.slice(spans.at(-1)?.end ?? 0);
  const restore = (made: string) => made.replace(standIns, (_standIn, index: string) => tags[Number(index)] ?? "");
  const indexesIn = (made: string) => [...made.matchAll(standIns)].map(([, index]) => Number(index));
  return {
    template,
    text,
    restore,
    offsetOf: (at) => restore(text.slice(0, at)).length,
    linesOf: () => linesOf(text, (line) => indexesIn(line).reduce((sum, index) => sum + breaksIn(tags[index] ?? ""), 0)),
    tagsIn: indexesIn,
  };
}

/** Of each line of the text, the line of the template; both count from 1. `inside`: the line breaks of a line's tags. */
function linesOf(text: string, inside: (line: string) => number): number[] {
  let next = 1;
  return text.split("\n").map((line) => {
    const current = next;
    next += 1 + inside(line);
    return current;
  });
}

function breaksIn(tag: string): number {
  return tag.split("\n").length - 1;
}

function standInOf(index: number): string {
  return `${opening}${index}${closing}`;
}
