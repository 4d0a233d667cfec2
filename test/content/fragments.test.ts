import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Issue } from "../../src/base/index.ts";
import { type ContentFragment, checkContent, compileContent, compileSources } from "../../src/content/index.ts";
import { parseTemplate } from "../../src/content/parse-template.ts";
import { checkFragment } from "../../src/content/review-fragments.ts";
import { cpuMilliseconds } from "../support/cpu-milliseconds.ts";
import { cases, random } from "../support/random-cases.ts";
import { arbitraryData, arbitraryTemplate } from "./support/arbitrary-template.ts";
import { hostilePayloads, hostileWrappers } from "./support/hostile-payloads.ts";
import { aRecipient, locate } from "./support/render.ts";

type Texts = Readonly<Record<string, string>>;

function fragmentsOf(texts: Texts): ContentFragment[] {
  return Object.entries(texts).map(([name, content]) => ({ fragmentId: name, name, number: 1, content }));
}

const sms = (body: string, texts: Texts) => ({ sms: { body }, fragments: fragmentsOf(texts) });
const mail = (html: string, texts: Texts) => ({ email: { subject: "s", html, text: "t" }, fragments: fragmentsOf(texts) });

function textOf(body: string, texts: Texts, context: Record<string, unknown> = {}): string {
  const result = compileContent("SMS", sms(body, texts)).render(aRecipient({ context }));
  if (result.kind !== "rendered" || result.message.channel !== "SMS") throw new Error(JSON.stringify(result));
  return result.message.body;
}

/** `CODE line:column`, and the fragment where it is in one. */
function place(issue: Issue): string {
  return issue.fragment === undefined ? locate(issue) : `${locate(issue)} in ${issue.fragment}`;
}

const placesIn = (body: string, texts: Texts) => checkContent("SMS", sms(body, texts)).issues.map(place);
const placesInHtml = (html: string, texts: Texts) => checkContent("EMAIL", mail(html, texts)).issues.map(place);

describe("a fragment stands where its tag stood", () => {
  test.each<[string, string, Texts, string]>([
    ["once", "[{{> a}}]", { a: "A" }, "[A]"],
    ["twice, in others, beside others", "{{>a}}{{> a }}-{{> b}}", { a: "A", b: "<{{> a}}{{> a}}>" }, "AA-<AA>"],
    ["in a branch and in a loop", "{%#if true%}{{> a}}{%/if%}{{#each [1, 2] as |x|}}{{> a}}{{x}}{{/each}}", { a: "A" }, "AA1A2"],
    ["when it is empty", "[{{> a}}]", { a: "" }, "[]"],
    ["but not in a comment", "{{!-- {{> a}} --}}{{! {{> a}}.", { a: "A" }, "."],
    ["nor in a text literal", '{%= "{{> a}}" %}', { a: "A" }, "{{> a}}"],
    ["by a name in any form of Unicode", "{{> cafe\u0301}}", { "caf\u00e9": "A" }, "A"],
  ])("%s", (_when, body, texts, expected) => {
    expect(textOf(body, texts)).toBe(expected);
  });

  test("its braces make no tag with those around it", () => {
    const texts = { open: "{", rest: "{context.a}}" };
    expect(textOf("{|{> rest}}|{ {{> rest}}|{{> open}}{context.a}}|{{> open}}{{> rest}}", texts)).toBe(
      "{|{> rest}}|{ {context.a}}|{{context.a}}|{{context.a}}",
    );
  });
});

describe("a fragment means the same wherever it stands", () => {
  test("its names are its own", () => {
    const texts = { a: "{% let x = 1 %}{{x}}", b: "{{> a}}{% let x = 9 %}{{> a}}{{x}}" };
    expect(textOf("{% let x = 5 %}{{> a}}{{x}}{{> b}}{{x}}", texts)).toBe("151195");
  });

  test("names around it mean nothing in it, and names in it mean nothing around it", () => {
    const texts = { reads: "{{x}}", loops: "{{this}}{{@index}}", names: "{% let y = 1 %}" };
    expect(placesIn("{% let x = 1 %}{{> reads}}", texts)).toEqual(["VARIABLE_UNKNOWN 1:3 in reads"]);
    expect(placesIn("{{#each [1]}}{{> loops}}{{/each}}", texts)).toEqual([
      ...["VARIABLE_UNKNOWN 1:3 in loops", "VARIABLE_UNKNOWN 1:11 in loops"],
    ]);
    expect(placesIn("{{> names}}\n{{y}}", texts)).toEqual(["VARIABLE_UNKNOWN 2:3"]);
  });

  test("its blocks end in it, and blocks around it do not", () => {
    const texts = { opens: "{%#if true%}", closes: "{%/if%}", turns: "{%else%}" };
    expect(placesIn("{{> opens}}{{> closes}}", texts)).toEqual(["TEMPLATE_SYNTAX 1:1 in opens", "TEMPLATE_SYNTAX 1:1 in closes"]);
    expect(placesIn("{%#if true%}{{> turns}}{%/if%}", texts)).toEqual(["TEMPLATE_SYNTAX 1:1 in turns"]);
    expect(placesIn("{{> opens}}{%/if%}", texts)).toEqual(["TEMPLATE_SYNTAX 1:1 in opens", "TEMPLATE_SYNTAX 1:12"]);
  });

  test("random templates print as fragments what they print by themselves", random, () => {
    let compared = 0;
    fc.assert(
      fc.property(arbitraryTemplate, arbitraryData, (template, data) => {
        const alone = { email: { subject: "s", html: `.${template}`, text: "t" } };
        if (checkContent("EMAIL", alone).issues.length > 0) return;
        compared += 1;
        const html = "{% let one = 7 %}.{{> f}}{{#each [1] as |two|}}|.{{> f}}{{/each}}|{{one}}";
        const { issues } = checkContent("EMAIL", mail(html, { f: template }));
        // What stands behind it may be another place of html.
        if (issues.some(({ code }) => /^(BLOCK_CUTS_HTML|EXPRESSION_IN_TAG)$/.test(code))) return;
        const options = { missingContext: "PRINT_NOTHING" } as const;
        const own = compileContent("EMAIL", alone).render(data, options);
        const text = own.kind === "rendered" && own.message.channel === "EMAIL" ? own.message.html : "";
        expect(compileContent("EMAIL", mail(html, { f: template })).render(data, options)).toMatchObject({
          message: { html: `${text}|${text}|7` },
        });
      }),
      cases,
    );
    expect(compared).toBeGreaterThan(cases.numRuns / 2);
  });
});

describe("the check reads a content with its fragments in it", () => {
  test("variables in fragments are variables of the content, and schema and profile rules hold for them", () => {
    const content = sms("{{context.a}} {{> b}}", { b: "{{profile.x}}\n{{context.b}}" });
    expect(checkContent("SMS", content).variables).toEqual(["context.a", "context.b", "profile.x"]);
    const contextSchema = { type: "object", properties: { a: {} } };
    expect(checkContent("SMS", content, { contextSchema, highThroughput: true }).issues.map(place)).toEqual([
      ...["PROFILE_IN_HIGH_THROUGHPUT 1:3 in b", "VARIABLE_UNKNOWN 2:3 in b"],
    ]);
  });

  test("html places are those of the whole text", () => {
    const texts = { value: "\n{{context.a}}", address: 'href="{{context.a}}"', script: "<script>{{context.a}}</script>" };
    expect(placesInHtml('<a title="{{> value}}">{{> value}}</a><a {{> address}}>', texts)).toEqual([]);
    expect(placesInHtml("<a title={{> value}}>", texts)).toEqual(["ATTRIBUTE_UNQUOTED 2:1 in value"]);
    expect(placesInHtml("<a onclick='{{> value}}'>", texts)).toEqual(["EXPRESSION_IN_HANDLER 2:1 in value"]);
    expect(placesInHtml("{{> script}}", texts)).toEqual(["EXPRESSION_IN_SCRIPT 1:9 in script"]);
    expect(placesInHtml('<a href="{{> scheme}}{{context.a}}">', { scheme: "javascript:" })).toEqual([
      "URL_SCHEME_UNSAFE 1:1 in scheme",
    ]);
    const html = "<a {{> address}}>{{> value}}</a>";
    const result = compileContent("EMAIL", mail(html, texts)).render(aRecipient({ context: { a: "javascript:x" } }));
    expect(result).toMatchObject({ message: { html: '<a href="#">\njavascript:x</a>' } });
  });

  test("a line break of a fragment is one of the subject", () => {
    const content = { ...mail("h", { a: "A\n" }), email: { subject: "{{> a}}", html: "h", text: "t" } };
    expect(checkContent("EMAIL", content).issues.map(place)).toEqual(["LINE_BREAK 1:2 in a"]);
  });

  test("a fault of a fragment that stands there twice is one issue", () => {
    expect(placesIn("{{> a}}{{> a}}{{nobody}}", { a: "{{nobody}}" })).toEqual([
      "VARIABLE_UNKNOWN 1:3 in a",
      "VARIABLE_UNKNOWN 1:17",
    ]);
  });

  test("behind a fragment, lines and columns are those of what the author wrote", () => {
    expect(placesIn("a\n{{> a}}\n {{> a}}{{x}}", { a: "1\n2\n3" })).toEqual(["VARIABLE_UNKNOWN 3:11"]);
  });

  test("a recipient whose data breaks a limit in a fragment is told where", () => {
    const content = sms("{{> a}}", { a: "x\n{{#each context.list}}{{/each}}" });
    const result = compileContent("SMS", content).render(aRecipient({ context: { list: Array(1_001).fill(1) } }));
    expect(result).toMatchObject({ detail: expect.stringMatching(/^content\.sms\.body, fragment a, line 2, column 1: /) });
  });
});

describe("fragments that cannot stand there", () => {
  test("unknown ones", () => {
    expect(placesIn("{{> a}} {{> b}}", { a: "\n{{> c}}" })).toEqual(["FRAGMENT_UNKNOWN 2:1 in a", "FRAGMENT_UNKNOWN 1:9"]);
  });

  test("circles, of one and of three", () => {
    expect(placesIn("{{> a}}", { a: "{{> a}}" })).toEqual(["FRAGMENT_CYCLE 1:1 in a"]);
    expect(placesIn("{{> a}}", { a: "{{> b}}", b: "{{> c}}", c: " {{> a}}" })).toEqual(["FRAGMENT_CYCLE 1:2 in c"]);
  });

  test("more than five inside one another", () => {
    const texts = { a: "{{> b}}", b: "{{> c}}", c: "{{> d}}", d: "{{> e}}", e: "{{> f}}", f: "" };
    expect(placesIn("{{> a}}", texts)).toEqual(["FRAGMENT_TOO_DEEP 1:1 in e"]);
    expect(placesIn("{{> b}}x", texts)).toEqual([]);
  });

  test.each(["{{>}}", "{{> a b}}", "{{> profile.a}}", '{{> "a"}}', "{{{> a}}}", "{%> a%}", "{{> a", "{{> a-b}}"])(
    "%s",
    (body) => {
      expect(placesIn(body, { a: "A" }).every((found) => found.startsWith("TEMPLATE_SYNTAX 1:"))).toBe(true);
    },
  );

  test("blocks inside one another are counted through fragments", () => {
    const nested = (depth: number, inner: string) => `${"{%#if true%}".repeat(depth)}${inner}${"{%/if%}".repeat(depth)}`;
    expect(placesIn(nested(5, "{{> a}}"), { a: nested(3, "x") })).toEqual([]);
    expect(placesIn(nested(5, "{{> a}}"), { a: nested(4, "x") })).toEqual(["TEMPLATE_LIMIT 1:37 in a"]);
  });
});

describe("fragments that would grow without end are refused at once", () => {
  const tenTimes = (name: string) => `{{> ${name}}}`.repeat(10);
  const bombs: [string, string, Texts][] = [
    ["ten of ten of ten", tenTimes("a"), { a: tenTimes("b"), b: tenTimes("c"), c: tenTimes("d"), d: tenTimes("e"), e: "lol" }],
    ["each uses itself twice", "{{> a}}", { a: "{{> a}}{{> a}}" }],
    ["two thousand", "{{> a}}".repeat(2_000), { a: "x" }],
    ["large ones", tenTimes("a"), { a: "x".repeat(100 * 1024) }],
    ["large ones in others", tenTimes("a"), { a: `${"x".repeat(20_000)}${tenTimes("b")}`, b: "y".repeat(20_000) }],
    ["tags of all of them", tenTimes("a"), { a: "{{context.a}}".repeat(1_000) }],
    ["many unknown ones in many", "{{> a}}".repeat(100), { a: "{{> b}}".repeat(1_900) }],
  ];

  test.each(bombs)("%s", (_what, body, texts) => {
    for (const check of [() => checkContent("SMS", sms(body, texts)), () => checkContent("EMAIL", mail(body, texts))]) {
      expect(cpuMilliseconds(check)).toBeLessThan(50);
      const { issues } = check();
      expect(issues[0]).toMatchObject({ severity: "ERROR", line: expect.any(Number), column: expect.any(Number) });
      expect(issues.length).toBeLessThanOrEqual(100);
    }
  });

  test("in two hundred texts of a push message", () => {
    const data = Array.from({ length: 200 }, () => "{{> a}}");
    const content = { push: { title: "t", body: "b", data }, fragments: fragmentsOf({ a: "x".repeat(100 * 1024) }) };
    expect(cpuMilliseconds(() => checkContent("PUSH", content))).toBeLessThan(500);
    const { issues } = checkContent("PUSH", content);
    expect(issues[0]).toMatchObject({ code: "TEMPLATE_LIMIT", path: "content.push.data.10", line: 1, column: 1 });
  });

  test("a hundred, and 256 kB together, are allowed", () => {
    const { issues } = checkContent("EMAIL", mail("{{> a}}".repeat(100), { a: "x".repeat(2_600) }));
    expect(issues.map(({ code }) => code)).toEqual(["EMAIL_LARGE"]);
  });
});

describe("hostile payloads as fragments", () => {
  test.each(hostileWrappers)("$name: are refused where they would be refused by themselves", ({ wrap }) => {
    for (const payload of hostilePayloads) {
      const template = wrap(payload);
      const alone = checkContent("EMAIL", mail(template, {})).issues.map(({ code, line, column }) => [code, line, column]);
      if (parseTemplate(template).fragments.size > 0) continue;
      const inside = checkContent("EMAIL", mail("{{> f}}", { f: template })).issues;
      const found = inside.map(({ code, line, column }) => [code, line, column]);
      const [sorted, expected] = [found, alone].map((list) => list.map(String).sort());
      expect(sorted, template.slice(0, 100)).toEqual(expected);
    }
  });
});

describe("emails", () => {
  test("a text part is made of html and its fragments, unless their names would become those of the content", () => {
    const email = { subject: "s", html: "<h1>Hi</h1>{{> a}}" };
    const textFor = (a: string) => {
      const content = { email, fragments: fragmentsOf({ a }) };
      const result = compileContent("EMAIL", content).render(aRecipient({ context: { x: "X" } }));
      const text = result.kind === "rendered" && result.message.channel === "EMAIL" ? result.message.text : "?";
      return { text, codes: checkContent("EMAIL", content).issues.map(({ code }) => code) };
    };
    expect(textFor("<p>{{context.x}}</p>")).toEqual({ text: "Hi\n\nX", codes: [] });
    expect(textFor("<p>{% let y = 1 %}{{y}}</p>")).toEqual({ text: null, codes: ["TEXT_PART_MISSING"] });
  });

  test("of MJML, places are those of the source or of the fragment", async () => {
    const html = `<mjml><mj-body><mj-section><mj-column>\n<mj-text>{{> a}}\n{{> b}}</mj-text>\n{{> a}}</mj-column></mj-section></mj-body></mjml>`;
    const compiled = await compileSources({ email: { subject: "s", html, text: "t" } }, "an author");
    const content = { ...compiled, fragments: fragmentsOf({ a: "<b>{{context.a}}</b><i title={{context.a}}></i>" }) };
    expect(checkContent("EMAIL", content).issues.map(place)).toEqual([
      ...["ATTRIBUTE_UNQUOTED 1:30 in a", "FRAGMENT_UNKNOWN 3:1", "MJML_TAG_LOST 4:1"],
    ]);
  });

  test("harmless payloads in MJML, and in a fragment of it, are printed as text", async () => {
    const harmless = hostilePayloads.filter(
      (text) => !/[{}<>&]/.test(text) && checkContent("EMAIL", mail(`<p>${text}</p>`, {})).issues.length === 0,
    );
    expect(harmless.length).toBeGreaterThan(50);
    const texts = harmless.map((text) => `<mj-text>${text}|{{context.x}}|{{> f}}</mj-text>`).slice(0, 90);
    const html = `<mjml><mj-body><mj-section><mj-column>${texts.join("")}</mj-column></mj-section></mj-body></mjml>`;
    const compiled = await compileSources({ email: { subject: "s", html } }, "an author");
    const content = { ...compiled, fragments: fragmentsOf({ f: `${harmless[0]}{{context.x}}` }) };
    const result = compileContent("EMAIL", content).render(aRecipient({ context: { x: "<script>{{context.x}}<%= 1 %>" } }));
    const printed = result.kind === "rendered" && result.message.channel === "EMAIL" ? result.message.html : "";
    expect(printed.split("&lt;script&gt;{{context.x}}&lt;%= 1 %&gt;")).toHaveLength(2 * texts.length + 1);
    expect(printed).not.toContain("<script>{{");
  });
});

describe("a fragment by itself", () => {
  const fragment = (content: string): ContentFragment => ({ fragmentId: "f", name: "f", number: 2, content });
  const check = (content: string, others: Texts = {}) =>
    checkFragment("EMAIL", fragment(content), fragmentsOf(others)).map((issue) => `${place(issue)} ${issue.path}`);

  test("is read with those that it uses; its former version does not matter", () => {
    expect(check("{{context.a}}{{> a}}", { a: "A", f: "{{> f}}" })).toEqual([]);
    expect(check("\n{{nobody}}")).toEqual(["VARIABLE_UNKNOWN 2:3 content"]);
    expect(check("{{> a}}", { a: "\n{{> f}}", f: "" })).toEqual(["FRAGMENT_CYCLE 2:1 in a content"]);
    expect(check("{{> a}}")).toEqual(["FRAGMENT_UNKNOWN 1:1 content"]);
  });

  test("may be any piece of html, but not MJML", () => {
    expect(check('{{context.a}}">')).toEqual([]);
    expect(check(" <mj-text>")).toEqual(["FRAGMENT_MJML 1:2 content"]);
    expect(checkFragment("SMS", fragment("<mj-text>"), [])).toEqual([]);
  });
});
