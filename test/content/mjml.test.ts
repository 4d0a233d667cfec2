import { expect, test } from "vitest";
import { checkContent, compileContent, compileSources } from "../../src/content/index.ts";
import { cpuMilliseconds } from "../support/cpu-milliseconds.ts";
import { aRecipient, locate } from "./support/render.ts";

const contentOf = (html: string) => compileSources({ email: { subject: "Hello", html } }, "an author");
const issuesOf = async (html: string) => checkContent("EMAIL", await contentOf(html)).issues;
const codesOf = async (html: string) => (await issuesOf(html)).map(locate);

async function mailOf(html: string, sample: Parameters<typeof aRecipient>[0]) {
  const result = compileContent("EMAIL", await contentOf(html)).render(aRecipient(sample));
  if (result.kind !== "rendered" || result.message.channel !== "EMAIL") throw new Error(JSON.stringify(result));
  return result.message;
}

const body = (components: string) => `<mjml>\n<mj-body>\n${components}\n</mj-body>\n</mjml>`;
const column = (components: string) => body(`<mj-section><mj-column>\n${components}\n</mj-column></mj-section>`);

test("MJML is compiled, and its tags are filled in wherever they stand", async () => {
  const source = `<!-- Orders -->${column(`
    <mj-text>Hi {{profile.name}} {%#if context.total > 3 and context.total < 9%}<b>{{context.total}}</b>{%/if%}</mj-text>
    <mj-button href="https://shop.example/?a=1&amp;name={%= profile.name ?: "you" %}">Go</mj-button>
    <mj-raw>{{#each context.items as |item|}}</mj-raw>
    <mj-text>{{item}}</mj-text>
    <mj-raw>{{/each}}</mj-raw>`)}`;
  expect(await issuesOf(source)).toEqual([]);
  const { html, text } = await mailOf(source, { profile: { name: "<Zoë>" }, context: { total: 5, items: ["Hat", "Bag"] } });
  expect(html).toContain("<!doctype html>");
  expect(html).toContain("Hi &lt;Zoë&gt; <b>5</b>");
  expect(html).toContain('href="https://shop.example/?a=1&amp;name=&lt;Zoë&gt;"');
  expect(html.match(/>(Hat|Bag)</g)).toHaveLength(2);
  expect(html).not.toContain("fonts.googleapis.com");
  expect(text?.trim().split(/\s+/)).toEqual(["Hi", "<Zoë>", "5", "Go", "[https://shop.example/?a=1&name=<Zoë>]", "Hat", "Bag"]);
});

test("what MJML cannot be is an issue at its line and column", async () => {
  expect(await codesOf(column("<mj-text>{{! two\nlines }}a</mj-text>\n  <mj-bogus />"))).toEqual(["MJML_INVALID 6:3"]);
  expect(await codesOf(column('<mj-text color="{{profile.color}}">a</mj-text>'))).toEqual([]);
  expect(await codesOf("<!-- a -->\n <mjml><mj-head></mj-head></mjml>")).toEqual(["MJML_INVALID 2:2"]);
  expect(await codesOf(`<mjml><mj-body>${"<mj-wrapper>".repeat(500)}`)).toEqual(["TEMPLATE_LIMIT 1:1"]);
  expect(await codesOf(column("<mj-text>a</mj-text>\n".repeat(1000)))).toEqual(["TEMPLATE_LIMIT 1000:1"]);
  expect(await codesOf(column("<mj-text>a\ue000</mj-text>"))).toEqual(["MJML_INVALID 4:11"]);
});

test("MJML that was never compiled is an issue at its beginning", () => {
  const { issues } = checkContent("EMAIL", { email: { subject: "Hello", html: body("") } });
  expect(issues.map(locate)).toEqual(["MJML_INVALID 1:1"]);
});

test("an address that is refused is found in the source, also when it stands there twice", async () => {
  const button = '<mj-button href="javascript:alert(1)">Go</mj-button>';
  expect(await codesOf(column(button))).toEqual(["URL_SCHEME_UNSAFE 4:18"]);
  expect(await codesOf(column(`${button}\n${button}`))).toEqual(["URL_SCHEME_UNSAFE 4:18", "URL_SCHEME_UNSAFE 5:18"]);
});

test("an address that the compiler repeats is told at the beginning, and that it has no single place", async () => {
  const head = '<mj-head><mj-attributes><mj-button href="javascript:x" /></mj-attributes></mj-head>';
  const buttons = "<mj-button>a</mj-button><mj-button>b</mj-button>";
  const source = column(buttons).replace("<mjml>", `<mjml>${head}`);
  expect(await codesOf(source)).toEqual(["URL_SCHEME_UNSAFE 1:1", "URL_SCHEME_UNSAFE 1:1"]);
  expect((await issuesOf(source))[0]?.message).toContain("at no single place of the MJML");
});

test("MJML that would keep the compiler busy for a minute is ended, and the server goes on meanwhile", async () => {
  const style = Array.from({ length: 5_000 }, (_, index) => `.a${index} b{color:red}`).join("");
  const source = `<mjml><mj-head><mj-style inline="inline">${style}</mj-style></mj-head><mj-body><mj-section><mj-column>
    <mj-text>${'<b class="a1">x</b>'.repeat(8_000)}</mj-text></mj-column></mj-section></mj-body></mjml>`;
  let ticks = 0;
  const ticking = setInterval(() => (ticks += 1), 100);
  const start = process.threadCpuUsage();
  expect(await codesOf(source)).toEqual(["TEMPLATE_LIMIT 1:1"]);
  clearInterval(ticking);
  // This thread waited: it was free for whatever else came.
  expect(process.threadCpuUsage(start).user / 1_000).toBeLessThan(1_000);
  expect(ticks).toBeGreaterThan(1);
}, 30_000);

test("files are not read: mj-include is refused", async () => {
  expect(await codesOf(body('<mj-include path="/etc/passwd" />'))).toEqual(["MJML_INCLUDE 3:1"]);
});

test("a tag where MJML drops text is an issue, not a lost condition", async () => {
  const source = column("{%#if profile.vip%}<mj-text>Dear friend</mj-text>{%/if%}");
  expect(await codesOf(source)).toEqual(["MJML_TAG_LOST 4:1", "MJML_TAG_LOST 4:50"]);
});

test("faults of tags are told by their place in the source", async () => {
  expect(await codesOf(column("<mj-text>{{profile.a</mj-text>"))).toEqual(["TEMPLATE_SYNTAX 4:21"]);
  expect(await codesOf(column("<mj-raw><div>a</div>\n<script>{{profile.a}}</script></mj-raw>"))).toEqual([
    "EXPRESSION_IN_SCRIPT 5:9",
  ]);
});

test("tags, comments and a doctype may stand around MJML: it is compiled, and they do what they say", async () => {
  const hello = column("<mj-text>Hello {{name}}</mj-text>");
  const sample = { context: { n: "Zoë", old: false } };
  const withLet = `{% let name = context.n %}\n<!-- a -->\n${hello}`;
  expect(await codesOf(withLet)).toEqual([]);
  expect((await mailOf(withLet, sample)).html).toMatch(/^<!doctype html>[\s\S]*Hello Zoë/);
  const withDoctype = `\ufeff<!DOCTYPE html>\n${hello.replace("{{name}}", "you")}`;
  expect(await codesOf(withDoctype)).toEqual([]);
  expect((await mailOf(withDoctype, sample)).html).toMatch(/^<!doctype html>[\s\S]*Hello you/);
  const [one, other] = [column("<mj-text>One</mj-text>"), column("<mj-text>Other</mj-text>")];
  const either = `{%#if context.old%}${one}{%else%}\n<!-- {{profile.a}} --> ${other}{%/if%}`;
  expect(await codesOf(either)).toEqual([]);
  const { html } = await mailOf(either, sample);
  expect(html).toMatch(/^<!-- {2}--><!doctype html>/);
  expect(html).toContain("Other");
  expect(html).not.toContain("One");
});

test("what is shown and stands outside of MJML is an issue, told at its place, and so is MJML that is not the whole", async () => {
  const mjml = column("<mj-text>a</mj-text>");
  expect(await codesOf(`{{profile.a}}\n${mjml}`)).toEqual(["MJML_TAG_LOST 1:1"]);
  expect(await codesOf(`${mjml}\nand more`)).toEqual(["MJML_INVALID 8:1"]);
  expect(await codesOf(`Hello\n${mjml}`)).toContain("MJML_INVALID 2:2");
  expect(await codesOf(`<html>\n <body>${mjml}</body></html>`)).toContain("MJML_INVALID 2:9");
  expect(await codesOf("<p>a</p><!-- <mj-text> -->")).toEqual([]);
});

test("an element of MJML where only html is read is an issue: it would be sent as it is", async () => {
  const raw = column("<mj-text>a\n<mj-raw>{{profile.a}}</mj-raw></mj-text>");
  expect(await codesOf(raw)).toEqual(["MJML_INVALID 5:2"]);
  expect(await codesOf("<p>\n<mj-button>a</mj-button></p>")).toEqual(["MJML_INVALID 2:2"]);
});

test("of a thousand faults a hundred are told, each at its line, in no more time than one", async () => {
  const source = column(`<mj-text>{{! two\nlines }}</mj-text>\n${"<mj-bogus />\n".repeat(980)}`);
  const codes = await codesOf(source);
  expect(codes).toHaveLength(100);
  expect(codes.slice(0, 2)).toEqual(["MJML_INVALID 6:1", "MJML_INVALID 7:1"]);
  const content = await contentOf(source);
  expect(cpuMilliseconds(() => checkContent("EMAIL", content))).toBeLessThan(50);
});

test("html that only speaks of MJML stays html", async () => {
  for (const html of ["<p><mjml></p>", "<mjmlx>", "<!-- <mjml> --> <p>x</p>", "<!-- <mjml>"])
    expect((await contentOf(html)).email?.compiled).toBeUndefined();
  expect((await contentOf("<?xml version='1.0'?><!-- a --><!-- b --> <mjml>")).email?.compiled).toBeDefined();
});
