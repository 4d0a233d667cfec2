import type { FunctionContext } from "./function-context.ts";

/** Measured: what finding the characters of a text costs, where letters may combine and where they cannot. */
const stepsPerCombined = 4;
const unitsPerStep = 16;
const plain = /^[\x20-\x7e\t\n]*$/;
/** What may belong to the character before or behind it: marks, joiners, flags, skin tones, line ends, jamo and the like. */
const combining =
  /[\p{M}\p{Grapheme_Extend}\p{Cf}\p{Emoji_Modifier}\p{Regional_Indicator}\r\u0e33\u0eb3\u0d4e\u1100-\u11ff\ua960-\ua97f\ud7b0-\ud7ff\u{111c2}\u{111c3}\u{113d1}\u{1193f}\u{11941}\u{11a3a}\u{11a84}-\u{11a89}\u{11d46}\u{11f02}\u{16d63}\u{16d67}-\u{16d6a}]/u;
const segmenter = new Intl.Segmenter("en", { granularity: "grapheme" });

/**
 * The characters of a text as people count them (extended grapheme clusters of Unicode): an emoji with its skin tone, a
 * flag, a letter with its accents are one each.
 */
export function charactersOf({ charge }: FunctionContext, text: string): readonly string[] {
  charge(text.length / unitsPerStep);
  if (plain.test(text)) return text.split("");
  if (!combining.test(text)) return [...text];
  charge(text.length * stepsPerCombined);
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

/** Counted from 0, before the place `end` in UTF-16 units; where a search found something. */
export function countCharacters(context: FunctionContext, text: string, end: number): number {
  return end < 0 ? end : charactersOf(context, text.slice(0, end)).length;
}
