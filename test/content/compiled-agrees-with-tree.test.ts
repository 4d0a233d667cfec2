import fc from "fast-check";
import { expect, test } from "vitest";
import { createEngine } from "../../src/content/engine.ts";
import { Prepared } from "../../src/content/functions/registry.ts";
import { generateParts } from "../../src/content/generate.ts";
import { compileContent } from "../../src/content/index.ts";
import { parseTemplate } from "../../src/content/parse-template.ts";
import { parseField } from "../../src/content/parsed-field.ts";
import { Runtime } from "../../src/content/runtime.ts";
import { arbitraryData, arbitraryTemplate } from "./support/arbitrary-template.ts";
import { evaluateTree } from "./support/evaluate-tree.ts";
import { strangeCode, strangeWords } from "./support/generated-code.ts";
import { aRecipient } from "./support/render.ts";

/** The same templates every time: a failure here is a failure everywhere. */
const runs = { numRuns: 20_000, seed: 4_600 };

test("compiled content prints, and misses, what walking its tree prints and misses; its code holds nothing of an author", () => {
  let compiled = 0;
  fc.assert(
    fc.property(arbitraryTemplate, arbitraryData, (template, data) => {
      const { nodes, faults, html } = parseField({ path: "html", kind: "html", template });
      if (faults.length > 0 || html.faults.length > 0) return;
      compiled += 1;
      expect(strangeCode(generateParts(nodes, html.places))).toEqual([]);
      const expected = evaluateTree(nodes, data, true, html.places);
      const content = compileContent("EMAIL", { email: { subject: "s", html: `.${template}` } });
      expect(content.render(data, { missingContext: "PRINT_NOTHING" })).toMatchObject({ message: { html: `.${expected.text}` } });
      const sms = compileContent("SMS", { sms: { body: `.${template}` } }).render(data, { missingContext: "PRINT_NOTHING" });
      expect(sms).toMatchObject({ message: { body: `.${evaluateTree(nodes, data, false).text}` } });
      const strict = content.render(data);
      expect(new Set(strict.kind === "missing-context" ? strict.paths : [])).toEqual(expected.missing);
    }),
    runs,
  );
  expect(compiled).toBeGreaterThan(15_000);
});

test("a template made by the grammar has no fault", () => {
  fc.assert(
    fc.property(arbitraryTemplate, (template) => {
      const faults = parseTemplate(template).faults.filter((fault) => fault.code !== "TEMPLATE_LIMIT");
      expect(faults.map((fault) => fault.message)).toEqual([]);
    }),
    { numRuns: 500 },
  );
});

test("what must not stand in generated code is seen", () => {
  expect(strangeWords("__rt.own(process,1)")).toEqual(["process"]);
  expect(strangeWords('__rt.text("a"+`b`)')).toEqual(["TemplateLiteral", "TemplateElement"]);
  expect(strangeWords('__rt["own"](1)')).toEqual(["a computed member"]);
  expect(strangeWords("__rt.own(v1)()")).toEqual(["a call"]);
  expect(strangeWords("this")).toEqual(["ThisExpression"]);
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
      expect(strangeCode(parts)).toEqual([]);
      createEngine(parts, true).compile("");
    }),
    { numRuns: 500 },
  );
});

test("no template can call another", () => {
  const engine = createEngine([], true);
  const runtime = new Runtime(aRecipient(), { isStrict: true, prepared: new Prepared() });
  expect(() => engine.render("other", runtime)).toThrow("asked for another template");
  expect(() => engine.loadTemplate("other", "<%= 1 %>")).toThrow("stored by name");
});
