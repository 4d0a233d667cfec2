import { expect, test } from "vitest";
import { fitInOneStatement, inPieces, pieceCharactersMax } from "../../src/executions/accept/pieces.ts";
import type { NewMessage } from "../../src/executions/accept/plan-execution.ts";

const half = "x".repeat(pieceCharactersMax / 2);
const text = (json: string) => ({ characters: json.length, text: () => json });
const message = (id: string, given: Partial<NewMessage> = {}): NewMessage => ({
  id,
  executionId: "execution",
  profileId: null,
  recipientType: "EXTERNAL",
  namespace: "email",
  userId: id,
  address: null,
  addressKey: null,
  context: null,
  profileData: null,
  exclusion: null,
  exclusionDetail: null,
  ...given,
});
const idsOf = (messages: readonly NewMessage[]) => inPieces(messages).map((piece) => piece.map(({ id }) => id));

test("what fits goes in one statement, in its order", () => {
  const messages = [
    message("a", { context: text(half) }),
    message("b", { exclusion: "SUPPRESSED" }),
    message("c", { profileData: text(half) }),
  ];
  expect(idsOf(messages)).toEqual([["a", "b", "c"]]);
});

test("of more, those that are excluded are in the first statement, with somebody who is not", () => {
  const messages = [
    message("a", { context: text(`${half}${half}`) }),
    message("b", { exclusion: "SUPPRESSED" }),
    message("c", { context: text(half) }),
    message("d", { profileData: text(half) }),
    message("e", { context: text("{}") }),
    message("f", { exclusion: "NO_ADDRESS" }),
  ];
  expect(idsOf(messages)).toEqual([["b", "f", "a"], ["c", "d"], ["e"]]);
});

test("nobody is left out, and no statement carries more than its share unless one recipient does", () => {
  const messages = Array.from({ length: 500 }, (_, index) =>
    message(`${index}`, { context: text("x".repeat((index * 7919) % 200_000)) }),
  );
  const pieces = inPieces(messages);
  expect(pieces.flat().map(({ id }) => id)).toEqual(messages.map(({ id }) => id));
  for (const piece of pieces)
    expect(piece.reduce((sum, { context }) => sum + (context?.characters ?? 0), 0)).toBeLessThanOrEqual(pieceCharactersMax);
});

test("what one statement carries is contexts and profiles together", () => {
  expect(fitInOneStatement([message("a", { context: text(half) }), message("b", { profileData: text(half) })])).toBe(true);
  expect(fitInOneStatement([message("a", { context: text(half), profileData: text(`${half}x`) })])).toBe(false);
});
