import type { Mark } from "./html-source.ts";
import type { ValuePiece } from "./html-tokens.ts";

/** What is told, in the order of the text: the author's letters, and the tags of ours between them. */
export type PieceReader = {
  /** `at`: of the first letter, in the html. */
  text(text: string, at: number): void;
  mark(mark: Mark): void;
};

export function readPieces<Reader extends PieceReader>(
  pieces: readonly ValuePiece[],
  marks: readonly Mark[],
  reader: Reader,
): Reader {
  let next = 0;
  for (const piece of pieces) {
    let from = 0;
    for (let mark = marks[next]; mark && mark.htmlAt < piece.at + piece.text.length; mark = marks[next]) {
      const to = Math.max(from, mark.htmlAt - piece.at);
      reader.text(piece.text.slice(from, to), piece.at + from);
      reader.mark(mark);
      // A printed value stands as one letter in the html.
      from = mark.kind === "print" ? to + 1 : to;
      next += 1;
    }
    reader.text(piece.text.slice(from), piece.at + from);
  }
  for (const mark of marks.slice(next)) reader.mark(mark);
  return reader;
}
