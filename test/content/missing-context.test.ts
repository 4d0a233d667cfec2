import { describe, expect, test } from "vitest";
import { compileContent } from "../../src/content/index.ts";
import { aRecipient, renderText } from "./support/render.ts";

function missing(template: string, context: Record<string, unknown> = {}): string[] {
  const result = renderText(template, { context });
  return result.kind === "missing-context" ? result.paths : [];
}

describe("a printed variable of the context that is absent or null is missing [D10]", () => {
  test.each([
    ["{{context.a}}", ["context.a"]],
    ["{{{context.a}}}", ["context.a"]],
    ["{%= context.a %}", ["context.a"]],
    ["{{context.nothing}}", ["context.nothing"]],
    ["{{context.a.b.c}} {{context.d}} {{context.a.b.c}}", ["context.a.b.c", "context.d"]],
    ["{%= upperCase(concat(context.a, context.d)) %}", ["context.a", "context.d"]],
    ["{%= context.a + 1 %}", ["context.a"]],
    ['{%= formatDate(context.a, "yyyy") %}{%= count(context.d) %}', ["context.a", "context.d"]],
    ["{%= concat(isEmpty(context.a), context.d) %}", ["context.d"]],
    ["{%#if true%}{{context.a}}{%/if%}", ["context.a"]],
    ["{{#each context.items as |x|}}{{x.name}}{{/each}}", ["context.items.name"]],
    ["{{#each context.items}}{{this.name}}{{/each}}", ["context.items.name"]],
    ["{{#each context.holes as |x|}}{{x}}{{/each}}", ["context.holes"]],
    ["{{#each context.nested as |x|}}{{#each x.list as |y|}}{{y.z}}{{/each}}{{/each}}", ["context.nested.list.z"]],
    ["{{#with context.user as |u|}}{{u.name}}{{/with}}", ["context.user.name"]],
    ["{% let v = context.a %}{{v}}", ["context.a"]],
    ['{% let v = concat("x", context.a) %}{% let w = v %}{{w}}', ["context.a"]],
    ["{% let u = context.user %}{{u.name}}", ["context.user.name"]],
    ["{%= context.a ?: context.nothing %}", ["context.nothing"]],
    ['{%= context.a ?: "" ?: context.b %}{%= concat("x", profile.a ?: upperCase(context.d)) %}', ["context.b", "context.d"]],
    ["{% let v = context.a ?: context.b %}{{v}}", ["context.b"]],
    ['{{#each topN(context.items, "price", 9) as |x|}}{{x.name}}{{/each}}', ["context.items.name"]],
    ['{% let t = bottomN(context.items, "price", 9) %}{{#each distinct(t) as |x|}}{{x.price}}{{/each}}', ["context.items.price"]],
    ["{% let first = head(context.items) %}{{first.name}}{{first.size}}", ["context.items.size"]],
    ['{{#with get(context.map, "NO") as |p|}}{{p.price}}{{/with}}', ["context.map.NO.price"]],
    ["{{#with get(context.map, context.key) as |p|}}{{p.price}}{{/with}}", ["p.price"]],
    ["{{#each values(context.map) as |p|}}{{p.price}}{{/each}}", ["p.price"]],
    ["{{#each [context.there, context.a] as |x|}}{{x}}{{/each}}", ["x"]],
    ["{{#with context.a ?: context.user}}{{this.name}}{{/with}}", ["this.name"]],
    ["{% let u = context.a ?: context.user %}{{u.name}}{{u}}", ["u.name", "u"]],
    ["{% let u = profile.user %}{%#if true%}{% let u = context.user %}{%/if%}{{u.name}}", ["u.name"]],
    ["{% let u = context.user %}{%#if true%}{% let u = context.user %}{%/if%}{{u.name}}", ["context.user.name"]],
    ["{% let s = 0 %}{{#each context.items as |x|}}{% let s = s + x.price %}{{/each}}{{s}}", ["context.items.price"]],
  ])("%s", (template, paths) => {
    const own = { map: { NO: {} }, key: "NO", there: "x" };
    const context = {
      ...own,
      nothing: null,
      items: [{ name: "n", price: 1 }, {}],
      holes: [1, null],
      nested: [{ list: [{}] }],
      user: {},
    };
    expect(missing(template, context)).toEqual(paths);
  });
});

describe("nothing is missing", () => {
  test.each([
    ["when it is there", "{{context.there}}{{context.no}}{{context.zero}}{{context.empty}}"],
    ["behind a fallback", '{%= context.a ?: "x" %}{%= concat(context.a ?: "x") %}'],
    [
      "in a fallback that is not taken",
      "{%= context.there ?: context.b %}{%= concat(context.a ?: context.there ?: context.b) %}",
    ],
    ["in a fallback of a question", "{%#if context.a ?: context.b%}{%/if%}{%= isNull(context.a ?: context.b) %}"],
    ["in one of several values of the profile", "{{#each [profile.a, profile.b] as |x|}}{{x}}{{/each}}"],
    ["in a condition", "{%#if context.a%}{%/if%}{%#unless context.a = 1%}{%/unless%}{%#if upperCase(context.a)%}{%/if%}"],
    ["in a comparison that is printed", "{%= context.a = 1 %}{%= not context.a %}{%= context.a and context.b %}"],
    ["at the head of a block", "{{#each context.a as |x|}}{{x.y}}{{/each}}{{#with context.a as |x|}}{{x.y}}{{/with}}"],
    ["in a branch that is not taken", "{%#if context.there = 1%}{{context.a}}{%else if false%}{{context.b}}{%/if%}"],
    ["in a let that is not printed", "{% let v = context.a %}{%#if v%}{{v}}{%/if%}"],
    ["in a let with a fallback", '{% let v = context.a ?: "x" %}{{v}}'],
    ["in the profile", "{{profile.a}}"],
    [
      "in a function that asks",
      '{%= isEmpty(context.a) %}{%= isNull(context.a) %}{%= contains(context.a, "x") %}{%= in(context.a, context.b) %}',
    ],
    ["in a function that counts what is absent", "{%= countOnlyNull([context.a]) %}{%= countWithNull(context.a) %}"],
    ["in a question inside another function", '{%= concat("x", isNotNull(upperCase(context.a))) %}'],
    ["in a let that was given a value of the profile", "{% let v = context.there %}{% let v = profile.a %}{{v}}{{v.name}}"],
  ])("%s", (_why, template) => {
    const context = { there: "x", no: false, zero: 0, empty: "" };
    expect(renderText(`.${template}`, { context }).kind).toBe("rendered");
  });
});

test("the variables of all fields are named, each once, with the field that prints it", () => {
  const email = { subject: "{{context.a}}", html: "{{context.b}}{{context.a}}" };
  expect(compileContent("EMAIL", { email }).render(aRecipient())).toEqual({
    kind: "missing-context",
    paths: ["context.a", "context.b"],
    detail:
      "context.a (printed in content.email.subject), context.b (printed in content.email.html) are absent or null in this recipient's context, and there is no fallback.",
  });
});

test("a long list of missing variables makes a short sentence", () => {
  const template = Array.from({ length: 12 }, (_, index) => `{{context.v${index}}}`).join("");
  const result = renderText(template);
  expect(result).toMatchObject({ kind: "missing-context", detail: expect.stringContaining(" and 2 more are absent") });
});

test("one recipient's missing variables are not another's", () => {
  const content = compileContent("SMS", { sms: { body: "{{context.a}}" } });
  expect(content.render(aRecipient()).kind).toBe("missing-context");
  expect(content.render(aRecipient({ context: { a: "x" } })).kind).toBe("rendered");
});

test("a campaign may choose to print nothing instead [D10]", () => {
  const content = compileContent("SMS", { sms: { body: "[{{context.a}}{% let v = context.b %}{{v}}]" } });
  expect(content.render(aRecipient(), { missingContext: "PRINT_NOTHING" })).toEqual({
    kind: "rendered",
    message: { channel: "SMS", body: "[]", segments: 1 },
  });
});
