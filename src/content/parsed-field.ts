import type { Issue } from "../base/index.ts";
import { checkHtml, type HtmlReading } from "./check-html.ts";
import { expandFragments } from "./expand-fragments.ts";
import type { Field } from "./field.ts";
import type { Piece } from "./fragment.ts";
import { FragmentSupply } from "./fragment-supply.ts";
import type { IssueCode } from "./issue-codes.ts";
import { createLineIndex, type Position } from "./line-index.ts";
import { type ParsedTemplate, parseTemplate } from "./parse-template.ts";
import { staticText } from "./static-text.ts";

export type ParsedField = Field &
  ParsedTemplate & {
    /** Null for a place that is not the author's. */
    readonly positionOf: (offset: number) => PlaceOfText | null;
    /** Of an html field; empty for any other. */
    readonly html: HtmlReading;
  };

/** Line and column in what the author wrote, or in the fragment of that name. */
export type PlaceOfText = Position & { readonly fragment?: string };

const noHtml: HtmlReading = { faults: [], warnings: [], places: new Map() };

/** A field as it will be rendered: with its fragments in it, if there are any. */
export function parseField(field: Field, fragments = new FragmentSupply([])): ParsedField {
  const written = parseTemplate(field.template);
  const positionOf = createPositions(field, written);
  if (written.fragments.size === 0 || !written.spans) return { ...field, ...written, html: readHtml(field, written), positionOf };
  const { template, pieces, faults } = expandFragments(field.template, written, fragments);
  const parsed = parseTemplate(template, pieces);
  const expanded = { ...field, ...parsed, template, faults: [...parsed.faults, ...faults] };
  return { ...expanded, html: readHtml(expanded, parsed), positionOf: createPiecePositions(pieces, positionOf) };
}

function readHtml({ kind, template }: Field, { spans }: ParsedTemplate): HtmlReading {
  return kind === "html" && spans ? checkHtml(template, spans) : noHtml;
}

function createPositions({ template, source }: Field, { spans }: ParsedTemplate): ParsedField["positionOf"] {
  const positionOf = createLineIndex(source?.text ?? template);
  if (!source) return positionOf;
  return (offset) => {
    const index = (spans ?? []).findIndex(({ start, end }) => start <= offset && offset < end);
    const [start, tagOffset] = [spans?.[index]?.start, source.tagOffsets[index]];
    if (start !== undefined && tagOffset !== undefined) return positionOf(tagOffset + offset - start);
    const found = findSame(source.text, template, offset);
    return found === null ? null : positionOf(found);
  };
}

const lookedFor = 40;

/**
 * Outside of tags, a compiler leaves addresses as they are, and in their order: where both texts have one equally
 * often, the second is the second.
 */
function findSame(text: string, made: string, offset: number): number | null {
  const part = /^[^"'<>{}\s]*/.exec(made.slice(offset, offset + lookedFor))?.[0] ?? "";
  if (part === "") return null;
  const [inText, inMade] = [offsetsOf(text, part), offsetsOf(made, part)];
  return inText.length === inMade.length ? (inText[inMade.indexOf(offset)] ?? null) : null;
}

function offsetsOf(text: string, part: string): number[] {
  const offsets: number[] = [];
  for (let at = text.indexOf(part); at !== -1; at = text.indexOf(part, at + part.length)) offsets.push(at);
  return offsets;
}

/** Of an expanded text: the place in the fragment that an offset came from, or in what the author wrote. */
function createPiecePositions(pieces: readonly Piece[], written: ParsedField["positionOf"]): ParsedField["positionOf"] {
  const indexes = new Map<string, ReturnType<typeof createLineIndex>>();
  const indexOf = (text: string) => {
    const index = indexes.get(text) ?? createLineIndex(text);
    indexes.set(text, index);
    return index;
  };
  return (offset) => {
    const piece = pieces.findLast(({ start }) => start <= offset);
    if (!piece) return written(offset);
    const at = piece.at + offset - piece.start;
    return piece.inclusion ? { ...indexOf(piece.inclusion.text)(at), fragment: piece.inclusion.name } : written(at);
  };
}

export function error(code: IssueCode, path: string, message: string): Issue {
  return { severity: "ERROR", code, path, message };
}

export function warning(code: IssueCode, path: string, message: string): Issue {
  return { severity: "WARNING", code, path, message };
}

/** An ERROR at one character of a field. */
export function errorAt(field: ParsedField, offset: number, { code, message }: { code: IssueCode; message: string }): Issue {
  const place = field.positionOf(offset);
  if (place) return { severity: "ERROR", code, path: field.path, message, ...place };
  return { severity: "ERROR", code, path: field.path, message: `${message} ${placeless}`, line: 1, column: 1 };
}

const placeless = "It stands in the html that the MJML became, at no single place of the MJML.";

export function hasFaults({ faults, html }: ParsedField): boolean {
  return faults.length > 0 || html.faults.length > 0;
}

/** Whether nothing can ever be printed. A field with a fault is not called empty too. */
export function isEmpty({ nodes, faults }: ParsedTemplate): boolean {
  return faults.length === 0 && nodes.every((node) => node.kind === "text" && node.text.trim() === "");
}

export function staticTextOf(field: ParsedField | undefined): string {
  return field ? staticText(field.nodes) : "";
}
