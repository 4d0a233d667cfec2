import { type Issue, unreachable } from "../base/index.ts";
import type { CampaignContent, CompiledMjml } from "./campaign-content.ts";
import type { IssueCode } from "./issue-codes.ts";
import { limits } from "./limits.ts";
import { createLineIndex, type Position } from "./line-index.ts";
import { type MjmlAnswer, runMjml } from "./mjml-thread.ts";
import { type ParsedTemplate, parseTemplate } from "./parse-template.ts";
import { findReserved, type ProtectedText, protectTags } from "./protect-tags.ts";

const path = "content.email.html";
/** A long newsletter has a tenth of them. */
const elementsMax = 1_000;

/** Whether this html is written in MJML: its first element is `<mjml>`. */
export function isMjml(html: string): boolean {
  let rest = html.trimStart();
  while (rest.startsWith("<!--") || rest.startsWith("<?") || rest.startsWith("{{!")) {
    const closer = closerOf(rest);
    const end = rest.indexOf(closer);
    if (end === -1) return false;
    rest = rest.slice(end + closer.length).trimStart();
  }
  return /^<mjml[\s>]/i.test(rest);
}

function closerOf(rest: string): string {
  if (rest.startsWith("<!--")) return "-->";
  if (rest.startsWith("<?")) return "?>";
  return rest.startsWith("{{!--") ? "--}}" : "}}";
}

/**
 * Content with the html that its MJML stands for beside the source. Done once, when content is saved or reviewed:
 * whatever renders later reads the html, and never loads the compiler. Content without MJML comes back as it is.
 */
export async function compileSources(content: CampaignContent): Promise<CampaignContent> {
  const { email } = content;
  if (!email || !isMjml(email.html)) return content;
  return { ...content, email: { ...email, compiled: await compileMjml(email.html) } };
}

async function compileMjml(source: string): Promise<CompiledMjml> {
  const parsed = parseTemplate(source);
  // The faults of the language are found again, and shown, by the check of the source itself.
  if (parsed.faults.length > 0 || !parsed.spans) return failed([]);
  const included = /<mj-include\b/i.exec(source);
  const positionOf = createLineIndex(source);
  if (included) {
    const message = "mj-include is refused: this server reads no files for a mail. Write the part here.";
    return failed([fault("MJML_INCLUDE", message, positionOf(included.index))]);
  }
  const surplus = [...source.matchAll(/<mj-/gi)][elementsMax - 1];
  if (surplus) {
    const message = `An MJML document may have at most ${elementsMax} elements.`;
    return failed([fault("TEMPLATE_LIMIT", message, positionOf(surplus.index))]);
  }
  const guarded = protectTags(source, parsed.spans);
  if (guarded) return toHtml(guarded, parsed);
  const message = "Remove the characters U+E000 and U+E001 from this MJML.";
  return failed([fault("MJML_INVALID", message, positionOf(findReserved(source)))]);
}

async function toHtml(guarded: ProtectedText, parsed: ParsedTemplate): Promise<CompiledMjml> {
  const answer = await runMjml(guarded.text);
  // What is said of the whole document stands where it begins.
  const whole = createLineIndex(guarded.template)(guarded.template.search(/<mjml[\s>]/i));
  switch (answer.kind) {
    case "compiled":
      return toCompiled(guarded, parsed, { ...answer, whole });
    case "unreadable":
      return failed([
        fault(
          "MJML_INVALID",
          "This MJML cannot be read: it needs mj-body inside mjml, and elements that are not nested too deep.",
          whole,
        ),
      ]);
    case "too-much":
      return failed([fault("TEMPLATE_LIMIT", "This MJML takes too long to compile: shorten its styles and its text.", whole)]);
    default:
      return unreachable(answer);
  }
}

type Compiled = Extract<MjmlAnswer, { kind: "compiled" }> & { readonly whole: Position };

function toCompiled(guarded: ProtectedText, parsed: ParsedTemplate, { html, errors, whole }: Compiled): CompiledMjml {
  const restored = guarded.restore(html);
  if (Buffer.byteLength(restored) > limits.templateBytesMax) {
    const message = `The html that this MJML stands for has over ${limits.templateBytesMax / 1024} kB.`;
    return failed([fault("TEMPLATE_LIMIT", message, whole)]);
  }
  const kept = guarded.tagsIn(html);
  const lines = guarded.template.split("\n");
  const issues = [
    ...errors.map(({ line, tagName, message }) =>
      fault("MJML_INVALID", `${tagName}: ${message.trim()}.`, placeOf(lines, guarded.lineOf(line), tagName)),
    ),
    ...lostTags(guarded, parsed, new Set(kept)),
  ];
  const tagOffsets = kept.map((index) => parsed.spans?.[index]?.start ?? 0);
  return { html: restored, tagOffsets, issues: issues.slice(0, limits.issuesMax) };
}

/** The compiler names an element and its line. */
function placeOf(lines: readonly string[], line: number, tagName: string): Position {
  return { line, column: Math.max(0, (lines[line - 1] ?? "").indexOf(`<${tagName}`)) + 1 };
}

/** The compiler drops text between components without a word; a condition would then be none. */
function lostTags({ template }: ProtectedText, { spans }: ParsedTemplate, kept: ReadonlySet<number>): Issue[] {
  const positionOf = createLineIndex(template);
  const message = "MJML drops text that stands here, and this tag with it: put it into an mj-raw or an mj-text.";
  return (spans ?? []).flatMap(({ start }, index) =>
    kept.has(index) || template.startsWith("{{!", start) ? [] : [fault("MJML_TAG_LOST", message, positionOf(start))],
  );
}

function failed(issues: Issue[]): CompiledMjml {
  return { html: null, tagOffsets: [], issues };
}

function fault(code: IssueCode, message: string, position: Position): Issue {
  return { severity: "ERROR", code, path, message, ...position };
}
