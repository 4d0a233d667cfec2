import type { Issue } from "../base/index.ts";
import { checkHtml, type HtmlReading } from "./check-html.ts";
import type { Field } from "./field.ts";
import { createLineIndex, type Position } from "./line-index.ts";
import { type ParsedTemplate, parseTemplate } from "./parse-template.ts";
import { staticText } from "./static-text.ts";

export type ParsedField = Field &
  ParsedTemplate & {
    /** Null for a place that is not the author's. */
    readonly positionOf: (offset: number) => Position | null;
    /** Of an html field; empty for any other. */
    readonly html: HtmlReading;
  };

const noHtml: HtmlReading = { faults: [], places: new Map() };

export function parseField(field: Field): ParsedField {
  const parsed = parseTemplate(field.template);
  const html = field.kind === "html" && parsed.spans ? checkHtml(field.template, parsed.spans) : noHtml;
  return { ...field, ...parsed, html, positionOf: createPositions(field, parsed) };
}

function createPositions({ template, source }: Field, { spans }: ParsedTemplate): ParsedField["positionOf"] {
  const positionOf = createLineIndex(source?.text ?? template);
  if (!source) return positionOf;
  return (offset) => {
    const index = (spans ?? []).findIndex(({ start, end }) => start <= offset && offset < end);
    const [start, tagOffset] = [spans?.[index]?.start, source.tagOffsets[index]];
    return start === undefined || tagOffset === undefined ? null : positionOf(tagOffset + offset - start);
  };
}

export function error(code: string, path: string, message: string): Issue {
  return { severity: "ERROR", code, path, message };
}

export function warning(code: string, path: string, message: string): Issue {
  return { severity: "WARNING", code, path, message };
}

/** An ERROR at one character of a field. */
export function errorAt(field: ParsedField, offset: number, { code, message }: { code: string; message: string }): Issue {
  return { severity: "ERROR", code, path: field.path, message, ...field.positionOf(offset) };
}

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
