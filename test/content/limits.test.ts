import { describe, expect, test } from "vitest";
import { InvariantError } from "../../src/base/index.ts";
import { checkContent, compileContent } from "../../src/content/index.ts";
import { cpuMilliseconds } from "../support/cpu-milliseconds.ts";
import { aRecipient, faultsOf, locate, renderText } from "./support/render.ts";

const kB = 1024;

function fill(shape: string, bytes = 256 * kB): string {
  return shape.repeat(Math.floor(bytes / shape.length));
}

describe("what an author's text may not exceed is an issue", () => {
  test.each([
    ["256 kB", "é".repeat(128 * kB), `${"é".repeat(128 * kB)}x`, "1:1"],
    ["2,000 tags", "{{profile.a}}".repeat(2_000), "{{profile.a}}".repeat(2_001), "1:26001"],
    ["500 characters a tag", `{{profile.${"a".repeat(488)}}}`, `x{{profile.${"a".repeat(489)}}}`, "1:2"],
    ["500 characters of blanks", `{{${" ".repeat(487)}profile.a}}`, `{{${" ".repeat(600)}profile.a}}`, "1:1"],
    ["8 blocks deep", nestedIfs(8), nestedIfs(9), "1:97"],
    ["16 parentheses deep", `{%= ${"(".repeat(16)}1${")".repeat(16)} %}`, `{%= ${"(".repeat(17)}1${")".repeat(17)} %}`, "1:22"],
    ["16 calls deep", `{%= ${"trim(".repeat(16)}1${")".repeat(16)} %}`, `{%= ${"trim(".repeat(17)}1${")".repeat(17)} %}`, "1:90"],
    ["16 times not", `{%= ${"not ".repeat(16)}true %}`, `{%= ${"not ".repeat(17)}true %}`, "1:73"],
    ["16 signs", `{%= ${"-".repeat(16)}1 %}`, `{%= ${"-".repeat(17)}1 %}`, "1:22"],
    ["10,000 parts of regular expressions", fillPatterns(10), fillPatterns(11), "1:365"],
    ["10,000 values and operators", `{%=1${"+1".repeat(49)}%}`.repeat(101), `{%=1${"+1".repeat(49)}%}`.repeat(102), "1:10509"],
  ])("%s", (_limit, allowed, refused, position) => {
    const limitsOf = (template: string) => faultsOf(template).filter((fault) => fault.startsWith("TEMPLATE_LIMIT"));
    expect(limitsOf(allowed)).toEqual([]);
    expect(limitsOf(refused)).toEqual([`TEMPLATE_LIMIT ${position}`]);
  });
});

test("20,000 tags, attributes and comments of html", () => {
  const found = (html: string) => checkContent("EMAIL", { email: { subject: "s", html, text: "t" } }).issues.map(locate);
  expect(found(`{{profile.a}}${"<a b>".repeat(10_000)}`)).toEqual([]);
  expect(found(`{{profile.a}}${"<a b>".repeat(10_000)}\n<!-- -->`)).toEqual(["TEMPLATE_LIMIT 2:5"]);
});

describe("what a recipient's data exceeds ends the rendering, and says where [D10]", () => {
  test("1,000 items a loop", () => {
    const template = "a\n{{#each context.a as |x|}}.{{/each}}";
    expect(renderText(template, { context: { a: Array(1_000).fill(1) } }).kind).toBe("rendered");
    expect(renderText(template, { context: { a: Array(1_001).fill(1) } })).toEqual({
      kind: "render-error",
      detail: "content.sms.body, line 2, column 1: the list has 1001 items, more than 1000.",
    });
  });

  test.each([
    ["a long value", "{{context.long}}{{context.long}}{{context.long}}", "line 1, column 33"],
    [
      "text in a loop",
      `{{#each context.list as |x|}}{{#each context.two as |y|}}${"x".repeat(1_400)}{{/each}}{{/each}}`,
      "line 1, column 30",
    ],
    ["a text that a function makes", "{%= concat(context.long, context.long, context.long) %}", "line 1, column 5"],
  ])("2 MB of output: %s", (_what, template, where) => {
    const context = { long: "x".repeat(kB * kB), list: Array(1_000).fill(1), two: [1, 2] };
    expect(renderText(template, { context })).toEqual({
      kind: "render-error",
      detail: `content.sms.body, ${where}: the text grows over 2097152 characters.`,
    });
  });

  test("each field may have 2 MB", () => {
    const email = { subject: "s", html: "{{context.long}}", text: "{{context.long}}" };
    const context = { long: "x".repeat(1.5 * kB * kB) };
    expect(compileContent("EMAIL", { email }).render(aRecipient({ context })).kind).toBe("rendered");
  });

  test("all fields of a message together may have 4 MB", () => {
    const email = { subject: "{{context.long}}", html: "{{context.long}}", text: "a {{context.long}}" };
    const render = (characters: number) =>
      compileContent("EMAIL", { email }).render(aRecipient({ context: { long: "x".repeat(characters) } }));
    expect(render(1.3 * kB * kB).kind).toBe("rendered");
    expect(render(1.4 * kB * kB)).toEqual({
      kind: "render-error",
      detail: "content.email.text, line 1, column 3: the message grows over 4194304 characters.",
    });
  });

  test("many texts of a push message stop at 4 MB together", () => {
    const data = Array.from({ length: 200 }, () => "{{context.long}}");
    const result = compileContent("PUSH", { push: { title: "t", body: "b", data } }).render(
      aRecipient({ context: { long: "x".repeat(kB * kB) } }),
    );
    expect(result).toEqual({
      kind: "render-error",
      detail: "content.push.data.3, line 1, column 1: the message grows over 4194304 characters.",
    });
  });

  test("escaping counts too", () => {
    const content = compileContent("EMAIL", { email: { subject: "s", html: "{{context.a}}" } });
    const result = content.render(aRecipient({ context: { a: '"'.repeat(kB * kB) } }));
    expect(result).toMatchObject({ kind: "render-error", detail: expect.stringContaining("content.email.html, line 1") });
  });

  test.each([
    ["loops in loops", `${"{{#each context.list as |x|}}".repeat(4)}${"{{/each}}".repeat(4)}`],
    ["values in loops in loops", `${"{{#each context.list as |x|}}".repeat(2)}{{x}}${"{{/each}}".repeat(2)}`],
    ["values in a loop", `{{#each context.list as |x|}}${"{{x}}".repeat(1_500)}{{/each}}`],
    ["sums in a loop", `{{#each context.list as |x|}}${"{%= context.number * 3.3 / 7 %}".repeat(100)}{{/each}}`],
    ["fallbacks in a loop", `{{#each context.list as |x|}}${"{%= context.a.b.c ?: context.d.e ?: 1 %}".repeat(100)}{{/each}}`],
    ["long texts compared in a loop", "{{#each context.list as |x|}}{%#if context.long = context.long%}{%/if%}{{/each}}"],
    ["long texts made in a loop", "{{#each context.list as |x|}}{%#if trim(context.long)%}{%/if%}{{/each}}"],
    ["long titles made in a loop", "{{#each context.list as |x|}}{%#if titleCase(context.long)%}{%/if%}{{/each}}"],
    ["texts that double", Array.from({ length: 99 }, (_, i) => `{% let a = concat(${i ? "a, a" : '"xxxx"'}) %}`).join("")],
  ])("work: %s", (_what, template) => {
    const context = { long: "x".repeat(kB * kB), number: "12345.678", list: Array(1_000).fill(1) };
    expect(renderText(`${template}end`, { context }).kind).toBe("render-error");
    const content = compileContent("SMS", { sms: { body: `${template}end` } });
    expect(cpuMilliseconds(() => content.render(aRecipient({ context }), { missingContext: "PRINT_NOTHING" }))).toBeLessThan(50);
  });

  test("a statement of 500 lines with dates and prices is far from too much work", () => {
    const line =
      '{%= formatDate(x.at, "dd MMM yyyy", "fr_FR") %} {%= titleCase(x.name) %} {%= formatCurrency(x.price, "fr_FR") %}';
    const list = Array.from({ length: 500 }, (_, day) => ({
      at: `2026-01-01T10:00:00.${day + 100}Z`,
      name: "ink and pen",
      price: day,
    }));
    const email = { subject: "s", html: `{{#each context.list as |x|}}<p>${line}</p>{{/each}}`, text: "t" };
    const content = compileContent("EMAIL", { email });
    expect(content.render(aRecipient({ context: { list } })).kind).toBe("rendered");
  });

  test("what stays just below the limits takes no longer", () => {
    const html = `{{#each context.list as |x|}}${'<a href="{{context.a}}" title="{{x}}">{{{context.quotes}}}</a>'.repeat(9)}{{/each}}`;
    const content = compileContent("EMAIL", { email: { subject: "s", html } });
    const data = aRecipient({ context: { a: "a".repeat(50), quotes: '"<', list: Array(1_000).fill("1") } });
    expect(content.render(data).kind).toBe("rendered");
    expect(cpuMilliseconds(() => content.render(data))).toBeLessThan(50);
  });
});

describe("no template of 256 kB takes 50 ms to check or to compile", () => {
  const shapes: readonly (readonly [string, string])[] = [
    ["opening braces", fill("{")],
    ["opening percent", fill("{%")],
    ["escaped quotes", `{%= "${fill('\\"')}`],
    ["quotes", fill('{{"')],
    ["blanks in a tag", `{{${fill(" ")}`],
    ["tags of blanks", fill(`{{${" ".repeat(490)}`)],
    ["comments never closed", fill("{{!--")],
    ["comments", fill("{{! x }}")],
    ["texts never closed", fill(`{%= "${"x".repeat(300)}`)],
    ["backticks", fill("{{context.`")],
    ["parentheses", fill("(", 400).padStart(404, "{%= ")],
    ["blocks never closed", fill("{%#if profile.a%}")],
    ["ends of nothing", fill("{{/each}}")],
    ["one long name", `{{${fill("a")}}}`],
    ["one long path", `{{a${fill(".a")}}}`],
    ["digits", `{%=${fill("1")}%}`],
    ["lines", fill("{{\n")],
    ["closing braces", fill("}}")],
    ["else if", `{%#if profile.a%}${"{%else if profile.a%}x".repeat(1_990)}{%/if%}`],
    ["let upon let", fillLets()],
    ["variables", fill(`{{profile.a}}${"x".repeat(120)}`)],
    ["opening brackets", fill("<")],
    ["tags never closed", fill("<a ")],
    ["attributes of one tag", `<a ${fill("b c='d' ")}`],
    ["addresses", fill("<a href='x:'>")],
    ["one long address", `<a href="${fill("a")}">`],
    ["references", `<a href="${fill("&#97;")}">`],
    ["references that are none", `<a href="${fill("&amp")}`],
    ["html comments never closed", fill("<!--[if mso]>")],
    ["scripts never closed", fill("<script>")],
    ["quotes never closed", fill("<a b='")],
    ["values in unquoted attributes", fill("<a b={{profile.a}}>", 2_000 * 19)],
    ["values in one address", `<a href="${"{{profile.a}}".repeat(2_000)}">`],
    ["values in addresses", fill(`<a href="{{profile.a}}">${"x".repeat(100)}`)],
    ["blocks across html", fill("<p {%#if true%}x='{%/if%}'>", 900 * 28)],
    ["regular expressions", fillPatterns(1_990)],
    ["regular expressions that are none", fill('{%= matches(profile.a, "((((((((((a{9}){9}){9}") %}')],
    ["functions", fill('{%= formatDate(profile.a, "dd MMMM yyyy", "fr_FR") %}')],
    ["blocks in blocks", nestedEach("{{x.a}}".repeat(1_900))],
  ];

  test.each(shapes)("%s", (_shape, html) => {
    const template = html.slice(0, 256 * kB);
    const email = { subject: "s", html: template, text: "t" };
    expect(cpuMilliseconds(() => checkContent("EMAIL", { email }))).toBeLessThan(50);
    const hasErrors = checkContent("EMAIL", { email }).issues.some((issue) => issue.severity === "ERROR");
    if (hasErrors) expect(() => compileContent("EMAIL", { email })).toThrow(InvariantError);
    else expect(cpuMilliseconds(() => compileContent("EMAIL", { email }))).toBeLessThan(50);
  });
});

test("content with errors, or of another channel, cannot be compiled", () => {
  expect(() => compileContent("SMS", { sms: { body: "{{x}}" } })).toThrow(InvariantError);
  expect(() => compileContent("SMS", { push: { title: "t", body: "b" } })).toThrow(InvariantError);
});

function nestedIfs(depth: number): string {
  return "{%#if true%}".repeat(depth) + "{%/if%}".repeat(depth);
}

function nestedEach(body: string): string {
  return "{{#each context.a as |x|}}".repeat(8) + body + "{{/each}}".repeat(8);
}

/** Each is compiled for the review; a thousand parts are the largest one that is. */
function fillPatterns(count: number): string {
  return Array.from({ length: count }, (_, index) => `{%= matches(context.a, "${index % 10}a{998}") %}`).join("");
}

function fillLets(): string {
  const next = (index: number) => `{%let v${index}=concat(v${index - 1},v${index - 1})%}`;
  return `{%let v0=context.a%}${Array.from({ length: 1_990 }, (_, index) => next(index + 1)).join("")}{{v1990}}`;
}
