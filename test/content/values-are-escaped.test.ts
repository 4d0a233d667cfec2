import { describe, expect, test } from "vitest";
import { emailOf, htmlOf, textOf } from "./support/render.ts";

const markup = `<script>alert("1")</script> & 'x'`;

test("a value with markup is printed into html as text", () => {
  const escaped = "&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;x&#39;";
  expect(htmlOf("<p>{{profile.x}}</p>", { profile: { x: markup } })).toBe(`<p>${escaped}</p>`);
  expect(htmlOf('{%= profile.none ?: "<b>" %}')).toBe("&lt;b&gt;");
  expect(htmlOf("{%= concat(context.x) %}", { context: { x: markup } })).toBe(escaped);
  expect(htmlOf("{{#each context.xs as |x|}}{{x}}{{/each}}", { context: { xs: [markup] } })).toBe(escaped);
  expect(htmlOf("{{message.unsubscribeUrl}}")).toBe("https://envoi.example/u?m=1&amp;s=2");
});

test("three braces print a value into html as it is", () => {
  expect(htmlOf("{{{context.x}}}", { context: { x: markup } })).toBe(markup);
});

test("nothing is escaped outside html", () => {
  const email = { subject: "{{context.x}}", preheader: "{{context.x}}", html: "h", text: "{{context.x}}" };
  expect(emailOf(email, { context: { x: markup } })).toEqual({
    channel: "EMAIL",
    subject: markup,
    preheader: markup,
    html: "h",
    text: markup,
  });
  expect(textOf("{{context.x}}", { context: { x: markup } })).toBe(markup);
});

describe("a value that looks like a template is data", () => {
  test.each([
    "{{context.secret}}",
    "{%= profile.secret %}",
    "<%= process.exit() %>",
    "<% throw 1 %>",
    `\${process.exit()}`,
    "');process.exit();//",
    '");process.exit();//',
    "`+process.exit()+`",
    "\\",
    "\u2028\u2029\u0000",
    "__eta.res",
    "{{!--",
  ])("%j is printed as it is", (value) => {
    expect(textOf("[{{context.x}}]", { context: { x: value, secret: "s" }, profile: { secret: "s" } })).toBe(`[${value}]`);
  });
});

describe("an author's text is text", () => {
  test.each([
    "<%= process.exit() %>",
    "<% throw 1 %>",
    "');throw 1;//",
    '");throw 1;//',
    `\`\${process.exit()}\``,
    "\\u0022+x",
    "\u2028",
    "</script>",
    "__rt.profile",
  ])("%j between tags is printed as it is", (text) => {
    expect(textOf(`.${text}{{profile.a}}${text}`)).toBe(`.${text}${text}`);
    const literal = text.replaceAll("\\", "\\\\").replaceAll('"', '\\"');
    expect(textOf(`.{%= concat("${literal}") %}`)).toBe(`.${text}`);
  });
});
