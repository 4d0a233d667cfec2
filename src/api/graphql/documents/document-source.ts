import { Source, type SourceLocation } from "graphql";

/**
 * The text of a document. graphql-js counts lines from the beginning for every place of every error, as soon as there is an
 * error: 98,000 lines and a hundred faults stand still for seconds. Once it is parsed the text is put away, so that there are no
 * lines to count, and whoever tells a place asks here.
 */
export class DocumentSource extends Source {
  readonly #text: string;
  #lineStarts: number[] | null = null;

  constructor(text: string) {
    super(text, "GraphQL request");
    this.#text = text;
  }

  putTextAway(): void {
    this.body = "";
  }

  placeOf(position: number): SourceLocation {
    this.#lineStarts ??= [0, ...Array.from(this.#text.matchAll(/\r\n|[\n\r]/g), (found) => found.index + found[0].length)];
    const after = this.#lineStarts.findIndex((start) => start > position);
    const line = after === -1 ? this.#lineStarts.length : after;
    return { line, column: position + 1 - (this.#lineStarts[line - 1] ?? 0) };
  }
}
