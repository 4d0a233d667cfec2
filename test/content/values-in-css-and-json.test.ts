import { type DefaultTreeAdapterTypes, parse } from "parse5";
import { describe, expect, test } from "vitest";
import { checkContent, compileContent, compileSources } from "../../src/content/index.ts";
import { aRecipient, htmlOf, locate } from "./support/render.ts";

const styleOf = (style: string, v: unknown, element = false) =>
  htmlOf(element ? `<style>${style}</style>` : `<p style="${style}">x</p>`, { profile: { v } });

describe("a colour, a number or a size is printed into a style", () => {
  test.each([
    ..."#fff #FF0000 #12345678 ff0000 red RebeccaPurple transparent currentColor 0 12 12.5 -3 .5 100px 1.5em 50% 12pt".split(" "),
    ...["rgb(1, 2, 3)", "rgba(1,2,3,.5)", "hsl(120deg 50% 50% / 0.5)", " red "],
  ])("%s", (value) => {
    expect(styleOf("color:{{profile.v}};margin:0", value)).toBe(`<p style="color:${value.trim()};margin:0">x</p>`);
    expect(styleOf(".a{color:{{profile.v}}}", value, true)).toBe(`<style>.a{color:${value.trim()}}</style>`);
  });

  test.each([
    ...[
      "red;position:fixed",
      "red}body{display:none",
      "url(https://x.example)",
      "expression(alert(1))",
      "u\\72l(x)",
      "red/**/",
      "fixed",
    ],
    ...[
      "</style><script>x</script>",
      '"',
      "red !important",
      "var(--a)",
      "attr(href)",
      "calc(1px + 1px)",
      "rgb(1,2)",
      "rgb(1,2,url(x))",
    ],
    ...["javascript:x", "@import 'x'", "\u202ered", "red\nblue", "constructor", "-", "9".repeat(200)],
  ])("anything else is refused: %s", (value) => {
    expect(styleOf("color:{{profile.v}};margin:0", value)).toBe('<p style="color:unset;margin:0">x</p>');
    expect(styleOf(".a{color:{{{profile.v}}}}", value, true)).toBe("<style>.a{color:unset}</style>");
  });
});

describe("an address is printed into a background", () => {
  test.each([
    ["https://x.example/a.png?b=1&c=2#d", "https://x.example/a.png?b=1&c=2#d"],
    ["/a b.png", "/a%20b.png"],
    ["https://x.example/ü'\")\\;}<b>", "https://x.example/%C3%BC%27%22%29%5C%3B%7D%3Cb%3E"],
    ["javascript:alert(1)", "#"],
    ["data:text/html,x", "#"],
    ["java\tscript:x", "#"],
  ])("%s", (value, printed) => {
    for (const quote of ["", "'"]) {
      const html = styleOf(`background:red url(${quote}{{profile.v}}${quote}) no-repeat`, value);
      const [style] = /(?<=style=")[^"]*/.exec(html) ?? [""];
      expect(style.replaceAll("&amp;", "&")).toBe(`background:red url(${quote}${printed}${quote}) no-repeat`);
    }
  });

  test("its parts cannot make a scheme together", () => {
    const html = '<p style="background:url({{profile.a}}{{profile.b}})">';
    expect(htmlOf(html, { profile: { a: "java", b: "script:x" } })).toBe('<p style="background:url(java#)">');
    const past = '<p style="background:url(https://x.example/{{profile.a}})">';
    expect(htmlOf(past, { profile: { a: "a:b" } })).toBe('<p style="background:url(https://x.example/a:b)">');
  });
});

test("colours, sizes of letters and backgrounds of MJML may be printed, and are guarded in all that they become", async () => {
  const html = `<mjml><mj-body background-color="{{profile.c}}"><mj-section background-color="{{profile.c}}" background-url="{{profile.u}}">
    <mj-column><mj-text color="{{profile.c}}" font-size="{{profile.s}}px">a</mj-text>
    <mj-button background-color="{{profile.c}}" border="1px solid {{profile.c}}">b</mj-button></mj-column></mj-section></mj-body></mjml>`;
  const content = await compileSources({ email: { subject: "s", html, text: "t" } }, "an author");
  expect(checkContent("EMAIL", content).issues).toEqual([]);
  const mailOf = (profile: Record<string, unknown>): string => {
    const result = compileContent("EMAIL", content).render(aRecipient({ profile }));
    return result.kind === "rendered" && result.message.channel === "EMAIL" ? result.message.html : "";
  };
  const mail = mailOf({ c: "#abcdef", u: "https://x.example/a.png", s: 17 });
  expect(mail).toContain("color:#abcdef");
  expect(mail).toContain("font-size:17px");
  expect(mail).toContain("url('https://x.example/a.png')");
  const hostile = mailOf({ c: 'red;}</style>"', u: "javascript:x')", s: "1;x" });
  expect(hostile).not.toContain("javascript");
  expect(hostile).toContain("color:unset");
  expect(hostile).toContain("font-size:unsetpx");
});

describe("values in JSON-LD are values of JSON, whatever they hold", () => {
  const html =
    '<script type="application/ld+json">{"@type": "Order", "name": "No. {{context.v}}.", "price": {{{context.v}}}, "list": [{{#each context.list as |x|}}"{{x}}",{{/each}}0]}</script>x';
  const scriptOf = (v: unknown, list: unknown[] = []) => {
    const printed = htmlOf(html, { context: { v, list } });
    const [script, ...others] = parse(printed).childNodes.flatMap((node) => scriptsIn(node));
    expect(others).toEqual([]);
    return JSON.parse(script ?? "") as { name: string; price: unknown; list: unknown[] };
  };

  test.each([
    ...[
      '"',
      "\\",
      '\\"',
      "</script><script>x",
      "<!--<script>",
      "]]>",
      "\n\r\t",
      "\u2028\u2029",
      "&quot;",
      "\ud800",
      "a\0b",
      "{{context.v}}",
    ],
  ])("%j", (value) => {
    const { name, price, list } = scriptOf(value, [value, value]);
    expect(name).toBe(`No. ${value}.`);
    expect(price).toBe(value);
    expect(list).toEqual([value, value, 0]);
  });

  test("numbers and booleans stay what they are", () => {
    expect(scriptOf(12.5)).toMatchObject({ name: "No. 12.5.", price: 12.5 });
    expect(scriptOf("12.00").price).toBe(12);
    expect(scriptOf(true).price).toBe(true);
    expect(scriptOf("007").price).toBe("007");
  });
});

function scriptsIn(node: DefaultTreeAdapterTypes.Node): string[] {
  if ("tagName" in node && node.tagName === "script")
    return node.childNodes.map((child) => ("value" in child ? child.value : ""));
  return "childNodes" in node ? node.childNodes.flatMap(scriptsIn) : [];
}

test("what stands in a comment of html is not printed: it need not be there, and is no unsubscribe link", () => {
  expect(htmlOf("<p>a</p><!-- {{context.a}} {{{context.b}}} -->", { context: { b: "--><b>" } })).toBe(
    "<p>a</p><!--  --&gt;&lt;b&gt; -->",
  );
  const codesOf = (html: string) =>
    checkContent("EMAIL", { email: { subject: "s", html, text: "t" } }, { category: "MARKETING" }).issues.map(locate);
  expect(codesOf("<p>a</p><!-- {{message.unsubscribeUrl}} -->")).toEqual(["UNSUBSCRIBE_LINK_MISSING"]);
  expect(codesOf('<a href="{{message.unsubscribeUrl}}">a</a><!-- {{message.unsubscribeUrl}} -->')).toEqual([]);
  expect(codesOf('{% let u = message.unsubscribeUrl %}<a href="{{u}}">a</a>')).toEqual([]);
  expect(codesOf('<!--[if mso]><a href="{{message.unsubscribeUrl}}">a</a><![endif]-->')).toEqual([]);
});
