import { RE2JS } from "re2js";
import type { FunctionContext } from "./function-context.ts";
import { estimateSize } from "./pattern-size.ts";

/** Parts of a pattern after its counted repeats are written out, by an estimate that is made before it is compiled. */
const sizeMax = 1_000;
/** Measured, as what a step of a rendering is worth. */
const characterPartsPerStep = 10;
const stepsPerPart = 5;
const stepsPerMatch = 5;

/** A regular expression, and what it costs; without `compiled`, it is none, or too large. */
export type Pattern = {
  readonly compiled: RE2JS | null;
  readonly size: number;
  /** How far a search may look beyond what it matches in the end. */
  readonly reach: number;
};
type Match = { readonly start: number; readonly end: number };

/**
 * Regular expressions in the syntax of RE2, which is Java's without look-around and back references. They run in time
 * that is linear in the text: neither an author nor a recipient's data can make one hang.
 */
export function compilePattern(text: string): Pattern {
  const size = estimateSize(text);
  if (size > sizeMax) return { compiled: null, size: 1, reach: 0 };
  try {
    const isOpen = /[*+]|,\}/.test(text);
    return { compiled: RE2JS.compile(text), size, reach: isOpen ? Number.POSITIVE_INFINITY : size };
  } catch {
    return { compiled: null, size, reach: 0 };
  }
}

/** The text that matches `like`: `%` stands for any characters, `_` for one. */
export function likePattern(text: string): string {
  const parts = text
    .replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")
    .replaceAll("%", ".*")
    .replaceAll("_", ".");
  return `(?s)^${parts}$`;
}

/** The groups of the first match; null without one. */
export function findGroups(context: FunctionContext, pattern: Pattern, text: string): (string | null)[] | null {
  const matcher = start(context, pattern, text);
  if (!matcher?.find()) return null;
  return Array.from({ length: matcher.groupCount() + 1 }, (_, index) => matcher.group(index));
}

/** Every match, from left to right. */
export function* findMatches(context: FunctionContext, pattern: Pattern, text: string): Generator<Match> {
  const matcher = start(context, pattern, text);
  while (matcher?.find()) {
    yield { start: matcher.start(), end: matcher.end() };
    // The search for the next match may look at all the rest, and again after that one.
    const ahead = Math.min(text.length - matcher.end(), pattern.reach);
    context.charge(stepsPerMatch + (ahead * (10 + pattern.size)) / 50);
  }
}

function start(context: FunctionContext, pattern: Pattern, text: string) {
  const parts = pattern.compiled?.programSize() ?? 1;
  context.charge(pattern.size * stepsPerPart + (text.length * parts) / characterPartsPerStep);
  return pattern.compiled?.matcher(text) ?? null;
}

/** What it costs to compile: nothing when the pattern is too large to be compiled at all. */
export function compileCost(text: string): number {
  const size = estimateSize(text);
  return size > sizeMax ? 0 : size;
}
