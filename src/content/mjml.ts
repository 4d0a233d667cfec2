import { type Issue, unreachable } from "../base/index.ts";
import type { CampaignContent, CompiledMjml } from "./campaign-content.ts";
import type { IssueCode } from "./issue-codes.ts";
import { limits } from "./limits.ts";
import { createLineIndex, type Position } from "./line-index.ts";
import { isMjml, type MjmlPart, mjmlParts, readAround } from "./mjml-documents.ts";
import { type MjmlDocument, runMjml } from "./mjml-thread.ts";
import { parseTemplate } from "./parse-template.ts";
import { findReserved, type ProtectedText, protectTags } from "./protect-tags.ts";
import type { TagSpan } from "./tag-span.ts";

const path = "content.email.html";
/** A long newsletter has a tenth of them. */
const elementsMax = 1_000;

/**
 * Content with the html that its MJML stands for beside the source. Done once, when content is saved or reviewed:
 * whatever renders later reads the html, and never loads the compiler. Content without MJML comes back as it is.
 */
export async function compileSources(content: CampaignContent, caller: string): Promise<CampaignContent> {
  const { email } = content;
  if (!email || !isMjml(email.html)) return content;
  return { ...content, email: { ...email, compiled: await compileMjml(email.html, caller) } };
}

async function compileMjml(source: string, caller: string): Promise<CompiledMjml> {
  const parsed = parseTemplate(source);
  // The faults of the language are found again, and shown, by the check of the source itself.
  if (parsed.faults.length > 0 || !parsed.spans) return failed([]);
  const positionOf = createLineIndex(source);
  const included = /<mj-include\b/i.exec(source);
  if (included) {
    const message = "mj-include is refused: this server reads no files for a mail. Write the part here.";
    return failed([fault("MJML_INCLUDE", message, positionOf(included.index))]);
  }
  const surplus = nthElement(source, elementsMax);
  if (surplus !== null) {
    const message = `An MJML document may have at most ${elementsMax} elements.`;
    return failed([fault("TEMPLATE_LIMIT", message, positionOf(surplus))]);
  }
  const guarded = protectTags(source, parsed.spans);
  if (guarded) return toHtml({ guarded, spans: parsed.spans, parts: mjmlParts(guarded.text) }, caller);
  const message = "Remove the characters U+E000 and U+E001 from this MJML.";
  return failed([fault("MJML_INVALID", message, positionOf(findReserved(source)))]);
}

/** Where the element behind so many begins; null when there are fewer. */
function nthElement(source: string, count: number): number | null {
  let found = 0;
  for (const { index } of source.matchAll(/<mj-/gi)) {
    found += 1;
    if (found === count) return index;
  }
  return null;
}

/** `parts`: of the guarded text. */
type Source = { readonly guarded: ProtectedText; readonly spans: readonly TagSpan[]; readonly parts: readonly MjmlPart[] };

async function toHtml(source: Source, caller: string): Promise<CompiledMjml> {
  const documents = source.parts.filter(({ kind }) => kind === "document");
  const answer = await runMjml(
    documents.map(({ text }) => text),
    caller,
  );
  // What is said of a whole document stands where it begins.
  const placeOf = (index: number) => positionIn(source, documents[index]?.at ?? 0);
  switch (answer.kind) {
    case "compiled":
      return toCompiled(source, answer.documents, placeOf(0));
    case "unreadable":
      return failed([
        fault(
          "MJML_INVALID",
          "This MJML cannot be read: it needs mj-body inside mjml, and elements that are not nested too deep.",
          placeOf(answer.index),
        ),
      ]);
    case "too-much":
      return failed([
        fault("TEMPLATE_LIMIT", "This MJML takes too long to compile: shorten its styles and its text.", placeOf(0)),
      ]);
    default:
      return unreachable(answer);
  }
}

function positionIn({ guarded }: Source, at: number): Position {
  return createLineIndex(guarded.template)(guarded.offsetOf(at));
}

function toCompiled(source: Source, documents: readonly MjmlDocument[], whole: Position): CompiledMjml {
  const { guarded, spans } = source;
  const html = joinParts(source, documents);
  const restored = guarded.restore(html);
  if (Buffer.byteLength(restored) > limits.templateBytesMax) {
    const message = `The html that this MJML stands for has over ${limits.templateBytesMax / 1024} kB.`;
    return failed([fault("TEMPLATE_LIMIT", message, whole)]);
  }
  const kept = guarded.tagsIn(html);
  const issues = [...compilerIssues(source, documents), ...issuesAround(source), ...lostTags(source, new Set(kept))];
  const tagOffsets = kept.map((index) => spans[index]?.start ?? 0);
  return { html: restored, tagOffsets, issues: issues.slice(0, limits.issuesMax) };
}

/** Tags of ours around a document stay around its html. */
function joinParts({ parts, spans }: Source, documents: readonly MjmlDocument[]): string {
  let next = 0;
  const pieces = parts.map(({ kind, text }) => {
    if (kind === "around") return readAround(text, (index) => spans[index]?.kind === "print").kept;
    next += 1;
    return documents[next - 1]?.html ?? "";
  });
  return pieces.join("");
}

function issuesAround(source: Source): Issue[] {
  return source.parts.flatMap(({ kind, text, at }) => {
    const { restAt } = kind === "around" ? readAround(text, () => true) : { restAt: -1 };
    if (restAt === -1) return [];
    const message = "Nothing but comments and tags may stand around <mjml>: move this into an mj-text or an mj-raw.";
    return [fault("MJML_INVALID", message, positionIn(source, at + restAt))];
  });
}

/** The compiler names an element and its line in its document. */
function compilerIssues({ guarded, parts }: Source, documents: readonly MjmlDocument[]): Issue[] {
  const lines = guarded.template.split("\n");
  const templateLines = guarded.linesOf();
  const firstLines = parts.filter(({ kind }) => kind === "document").map(({ at }) => createLineIndex(guarded.text)(at).line);
  return documents.flatMap(({ errors }, index) =>
    errors
      .filter(({ message }) => !isOfPrintedValue(message))
      .map(({ line, tagName, message }) => {
        const inTemplate = templateLines[(firstLines[index] ?? 1) + line - 2] ?? 1;
        const column = Math.max(0, (lines[inTemplate - 1] ?? "").indexOf(`<${tagName}`)) + 1;
        return fault("MJML_INVALID", `${tagName}: ${message.trim()}.`, { line: inTemplate, column });
      }),
  );
}

/**
 * Whether the compiler only misses a colour, or a size that it hands on without reckoning with it, where a value is
 * printed: what the value may be is checked where it is printed into the style that the attribute becomes.
 */
function isOfPrintedValue(message: string): boolean {
  if (findReserved(message) === -1) return false;
  return /\bfor type Color\b/.test(message) || /^Attribute (?:font-size|line-height|letter-spacing) /.test(message);
}

/** The compiler drops text between components without a word; a condition would then be none. */
function lostTags({ guarded: { template }, spans }: Source, kept: ReadonlySet<number>): Issue[] {
  const positionOf = createLineIndex(template);
  const message = "MJML drops text that stands here, and this tag with it: put it into an mj-raw or an mj-text.";
  return spans.flatMap(({ start }, index) =>
    kept.has(index) || template.startsWith("{{!", start) ? [] : [fault("MJML_TAG_LOST", message, positionOf(start))],
  );
}

function failed(issues: Issue[]): CompiledMjml {
  return { html: null, tagOffsets: [], issues };
}

function fault(code: IssueCode, message: string, position: Position): Issue {
  return { severity: "ERROR", code, path, message, ...position };
}
