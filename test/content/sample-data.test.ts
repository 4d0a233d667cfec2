import { describe, expect, test } from "vitest";
import { checkContent, compileContent } from "../../src/content/index.ts";
import { aRecipient } from "./support/render.ts";

/** What the content prints when it is given its own sample. */
function printed(body: string, contextSchema: object | null = null): string {
  const content = { sms: { body } };
  const { profile, context } = checkContent("SMS", content, { contextSchema: contextSchema as never }).sampleData;
  const result = compileContent("SMS", content).render(aRecipient({ profile, context }));
  return result.kind === "rendered" && result.message.channel === "SMS" ? result.message.body : JSON.stringify(result);
}

describe("a sample of the right form is given to every function, so that the message has no holes", () => {
  test.each([
    ["text", "{{context.name}} {%= upperCase(profile.city) %}", "name CITY"],
    ["list", '{%= join(context.tags, ",") %}', "tags"],
    ["list, behind a fallback", '{%= join(context.tags ?: ["x"], ",") %}', "tags"],
    ["list of numbers", "{%= sum(context.prices) %}", "1"],
    ["property of items", '{%= sum(context.items, "price") %} {%= max(topN(context.items, "size", 2), "weight") %}', "1 1"],
    ["list that holds", '{%= in("list", context.list) %}', "true"],
    ["items of a function", '{{#each topN(context.items, "price", 2) as |x|}}{{x.name}} {{x.price}}{{/each}}', "name 1"],
    ["first item", "{% let x = head(context.items) %}{{x.name}}", "name"],
    ["items by number", "{{context.items[2].name}} {{context.tags.1}}", "name tags"],
    ["number as a key", "{{#each context.lookup.3709000.entities as |e|}}{{e.unit-price}}{{/each}}", "unit-price"],
    ["map", '{%= get(context.map, "NO") %}', "NO"],
    ["map by a variable", "{%= get(context.map, context.country) %}", "country"],
    ["map as a whole", '{%= join(keys(context.map), ",") %} {%= join(values(context.map), ",") %}', "key value"],
    ["date", '{%= formatDate(context.at, "dd/MM/yyyy") %} {%= dayOfMonth(profile.born) %}', "30/01/2026 30"],
    ["number in arithmetic", "{%= context.total * 2 %} {%= -context.debt %} {%= 1 + context.a + context.b %}", "2 -1 3"],
    ["number in a comparison", "{%#if context.total > 0%}{{context.total}}{%/if%}", "1"],
    ["number in a function", '{%= formatNumber(context.n, "en_US") %} {%= toInt(context.m) %}', "1 1"],
    ["boolean", '{%= contains("Ann", "a", context.exact) %}', "false"],
    [
      "locale and zone",
      "{%= formatNumber(1.5, context.l) %} {%= convertZonedDateTime(context.d, context.z) %}",
      "1.5 2026-01-30T13:00+01:00[Europe/Oslo]",
    ],
    ["address", "{%= extractEmailDomain(context.mail) %} {%= getUrlHost(context.link) %}", "example.com example.com"],
  ])("%s", (_what, body, expected) => {
    expect(printed(body)).toBe(expected);
  });

  test("a contextSchema says more than a function does", () => {
    const properties = { total: { type: "integer", minimum: 7 }, at: { type: "string" }, items: { items: { type: "number" } } };
    const body = '{%= context.total * 2 %} {%= formatDate(context.at, "yyyy") %} {%= sum(context.items) %}';
    expect(printed(body, { type: "object", properties })).toBe("14 2026 1");
  });
});
