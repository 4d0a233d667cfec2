import { describe, expect, test } from "vitest";
import { checkContent, compileContent } from "../../src/content/index.ts";
import { cpuMilliseconds } from "../support/cpu-milliseconds.ts";
import { emailOf } from "./support/render.ts";

const textOf = (html: string, sample?: Parameters<typeof emailOf>[1]) => emailOf({ subject: "Hello", html }, sample).text;

test("an email without a text part gets one of its html: links keep their address, images their words", () => {
  const html = `<html><head><title>T</title><style>p{color:red}</style></head><body><h1>Hello {{profile.firstName}}</h1>
    <p>Tom &amp; Ada: <a href="https://shop.example/?a=1&amp;id={{context.id}}">your order</a></p>
    <p><a href="https://shop.example">https://shop.example</a> <img src="https://i.example/a.png" alt="A hat"></p></body></html>`;
  const text = textOf(html, { profile: { firstName: "<Zoë>" }, context: { id: "7&8" } });
  expect(text).toBe("Hello <Zoë>\n\nTom & Ada: your order [https://shop.example/?a=1&id=7&8]\n\nhttps://shop.example A hat");
});

test("cells, rows and every other block stay apart; a list in which a loop stands is not numbered", () => {
  const rows = "<tr><td>Pen</td><td>3</td><td>12.00</td></tr><tr><th>Total</th><td>3</td><td>12.00</td></tr>";
  expect(textOf(`<table>${rows}</table>`)).toBe("Pen 3 12.00\nTotal 3 12.00");
  expect(textOf(`<table><thead>${rows}</thead><tfoot>${rows}</tfoot></table><center>A</center>B`)).toBe(
    "Pen 3 12.00\nTotal 3 12.00\nPen 3 12.00\nTotal 3 12.00\n\nA\nB",
  );
  expect(textOf("<table><tr><td>A<table><tr><td>B</td><td>C</td></tr></table></td><td>D</td></tr></table>")).toMatch(
    /^A\n+B C\n+D$/,
  );
  expect(textOf("a<br>b<dl><dt>T</dt><dd>D</dd></dl><figure>F<figcaption>C</figcaption></figure>")).toBe("a\nb\nT\nD\nF\nC");
  expect(textOf("<address>A</address><fieldset><legend>L</legend>F</fieldset><details><summary>S</summary>D</details>")).toBe(
    "A\nL\nF\nS\nD",
  );
  expect(textOf("<select><option>1</option><option>2</option></select><button>A</button><button>B</button>")).toBe("1\n2\nA B");
  expect(textOf('<span style="display:block">a</span><span style="display: block">b</span>')).toBe("a\nb");
  expect(textOf("<pre>a  b\n c</pre><p hidden>x</p><template>y</template>")).toBe("a  b\n c");
  expect(textOf("<ol><li>a</li><li>b</li></ol>")).toBe(" 1. a\n 2. b");
  const items = { context: { items: ["Hat", "Bag"] } };
  expect(textOf("<ol>{{#each context.items as |x|}}<li>{{x}}</li>{{/each}}</ol>", items)).toBe(" * Hat\n * Bag\n");
  expect(textOf("<table>{{#each context.items as |x|}}<tr><td>{{x}}</td><td>1</td></tr>{{/each}}</table>", items)).toBe(
    "Hat 1\nBag 1\n",
  );
  expect(textOf("<table><tr>{{#each context.items as |x|}}<td>{{x}}</td>{{/each}}</tr></table>", items)?.split(/\s+/)).toEqual(
    expect.arrayContaining(["Hat", "Bag"]),
  );
});

test("conditions, loops and lets do in the text part what they do in the html", () => {
  const html = `{% let total = 0 %}<table>{{#each context.items as |item|}}{% let total = total + item.price %}
    <tr><td>{{item.name}}</td></tr>{{/each}}</table>
    {%#if context.vip = true%}<p>Dear friend</p>{%else%}<p>Hello</p>{%/if%}<p>{{total}} €</p>`;
  const items = [
    { name: "Hat", price: 2 },
    { name: "Bag", price: 3 },
  ];
  const text = textOf(html, { context: { items, vip: true } });
  expect(text?.trim().split(/\s+/)).toEqual(["Hat", "Bag", "Dear", "friend", "5", "€"]);
});

test("braces that the author wrote as entities stay text", () => {
  expect(textOf("<p>&#123;{ {{profile.a}} &#123;&#123;profile.a}} &#123;%#if%}</p>", { profile: { a: "A" } })).toBe(
    "{{ A {{profile.a}} {%#if%}",
  );
});

test("no text part is made where it would say something else, and the review warns where it can tell", () => {
  const raw = "<p>x {{{profile.markup}}}</p>";
  expect(textOf(raw)).toBeNull();
  expect(textOf("<p>\ue000 {{profile.a}}</p>")).toBeNull();
  // A let in the title, which is no part of the text, would be lost.
  expect(textOf("<title>{% let a = 1 %}{% let a = 2 %}</title>{% let a = 3 %}<p>{{a}}</p>")).toBeNull();
  const codes = (html: string) => checkContent("EMAIL", { email: { subject: "S", html } }).issues.map(({ code }) => code);
  expect(codes(raw)).toEqual(["TEXT_PART_MISSING"]);
  expect(codes("<p>\ue000</p>")).toEqual(["TEXT_PART_MISSING"]);
  expect(codes("<p>{{profile.a}}</p>")).toEqual([]);
  // A condition that begins in the title never gets so far.
  expect(codes("<title>{%#if profile.a%}</title><p>x</p>{%/if%}")).toContain("BLOCK_CUTS_HTML");
});

test("hidden text is no part of it", () => {
  expect(textOf('<div style="color:red; Display: None">Preview {{profile.a}}</div><p>Hello</p>')).toBe("Hello");
});

test("an author's text part stays, and html without any text makes none", () => {
  expect(emailOf({ subject: "S", html: "<p>html</p>", text: "mine" }).text).toBe("mine");
  expect(textOf('<img src="https://i.example/a.png">')).toBeNull();
});

describe("no html takes 50 ms to become a text part, be it as large as the review lets pass", () => {
  const pieces = [
    "<div>",
    "<ul><li>",
    "<blockquote>",
    "<table><tr><td>",
    "<p>x</p>",
    "<b>x ",
    "<a href='x'>",
    "<",
    " ",
    "x ",
    "<h1>",
    "<td>x",
    "<tr><td>x</td>",
    "<ol><li>x</li></ol>",
    "<ol>",
  ];

  test.each(pieces)("%s", (piece) => {
    const count = Math.min(Math.floor(250_000 / piece.length), Math.floor(9_990 / Math.max(piece.split("<").length - 1, 1)));
    const email = { subject: "s", html: `<p>x</p>${piece.repeat(count)}` };
    expect(cpuMilliseconds(() => compileContent("EMAIL", { email }))).toBeLessThan(50);
  });
});
