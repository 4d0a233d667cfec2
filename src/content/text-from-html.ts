import { compile } from "html-to-text";
import { field } from "./field.ts";
import { hasFaults, type ParsedField, parseField } from "./parsed-field.ts";
import { findReserved, type ProtectedText, protectTags } from "./protect-tags.ts";
import type { TagSpan } from "./tag-span.ts";

const hidden = ['[style*="display:none"i]', '[style*="display: none"i]', '[style*="mso-hide:all"i]', "[hidden]", "template"];
/** Each begins a line, as a browser has it; the library knows the others. */
const lines =
  "address caption center dd details dialog dir dl dt fieldset figcaption figure hgroup legend li menu optgroup option search summary tr".split(
    " ",
  );
const shownAsLines = ['span[style*="display:block"i]', 'span[style*="display: block"i]'];
/** What stands beside one another with a gap between. */
const cells = ["td", "th", "button", "select", "textarea"];
const headings = ["h1", "h2", "h3", "h4", "h5", "h6"];
/** The library takes a second for 50,000 elements inside one another; no mail has a fifth of them. */
const bracketsMax = 10_000;

const oneLine = { leadingLineBreaks: 1, trailingLineBreaks: 1 };

const toText = compile({
  wordwrap: false,
  // The whole document: the library would otherwise drop tags of ours that stand before the body.
  baseElements: { selectors: [] },
  limits: { maxDepth: 200 },
  selectors: [
    { selector: "title", format: "skip" },
    // A preheader is hidden text.
    ...hidden.map((selector) => ({ selector, format: "skip" })),
    ...[...lines, ...shownAsLines].map((selector) => ({ selector, format: "block", options: oneLine })),
    ...cells.map((selector) => ({ selector, format: "cell" })),
    { selector: "ol", format: "list" },
    { selector: "a", options: { hideLinkHrefIfSameAsText: true } },
    { selector: "img", format: "alternative" },
    ...headings.map((selector) => ({ selector, options: { uppercase: false } })),
  ],
  formatters: {
    alternative: (element, _walk, builder) => {
      const text: unknown = element.attribs?.alt;
      if (typeof text === "string" && text !== "") builder.addInline(text);
    },
    cell: (element, walk, builder) => {
      builder.addInline(" ");
      walk(element.children, builder);
      builder.addInline(" ");
    },
    // The items of a loop, or those of a condition, cannot be counted before they are there.
    list: (element, walk, builder, options) => {
      const isCounted = element.children.every(({ data }) => typeof data !== "string" || findReserved(data) === -1);
      builder.options.formatters?.[isCounted ? "orderedList" : "unorderedList"]?.(element, walk, builder, options);
    },
  },
});

/**
 * Whether a text part can be made of this html. Not when it prints raw values where text stands: they are markup,
 * and the text part would show it.
 */
export function isTextMakeable(html: ParsedField): boolean {
  const { spans, template } = html;
  if (!spans || hasFaults(html)) return false;
  const printsMarkup = spans.some(({ start }) => template.startsWith("{{{", start) && !html.html.places.has(start));
  // A text is made without the bounds of its fragments: there their names would become those of the content.
  const fragmentNames = spans.some(
    ({ kind, start }) => kind === "silent" && !template.startsWith("{{!", start) && html.positionOf(start)?.fragment,
  );
  return !printsMarkup && !fragmentNames && template.split("<").length <= bracketsMax && protectTags(template, []) !== null;
}

/** The text part of an email that has none: a template of its own, made once. Null when none can be made. */
export function textFromHtml(html: ParsedField): ParsedField | null {
  const { spans, template } = html;
  const source = spans && isTextMakeable(html) ? protectTags(template, spans) : null;
  if (!spans || !source) return null;
  // An entity may have become a brace, which must not begin a tag now.
  const text = withoutEmptyLines(toText(source.text).replaceAll("{", '{%= "{" %}'), spans);
  if (text.trim() === "") return null;
  const made = parseField(field("content.email.text", "text", source.restore(text)));
  return made.faults.length > 0 || losesMeaning(source, text, spans) ? null : made;
}

/** Every let must stand in the text, and of the edges of a block all or none: else it would say something different. */
function losesMeaning(source: ProtectedText, text: string, spans: readonly TagSpan[]): boolean {
  const kept = new Set(source.tagsIn(text));
  const open: boolean[] = [];
  return spans.some(({ kind, start }, index) => {
    if (kind === "print") return false;
    if (kind === "silent") return !kept.has(index) && !source.template.startsWith("{{!", start);
    if (kind === "open" || kind === "loop") open.push(kept.has(index));
    const isSplit = open.at(-1) !== kept.has(index);
    if (kind === "close") open.pop();
    return isSplit;
  });
}

/** A line that holds nothing but the edge of a block would be an empty line in each message. */
function withoutEmptyLines(text: string, spans: readonly TagSpan[]): string {
  return text.replace(/^[ \t]*(\ue000(\d+)\ue001)[ \t]*(?:\n+|$)/gm, (line, standIn: string, index: string) =>
    spans[Number(index)]?.kind === "print" ? line : standIn,
  );
}
