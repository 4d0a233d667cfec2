import { describe, expect, test } from "vitest";
import { type CampaignContent, checkContent, compileContent } from "../../src/content/index.ts";
import { aRecipient } from "./support/render.ts";

type Channel = Parameters<typeof compileContent>[0];

function kindOf(channel: Channel, content: CampaignContent, profile: Record<string, unknown> = {}): string {
  const result = compileContent(channel, content).render(aRecipient({ profile }));
  return result.kind === "render-error" ? result.detail : result.kind;
}

describe("a message that says nothing does not leave", () => {
  const fill = (a: unknown) => ({ a });

  test.each(["", " ", "\u00a0\n", "\u200b\ufeff", "\u2800"])("an SMS, a subject, a title or a body of %j", (a) => {
    expect(kindOf("SMS", { sms: { body: "{{profile.a}}" } }, fill(a))).toMatch(/^content\.sms\.body: nothing is left/);
    expect(kindOf("PUSH", { push: { title: "{{profile.a}}", body: "b" } }, fill(a))).toMatch(/^content\.push\.title: /);
    expect(kindOf("PUSH", { push: { title: "t", body: "{{profile.a}}" } }, fill(a))).toMatch(/^content\.push\.body: /);
    expect(kindOf("EMAIL", { email: { subject: "{{profile.a}}", html: "h" } }, fill(a))).toMatch(/^content\.email\.subject: /);
  });

  test.each([
    "{{profile.a}}",
    "<p style='color:red'>{{profile.a}}&nbsp;</p>",
    "<html><head><title>Title</title><style>p{}</style></head><body><!-- note -->{%#if profile.a%}Hello{%/if%}</body></html>",
    "<ul>{{#each profile.list as |x|}}<li>{{x}}</li>{{/each}}</ul>",
  ])("html without text: %s", (html) => {
    expect(kindOf("EMAIL", { email: { subject: "s", html } })).toMatch(/^content\.email\.html: nothing is left/);
  });

  test.each(["<p>{{profile.a}}</p>x", "<img src='https://x.example/a.png'>{{profile.a}}", "<p>{{profile.b}}</p>"])(
    "%s says something",
    (html) => {
      expect(kindOf("EMAIL", { email: { subject: "s", html } }, { b: "hello" })).toBe("rendered");
    },
  );

  test("what is missing is said before", () => {
    expect(kindOf("SMS", { sms: { body: "{{context.a}}" } })).toBe("missing-context");
  });
});

describe("what contextSchema declares is compared with what the content does", () => {
  const contextSchema = {
    type: "object",
    properties: {
      items: { type: "array", items: { type: "object", properties: { price: { type: "number" } } } },
      address: { type: "object" },
      isGift: { type: "boolean" },
      name: { type: ["string", "null"] },
    },
  };

  test.each([
    ["{{context.items}}", "context.items is declared as array, which cannot be printed."],
    ["{%= context.address ?: 1 %}", "context.address is declared as object, which cannot be printed."],
    ["{%= context.isGift * 2 %}", "context.isGift is declared as boolean, and is used as number."],
    ["{{#each context.name as |x|}}x{{/each}}", "context.name is declared as string or null, and is used as list."],
    ['{%= formatDate(context.address, "yyyy") %}', "context.address is declared as object, and is used as date."],
  ])("%s", (body, message) => {
    const issues = checkContent("SMS", { sms: { body } }, { contextSchema }).issues;
    expect(issues).toEqual([expect.objectContaining({ severity: "ERROR", code: "EXPRESSION_TYPE", message })]);
  });

  test.each([
    "{%= sum(context.items.price) %}",
    "{{context.name}}{%= context.name * 2 %}",
    "{{#each context.items as |x|}}{{x.price}}{{/each}}",
  ])("%s fits", (body) => {
    expect(checkContent("SMS", { sms: { body } }, { contextSchema }).issues).toEqual([]);
  });
});
