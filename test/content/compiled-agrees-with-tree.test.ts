import fc from "fast-check";
import { expect, test } from "vitest";
import { CompiledField } from "../../src/content/compiled-field.ts";
import { createEngine } from "../../src/content/engine.ts";
import { Prepared } from "../../src/content/functions/registry.ts";
import { generateParts } from "../../src/content/generate.ts";
import { parseTemplate } from "../../src/content/parse-template.ts";
import { parseField } from "../../src/content/parsed-field.ts";
import { Runtime } from "../../src/content/runtime.ts";
import { cases, random } from "../support/random-cases.ts";
import { arbitraryData, arbitraryTemplate } from "./support/arbitrary-template.ts";
import { evaluateTree } from "./support/evaluate-tree.ts";
import { strangeCode, strangeWords } from "./support/generated-code.ts";
import { aRecipient } from "./support/render.ts";

test(
  "compiled content prints, and misses, what walking its tree prints and misses; its code holds nothing of an author",
  random,
  () => {
    let compiled = 0;
    const prepared = new Prepared();
    fc.assert(
      fc.property(arbitraryTemplate, arbitraryData, (template, data) => {
        const field = parseField({ path: "html", kind: "html", template });
        const { nodes, faults, html } = field;
        if (faults.length > 0 || html.faults.length > 0) return;
        compiled += 1;
        expect(strangeCode(generateParts(nodes, html.places))).toEqual([]);
        const inHtml = new CompiledField(field);
        const render = (compiled: CompiledField, isStrict: boolean) => {
          const runtime = new Runtime(data, { isStrict, prepared });
          return { text: compiled.render(runtime), reasons: new Set((runtime.takeReasons() ?? new Map()).keys()) };
        };
        const lenient = evaluateTree(nodes, data, { escapes: true, isStrict: false, places: html.places });
        expect(render(inHtml, false)).toEqual({ text: lenient.text, reasons: new Set() });
        const plain = evaluateTree(nodes, data, { escapes: false, isStrict: false });
        const inText = new CompiledField(parseField({ path: "text", kind: "text", template }));
        expect(render(inText, false).text).toBe(plain.text);
        const strict = evaluateTree(nodes, data, { escapes: true, isStrict: true, places: html.places });
        const found = render(inHtml, true);
        expect(found.reasons).toEqual(new Set(strict.why.keys()));
        if (found.reasons.size === 0) expect(found.text).toBe(strict.text);
      }),
      cases,
    );
    expect(compiled).toBeGreaterThan(0.75 * cases.numRuns);
  },
);

test("a template made by the grammar has no fault", random, () => {
  fc.assert(
    fc.property(arbitraryTemplate, (template) => {
      const faults = parseTemplate(template).faults.filter((fault) => fault.code !== "TEMPLATE_LIMIT");
      expect(faults.map((fault) => fault.message)).toEqual([]);
    }),
    cases,
  );
});

test("what must not stand in generated code is seen", () => {
  expect(strangeWords("__rt.own(process,1)")).toEqual(["process"]);
  expect(strangeWords('__rt.text("a"+`b`)')).toEqual(["TemplateLiteral", "TemplateElement"]);
  expect(strangeWords('__rt["own"](1)')).toEqual(["a computed member"]);
  expect(strangeWords("__rt.own(v1)()")).toEqual(["a call"]);
  expect(strangeWords("this")).toEqual(["ThisExpression"]);
});

test("no text at all makes the parser fail, or code that does not compile", random, () => {
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
    cases,
  );
});

test("no template can call another", () => {
  const engine = createEngine([], true);
  const runtime = new Runtime(aRecipient(), { isStrict: true, prepared: new Prepared() });
  expect(() => engine.render("other", runtime)).toThrow("asked for another template");
  expect(() => engine.loadTemplate("other", "<%= 1 %>")).toThrow("stored by name");
});
