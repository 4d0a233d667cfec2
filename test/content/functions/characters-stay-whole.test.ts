import { expect, test } from "vitest";
import { charactersOf } from "../../../src/content/functions/characters.ts";
import type { FunctionContext } from "../../../src/content/functions/function-context.ts";

const context = { charge: () => undefined } as unknown as FunctionContext;
const segmenter = new Intl.Segmenter("en", { granularity: "grapheme" });

test("beside every letter that exists, characters are those of Unicode's segmentation", () => {
  const wrong: string[] = [];
  for (let code = 0; code < 0x1_fbff; code += 1) {
    const letter = String.fromCodePoint(code);
    if (!/^[\p{L}\p{N}\p{P}\p{S}]$/u.test(letter)) continue;
    const text = `é${letter}a${letter}${letter}b`;
    const expected = Array.from(segmenter.segment(text), ({ segment }) => segment);
    if (charactersOf(context, text).length !== expected.length) wrong.push(code.toString(16));
  }
  expect(wrong).toEqual([]);
});
