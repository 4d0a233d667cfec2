import type { Issue } from "../base/index.ts";
import { checkHtml, type HtmlReading } from "./check-html.ts";
import type { Field } from "./field.ts";
import { createLineIndex, type Position } from "./line-index.ts";
import { type ParsedTemplate, parseTemplate } from "./parse-template.ts";
import { staticText } from "./static-text.ts";

export type ParsedField = Field &
  ParsedTemplate & {
    readonly positionOf: (offset: number) => Position;
    /** Of an html field; empty for any other. */
    readonly html: HtmlReading;
  };

const noHtml: HtmlReading = { faults: [], places: new Map() };

export function parseField(field: Field): ParsedField {
  const parsed = parseTemplate(field.template);
  const html = field.kind === "html" && parsed.spans ? checkHtml(field.template, parsed.spans) : noHtml;
  return { ...field, ...parsed, html, positionOf: createLineIndex(field.template) };
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

/** Whether nothing can ever be printed. A field with a fault is not called empty too. */
export function isEmpty({ nodes, faults }: ParsedTemplate): boolean {
  return faults.length === 0 && nodes.every((node) => node.kind === "text" && node.text.trim() === "");
}

export function staticTextOf(field: ParsedField | undefined): string {
  return field ? staticText(field.nodes) : "";
}
