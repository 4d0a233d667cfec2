import { expect, test } from "vitest";
import { checkCampaign, type ReviewInput } from "../../src/campaigns/check-campaign.ts";
import { fullReview } from "../../src/content/check-thread.ts";
import type { CampaignContent } from "../../src/content/index.ts";

const now = new Date("2026-06-01T12:00:00Z");
const before = new Date("2026-05-01T12:00:00Z");
const after = new Date("2026-07-01T12:00:00Z");

type Part<K extends keyof ReviewInput> = Partial<NonNullable<ReviewInput[K]>>;
type Written = { content?: CampaignContent | null; contextSchema?: Record<string, unknown> | null; highThroughput?: boolean };
type Changes = {
  campaign?: Part<"campaign">;
  version?: Part<"version"> & Written;
  configuration?: Part<"configuration"> | null;
};

const email = (fields: object = {}): CampaignContent => ({
  email: { subject: "Hello", html: "<p>Hi</p>", text: "Hi", ...fields },
});
const sms = (body: string): Changes => ({
  campaign: { channel: "SMS" },
  version: { content: { sms: { body } } },
  configuration: { channel: "SMS" },
});
const push = (fields: object): Changes => ({
  campaign: { channel: "PUSH" },
  version: { content: { push: { title: "T", body: "B", ...fields } } },
  configuration: { channel: "PUSH" },
});

function review(changes: Changes) {
  const { configuration } = changes;
  const campaign = {
    ...({ title: "A campaign", channel: "EMAIL", category: "TRANSACTIONAL", activatedAt: null } as const),
    ...changes.campaign,
  };
  const { content, contextSchema, highThroughput, ...version } = {
    ...{ content: email(), contextSchema: null, startAt: null, endAt: null, highThroughput: false, activatedAt: null },
    ...changes.version,
  };
  const rules = { category: campaign.category, contextSchema, highThroughput };
  return checkCampaign({
    campaign,
    version,
    found: fullReview({ channel: campaign.channel, content, rules }),
    configuration:
      configuration === null ? null : { name: "Main", channel: "EMAIL", category: null, active: true, ...configuration },
    now,
  });
}

/** What the design asks of the review, line by line. */
type Place = { readonly line: number; readonly column: number };
const table: readonly [string, Changes, string, Place?][] = [
  ["an empty title", { campaign: { title: " " } }, "ERROR CAMPAIGN_TITLE_EMPTY title"],
  ["no content", { version: { content: null } }, "ERROR CONTENT_MISSING content.email"],
  ["an empty subject", { version: { content: email({ subject: "" }) } }, "ERROR SUBJECT_EMPTY content.email.subject"],
  ["an empty email", { version: { content: email({ html: " " }) } }, "ERROR BODY_EMPTY content.email.html"],
  ["an empty SMS", sms(" "), "ERROR BODY_EMPTY content.sms.body"],
  ["a push message without a title", push({ title: "" }), "ERROR TITLE_EMPTY content.push.title"],
  ["a push message without a body", push({ body: "" }), "ERROR BODY_EMPTY content.push.body"],
  ["no configuration", { configuration: null }, "ERROR CONFIGURATION_MISSING channelConfiguration"],
  ["an inactive configuration", { configuration: { active: false } }, "ERROR CONFIGURATION_INACTIVE channelConfiguration"],
  [
    "a configuration of another channel",
    { configuration: { channel: "SMS" } },
    "ERROR CONFIGURATION_CHANNEL channelConfiguration",
  ],
  [
    "a configuration of another category",
    { configuration: { category: "MARKETING" } },
    "ERROR CONFIGURATION_CATEGORY channelConfiguration",
  ],
  ["reversed dates", { version: { startAt: after, endAt: now } }, "ERROR DATES_REVERSED endAt"],
  ["an end that is past", { version: { endAt: before } }, "ERROR END_PAST endAt"],
  ["an end that is now", { version: { endAt: now } }, "ERROR END_PAST endAt"],
  ["a start that is past", { version: { startAt: before } }, "WARNING START_PAST startAt"],
  [
    "an unknown variable",
    { version: { content: email({ text: "a\n  {{nobody.name}}" }) } },
    "ERROR VARIABLE_UNKNOWN content.email.text",
    { line: 2, column: 5 },
  ],
  [
    "an unknown function",
    { version: { content: email({ text: "{%= nope(1) %}" }) } },
    "ERROR FUNCTION_UNKNOWN content.email.text",
    { line: 1, column: 5 },
  ],
  [
    "a syntax error",
    { version: { content: email({ subject: "Hi {{context.name" }) } },
    "ERROR TEMPLATE_SYNTAX content.email.subject",
    { line: 1, column: 4 },
  ],
  [
    "a variable outside contextSchema",
    { version: { content: email({ text: "{{context.b}}" }), contextSchema: { properties: { a: {} } } } },
    "ERROR VARIABLE_UNKNOWN content.email.text",
    { line: 1, column: 3 },
  ],
  ["a faulty contextSchema", { version: { contextSchema: { type: "text" } } }, "ERROR CONTEXT_SCHEMA_INVALID contextSchema.type"],
  [
    "a profile variable in high throughput",
    { version: { content: email({ text: "{{profile.a}}" }), highThroughput: true } },
    "ERROR PROFILE_IN_HIGH_THROUGHPUT content.email.text",
    { line: 1, column: 3 },
  ],
  ["an SMS of 1,501 characters", sms("x".repeat(1501)), "ERROR SMS_TOO_LONG content.sms.body"],
  ["an SMS that may get too long", sms(`${"x".repeat(1490)}{{context.a}}`), "WARNING SMS_MAY_EXCEED content.sms.body"],
  ["a push message over 4 kB", push({ body: "x".repeat(4096) }), "ERROR PUSH_TOO_LARGE content.push"],
  [
    "marketing email without an unsubscribe link",
    { campaign: { category: "MARKETING" } },
    "ERROR UNSUBSCRIBE_LINK_MISSING content.email.html",
  ],
  [
    "an email over 100 kB",
    { version: { content: email({ html: "x".repeat(101 * 1024) }) } },
    "WARNING EMAIL_LARGE content.email.html",
  ],
  [
    "an email of which no text part can be made",
    { version: { content: email({ html: "<p>{{{context.a}}}</p>", text: null }) } },
    "WARNING TEXT_PART_MISSING content.email.text",
  ],
];

test.each(table.map(([what, changes, expected, place]) => ({ what, changes, expected, place })))(
  "the review finds $what",
  ({ changes, expected, place }) => {
    const { issues, canActivate } = review(changes);
    expect(issues.map(({ severity, code, path }) => `${severity} ${code} ${path}`)).toEqual([expected]);
    expect(canActivate).toBe(expected.startsWith("WARNING"));
    if (place) expect(issues[0]).toMatchObject(place);
    expect(issues[0]?.message).toMatch(/[.}]$/);
  },
);

test("a campaign in order has no issues, nor has one that started in the past", () => {
  expect(review({}).issues).toEqual([]);
  expect(review({ version: { startAt: before, activatedAt: before } }).issues).toEqual([]);
  expect(review({ campaign: { activatedAt: before }, version: { startAt: before } }).issues).toEqual([]);
});

test("an SMS that is too long says its characters and segments", () => {
  expect(review(sms("x".repeat(1501))).issues[0]?.message).toContain("1501 characters (10 segments)");
});

test("everything that is wrong is found at once", () => {
  const { issues } = review({
    campaign: { title: "", category: "MARKETING" },
    version: { content: { email: { subject: "{{", html: "<p>{{nobody.a}}</p>" } }, startAt: after, endAt: before },
    configuration: { active: false },
  });
  const codes = ["CAMPAIGN_TITLE_EMPTY", "CONFIGURATION_INACTIVE", "DATES_REVERSED", "TEMPLATE_SYNTAX", "VARIABLE_UNKNOWN"];
  expect(issues.map(({ code }) => code)).toEqual([...codes, "UNSUBSCRIBE_LINK_MISSING"]);
});
