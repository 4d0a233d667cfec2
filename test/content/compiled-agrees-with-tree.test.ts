import fc from "fast-check";
import { expect, test } from "vitest";
import { createEngine } from "../../src/content/engine.ts";
import { generateParts } from "../../src/content/generate.ts";
import { compileContent } from "../../src/content/index.ts";
import { parseTemplate } from "../../src/content/parse-template.ts";
import { parseField } from "../../src/content/parsed-field.ts";
import { Runtime } from "../../src/content/runtime.ts";
import { arbitraryData, arbitraryTemplate } from "./support/arbitrary-template.ts";
import { evaluateTree } from "./support/evaluate-tree.ts";
import { aRecipient } from "./support/render.ts";

const runs = { numRuns: 200 };

test("compiled content prints, and misses, what walking its tree prints and misses", () => {
  fc.assert(
    fc.property(arbitraryTemplate, arbitraryData, (template, data) => {
      const { nodes, faults } = parseTemplate(template);
      fc.pre(faults.every((fault) => fault.code === "TEMPLATE_LIMIT"));
      fc.pre(faults.length === 0);
      const html = parseField({ path: "html", kind: "html", template }).html;
      fc.pre(html.faults.length === 0);
      const expected = evaluateTree(nodes, data, true, html.places);
      const content = compileContent("EMAIL", { email: { subject: "s", html: `.${template}` } });
      expect(content.render(data, { missingContext: "PRINT_NOTHING" })).toMatchObject({ message: { html: `.${expected.text}` } });
      const strict = content.render(data);
      expect(new Set(strict.kind === "missing-context" ? strict.paths : [])).toEqual(expected.missing);
    }),
    runs,
  );
});

test("a template made by the grammar has no fault", () => {
  fc.assert(
    fc.property(arbitraryTemplate, (template) => {
      const faults = parseTemplate(template).faults.filter((fault) => fault.code !== "TEMPLATE_LIMIT");
      expect(faults.map((fault) => fault.message)).toEqual([]);
    }),
    runs,
  );
});

const words = new Set([
  ..."__rt __eta res length if else for let const true false profile context message".split(" "),
  ...Object.getOwnPropertyNames(Runtime.prototype),
]);
const token = /"(?:[^"\\]|\\.)*"|\d+(?:\.\d+)?(?:e[+-]?\d+)?|[A-Za-z_$][\w$]*|&&|\|\||\+\+|[()[\]{};,.=<!\s]/gy;

/** Whatever is left when constants, numbers, punctuation and known words are taken out of generated code. */
function strangeWords(code: string): string[] {
  const tokens = code.match(token) ?? [];
  const rest = code.slice(tokens.join("").length);
  return [
    ...tokens.filter((word) => /^[A-Za-z_$]/.test(word) && !words.has(word) && !/^[vml]\d+$/.test(word)),
    ...(rest ? [rest] : []),
  ];
}

test("generated code holds constants, the runtime and nothing that an author wrote", () => {
  fc.assert(
    fc.property(arbitraryTemplate, (template) => {
      for (const { val } of generateParts(parseTemplate(template).nodes)) expect(strangeWords(val)).toEqual([]);
    }),
    runs,
  );
  expect(strangeWords("__rt.own(process,1)")).toEqual(["process"]);
  expect(strangeWords('__rt.text("a"+`b`)')).toEqual(["+`b`)"]);
});

test("no text at all makes the parser fail, or code that does not compile", () => {
  const pieces = [
    "{{",
    "}}",
    "{%",
    "%}",
    "{{{",
    "#if ",
    "/if",
    "else",
    "let a = ",
    "#each ",
    " as |x|",
    "profile.a",
    "context.b",
    '"',
    "`",
    "(",
    ")",
    "=",
    " ",
    "\n",
    "\\",
    "x",
    "1",
  ];
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 3 })), { maxLength: 25 }), (texts) => {
      const { nodes, faults } = parseTemplate(texts.join(""));
      if (faults.length > 0) return;
      const parts = generateParts(nodes);
      for (const { val } of parts) expect(strangeWords(val)).toEqual([]);
      createEngine(parts, true).compile("");
    }),
    { numRuns: 500 },
  );
});

test("no template can call another", () => {
  const engine = createEngine([], true);
  const runtime = new Runtime(aRecipient(), true);
  expect(() => engine.render("other", runtime)).toThrow("asked for another template");
  expect(() => engine.loadTemplate("other", "<%= 1 %>")).toThrow("stored by name");
});
