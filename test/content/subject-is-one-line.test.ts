import { expect, test } from "vitest";
import { checkContent, compileContent } from "../../src/content/index.ts";
import { aRecipient, emailOf, locate } from "./support/render.ts";

test.each([
  ["Hi\r\nBcc: evil@example.com", "Hi Bcc: evil@example.com"],
  ["a\nb\rc\0d", "a b c d"],
  ["a\r\n\r\n\0b", "a b"],
  ["a\u2028b\u0085c", "a b c"],
])("line breaks and NUL in a value become one space in a subject: %j", (value, subject) => {
  expect(emailOf({ subject: "{{context.x}}", html: "h" }, { context: { x: value } }).subject).toBe(subject);
  expect(emailOf({ subject: "{{{context.x}}}", html: "h" }, { context: { x: value } }).subject).toBe(subject);
});

test("a line break in an author's literal does not reach the header either", () => {
  expect(emailOf({ subject: 'a{%= "\\r\\n" %}b', html: "h" }).subject).toBe("a b");
});

test("the title of a push notification is one line too", () => {
  const content = compileContent("PUSH", { push: { title: "{{context.x}}", body: "{{context.x}}" } });
  const result = content.render(aRecipient({ context: { x: "a\r\nb" } }));
  expect(result).toMatchObject({ message: { title: "a b", body: "a\r\nb" } });
});

test("an author's own line break in a subject or title is an issue where it stands; inside a tag it is only space", () => {
  const email = { subject: "{%#if\ntrue%}a\nb{%/if%}", html: "h", text: "a\nb", preheader: "a\nb" };
  expect(checkContent("EMAIL", { email }).issues.map(locate)).toEqual(["LINE_BREAK 2:8"]);
  const push = { title: "{{#each context.a as |x|}}{{x}}{{/each}}\0", body: "a\nb" };
  expect(checkContent("PUSH", { push }).issues.map(locate)).toEqual(["LINE_BREAK 1:41"]);
  expect(checkContent("EMAIL", { email: { subject: "{%\nlet a = 1 %}{{a}}", html: "h", text: "t" } }).issues).toEqual([]);
});
