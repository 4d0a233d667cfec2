import { Blocks } from "./blocks.ts";
import { type Inclusion, inclusionsBelow, type Piece, standsIn } from "./fragment.ts";
import { limits } from "./limits.ts";
import { Names, type Use } from "./names.ts";
import { parseTag } from "./parse-tag.ts";
import { type Braces, TagReader } from "./tag-reader.ts";
import { type TagSpan, tagKindAt } from "./tag-span.ts";
import { limitFault, TemplateFault } from "./template-fault.ts";
import type { TemplateNode } from "./tree.ts";

export type ParsedTemplate = {
  /** By the place of its tag, the name of every fragment that is not in the text yet. */
  readonly fragments: ReadonlyMap<number, string>;
  readonly nodes: readonly TemplateNode[];
  /** In the order of the text. Without any, the tree may be rendered. */
  readonly faults: readonly TemplateFault[];
  /** Of what may be rendered all the same. */
  readonly warnings: readonly TemplateFault[];
  readonly uses: readonly Use[];
  /** Every tag, faulty ones too, in the order of the text; null when a limit stopped the reading before its end. */
  readonly spans: readonly TagSpan[] | null;
};

const printedBackslash = 'The backslash is printed, and so is the value behind it; braces are printed by {%= "{{" %}.';
const opener = /\{[{%]/g;
const tagEdge = /\}\}\}?|%\}|\{[{%]/g;

/**
 * Reads an author's text once, from left to right. After a faulty tag it goes on with the next one, so that
 * one check shows every fault; it stops where a limit is broken.
 */
export function parseTemplate(template: string, pieces: readonly Piece[] = [wholeOf(template)]): ParsedTemplate {
  const names = new Names();
  const nodes: TemplateNode[] = [];
  const spans: TagSpan[] = [];
  let isWhole = false;
  try {
    if (Buffer.byteLength(template) > limits.templateBytesMax)
      throw limitFault(`A template may have at most ${limits.templateBytesMax / 1024} kB.`, 0);
    readPieces({ template, pieces, names, nodes, spans });
    isWhole = !names.isFull;
  } catch (fault) {
    note(fault, names);
  }
  const faults = names.faults.toSorted((a, b) => a.at - b.at);
  const { warnings } = names;
  return { nodes, faults, warnings, fragments: names.fragments, uses: [...names.uses.values()], spans: isWhole ? spans : null };
}

/** The state of one reading. */
type Reading = { readonly template: string; readonly names: Names; readonly blocks: Blocks; readonly spans: TagSpan[] };

function wholeOf(template: string): Piece {
  return { start: 0, end: template.length, inclusion: null, at: 0 };
}

type Pieces = Omit<Reading, "blocks"> & { readonly pieces: readonly Piece[]; readonly nodes: TemplateNode[] };

/** One after the other: no tag reaches from one piece into the next, and every fragment has names and blocks of its own. */
function readPieces({ template, pieces, names, nodes, spans }: Pieces): void {
  const content = new Blocks(names, nodes);
  const open: { readonly inclusion: Inclusion; readonly blocks: Blocks }[] = [];
  const leaveUpTo = (inclusion: Inclusion | null): void => {
    for (let last = open.at(-1); last && !standsIn(inclusion, last.inclusion); last = open.at(-1)) {
      last.blocks.finish();
      names.leaveFragment();
      open.pop();
    }
  };
  for (const { start, end, inclusion } of pieces) {
    leaveUpTo(inclusion);
    for (const entered of inclusionsBelow(open.at(-1)?.inclusion ?? null, inclusion)) {
      const around = open.at(-1)?.blocks ?? content;
      names.enterFragment();
      open.push({ inclusion: entered, blocks: around.ofFragment() });
    }
    readPiece({ template: template.slice(0, end), names, blocks: open.at(-1)?.blocks ?? content, spans }, start);
  }
  leaveUpTo(null);
  content.finish();
}

function readPiece(reading: Reading, from: number): void {
  const { template, names, blocks, spans } = reading;
  let position = from;
  while (!names.isFull) {
    const start = find(opener, template, position);
    blocks.addText(template.slice(position, start), position);
    if (start === template.length) return;
    if (spans.length === limits.tagsMax) throw limitFault(`A template may have at most ${limits.tagsMax} tags.`, start);
    if (template.startsWith("\\{{", start - 1) && start > from) names.warn("BACKSLASH_PRINTED", printedBackslash, start - 1);
    position = template.startsWith("{{!", start) ? skipComment(reading, start) : readTag(reading, start);
    spans.push({ kind: tagKindAt(template, start), start, end: position });
  }
}

/** Returns where the text goes on. */
function readTag({ template, names, blocks }: Reading, start: number): number {
  const reader = new TagReader(template, start, bracesAt(template, start));
  try {
    parseTag({ reader, names, blocks });
    return reader.position;
  } catch (fault) {
    if (!(fault instanceof TemplateFault) || fault.code === "TEMPLATE_LIMIT") throw fault;
    names.report(fault.code, fault.message, fault.at);
    return afterBrokenTag(template, reader.position);
  }
}

function bracesAt(template: string, start: number): Braces {
  if (template.startsWith("{{{", start)) return { opener: "{{{", closer: "}}}" };
  if (template.startsWith("{{", start)) return { opener: "{{", closer: "}}" };
  return { opener: "{%", closer: "%}" };
}

function skipComment({ template, names }: Reading, start: number): number {
  const end = template.startsWith("{{!--", start) ? "--}}" : "}}";
  const position = template.indexOf(end, start);
  if (position !== -1) return position + end.length;
  names.report("TEMPLATE_SYNTAX", `Expected "${end}" to close the comment that begins here.`, start);
  return template.length;
}

/** Whatever comes first: the end of the broken tag, or the beginning of another. What is skipped is never rendered. */
function afterBrokenTag(template: string, position: number): number {
  const edge = find(tagEdge, template, position);
  return edge === template.length || template.startsWith("{", edge) ? edge : tagEdge.lastIndex;
}

function find(pattern: RegExp, template: string, position: number): number {
  pattern.lastIndex = position;
  return pattern.exec(template)?.index ?? template.length;
}

function note(fault: unknown, names: Names): void {
  if (!(fault instanceof TemplateFault)) throw fault;
  names.report(fault.code, fault.message, fault.at);
}
