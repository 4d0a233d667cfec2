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
  /** The line of the template that a line of this text was: tags may go over several. Both count from 1. */
  readonly lineOf: (line: number) => number;
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
  return {
    template,
    text,
    restore,
    lineOf: (line) =>
      restore(
        text
          .split("\n")
          .slice(0, line - 1)
          .join("\n"),
      ).split("\n").length + (line > 1 ? 1 : 0),
    tagsIn: (made) => [...made.matchAll(standIns)].map(([, index]) => Number(index)),
  };
}

function standInOf(index: number): string {
  return `${opening}${index}${closing}`;
}
