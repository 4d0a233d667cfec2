import { describe, expect, test } from "vitest";
import type { Channel } from "../../src/base/index.ts";
import { type CampaignContent, type ContentRules, checkContent, type EmailContent, type Json } from "../../src/content/index.ts";

function codes(channel: Channel, content: CampaignContent | null | undefined, rules?: ContentRules): string[] {
  return checkContent(channel, content, rules).issues.map(({ severity, code, path }) => `${severity} ${code} ${path}`);
}

function anEmail(email: Partial<EmailContent> = {}): CampaignContent {
  return { email: { subject: "Hello", html: "<p>Hi</p>", text: "Hi", ...email } };
}

test("content of the campaign's channel has to be there", () => {
  expect(codes("EMAIL", null)).toEqual(["ERROR CONTENT_MISSING content.email"]);
  expect(codes("SMS", undefined)).toEqual(["ERROR CONTENT_MISSING content.sms"]);
  expect(codes("PUSH", { ...anEmail(), push: null })).toEqual(["ERROR CONTENT_MISSING content.push"]);
});

test("content of other channels is not looked at", () => {
  expect(codes("EMAIL", { ...anEmail(), sms: { body: "{{" } })).toEqual([]);
});

describe("an email", () => {
  test("needs a subject and a body that can print something", () => {
    const empty = anEmail({ subject: " ", html: "{{! nothing }}\n" });
    expect(codes("EMAIL", empty)).toEqual(["ERROR SUBJECT_EMPTY content.email.subject", "ERROR BODY_EMPTY content.email.html"]);
    expect(codes("EMAIL", anEmail({ subject: "{{profile.a}}" }))).toEqual([]);
  });

  test("without a text part is warned about where none can be made of its html", () => {
    expect(codes("EMAIL", anEmail({ text: null }))).toEqual([]);
    const html = "<p>{{{profile.markup}}}</p>";
    for (const text of [null, "  "])
      expect(codes("EMAIL", anEmail({ html, text }))).toEqual(["WARNING TEXT_PART_MISSING content.email.text"]);
  });

  test("over 100 kB is warned about", () => {
    expect(codes("EMAIL", anEmail({ html: "x".repeat(100 * 1024) }))).toEqual([]);
    expect(codes("EMAIL", anEmail({ html: "é".repeat(51 * 1024) }))).toEqual(["WARNING EMAIL_LARGE content.email.html"]);
  });
});

describe("a marketing email", () => {
  const missing = ["ERROR UNSUBSCRIBE_LINK_MISSING content.email.html"];
  test.each([
    ['<a href="{{message.unsubscribeUrl}}">x</a>', []],
    ["{{{ message.unsubscribeUrl }}}", []],
    ["{%= message.unsubscribeUrl %}", []],
    ["{% let url = message.unsubscribeUrl %}{{url}}", []],
    ["{%#if message.unsubscribeUrl%}{{message.unsubscribeUrl}}{%/if%}", []],
    ["<p>no link</p>", missing],
    ["{{!-- {{message.unsubscribeUrl}} --}}x", missing],
    ["{%#if message.unsubscribeUrl%}x{%/if%}", missing],
    ["message.unsubscribeUrl", missing],
  ])("%s", (html, expected) => {
    expect(codes("EMAIL", anEmail({ html }), { category: "MARKETING" })).toEqual(expected);
    expect(codes("EMAIL", anEmail({ html }), { category: "TRANSACTIONAL" })).toEqual([]);
  });

  test("a link inside a broken tag is not called missing as well", () => {
    const html = "{{message.unsubscribeUrl}";
    expect(codes("EMAIL", anEmail({ html }), { category: "MARKETING" })).toEqual(["ERROR TEMPLATE_SYNTAX content.email.html"]);
  });
});

describe("an SMS", () => {
  test.each([
    ["", ["ERROR BODY_EMPTY content.sms.body"]],
    ["x".repeat(1_500), []],
    ["x".repeat(1_501), ["ERROR SMS_TOO_LONG content.sms.body"]],
    [`${"x".repeat(1_000)}{{context.a}}`, []],
    [`${"x".repeat(1_001)}{{context.a}}`, ["WARNING SMS_MAY_EXCEED content.sms.body"]],
    [`${"x".repeat(1_501)}{{context.a}}`, ["ERROR SMS_TOO_LONG content.sms.body"]],
    [`{%#if context.a%}${"x".repeat(900)}{%else%}${"y".repeat(900)}{%/if%}`, []],
    [`{%#if context.a%}${"x".repeat(1_600)}{%else%}y{%/if%}`, ["ERROR SMS_TOO_LONG content.sms.body"]],
  ])("%#: its length is judged by the text that is certain", (body, expected) => {
    expect(codes("SMS", { sms: { body } })).toEqual(expected);
  });

  test("values that have to be long are counted as samples, and the warning says both lengths", () => {
    const body = `${"x".repeat(900)}{{context.a}}`;
    const rules = { contextSchema: { properties: { a: { type: "string", minLength: 700 } } } };
    const { issues } = checkContent("SMS", { sms: { body } }, rules);
    expect(issues).toMatchObject([{ severity: "WARNING", code: "SMS_MAY_EXCEED" }]);
    expect(issues[0]?.message).toContain("900 characters (6 segments) before its variables are filled in, and 1600 characters");
  });

  test("the number of segments is said", () => {
    const [issue] = checkContent("SMS", { sms: { body: `${"x".repeat(1_001)}{{context.a}}` } }).issues;
    expect(issue?.message).toContain("1001 characters (7 segments)");
  });
});

describe("a push notification", () => {
  test("needs a title and a body", () => {
    expect(codes("PUSH", { push: { title: "", body: " " } })).toEqual([
      "ERROR TITLE_EMPTY content.push.title",
      "ERROR BODY_EMPTY content.push.body",
    ]);
  });

  test("may have 4,096 bytes before its variables are filled in", () => {
    const payload = (body: string, data?: Json) => codes("PUSH", { push: { title: "t", body, data: data ?? null } });
    const room = 4_096 - JSON.stringify({ title: "t", body: "" }).length;
    expect(payload("x".repeat(room))).toEqual([]);
    expect(payload("x".repeat(room + 1))).toEqual(["ERROR PUSH_TOO_LARGE content.push"]);
    expect(payload("é".repeat(room / 2 + 1))).toEqual(["ERROR PUSH_TOO_LARGE content.push"]);
    expect(payload("b", { key: "x".repeat(room) })).toEqual(["ERROR PUSH_TOO_LARGE content.push"]);
    expect(payload("b", { key: `{{profile.${"x".repeat(400)}}}`.repeat(12) })).toEqual([]);
  });

  test("faults inside its data are found where they are", () => {
    const data = { order: { "tracking url": ["{{a}}", "fine {{context.x}}"] }, n: 1, b: true, z: null };
    expect(codes("PUSH", { push: { title: "t", body: "b", data } })).toEqual([
      "ERROR VARIABLE_UNKNOWN content.push.data.order.`tracking url`.0",
    ]);
  });

  test("data that is too deep, or has too many templates, is refused as a whole", () => {
    let deep: Json = "x";
    for (let level = 0; level < 100_000; level += 1) deep = [deep];
    const wide = Array.from({ length: 201 }, () => "{{context.a}}");
    for (const data of [deep, wide, "x".repeat(300_000)])
      expect(codes("PUSH", { push: { title: "t", body: "b", data } })).toEqual(["ERROR TEMPLATE_LIMIT content.push.data"]);
  });
});

describe("a high-throughput campaign", () => {
  test("may use no profile variable: each is named once, where it first stands", () => {
    const content = anEmail({ subject: "{{profile.a}}", html: "{{context.x}}\n{{profile.a}}{%#if profile.b.c%}{%/if%}" });
    const { issues } = checkContent("EMAIL", content, { highThroughput: true });
    expect(issues.map(({ code, path, line, column }) => `${code} ${path} ${line}:${column}`)).toEqual([
      "PROFILE_IN_HIGH_THROUGHPUT content.email.subject 1:3",
      "PROFILE_IN_HIGH_THROUGHPUT content.email.html 2:20",
    ]);
    expect(codes("EMAIL", content, { highThroughput: false })).toEqual([]);
  });
});

test("the variables of all fields are listed, sorted, each once, under the names that callers use", () => {
  const html = `{{profile.b}}{{context.z}}{%#if context.only.decides%}{%/if%}{{message.id}}
    {{#each context.items as |x|}}{{x.name}}{{x}}{{this.price}}{{@index}}{{/each}}
    {{#with profile.address as |a|}}{{a.city}}{{/with}}{% let v = context.v %}{{v.w}}{{context.list.\`0\`.\`a b\`}}`;
  expect(checkContent("EMAIL", anEmail({ subject: "{{profile.b}}", html })).variables).toEqual([
    "context.items",
    "context.items.name",
    "context.items.price",
    "context.list.0.`a b`",
    "context.only.decides",
    "context.v",
    "context.v.w",
    "context.z",
    "profile.address",
    "profile.address.city",
    "profile.b",
  ]);
});
