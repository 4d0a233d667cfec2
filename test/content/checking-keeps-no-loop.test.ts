import { describe, expect, test } from "vitest";
import { checkContent, checkContentFor, checkFragmentFor, fragmentNamesOf } from "../../src/content/index.ts";
import { cpuMilliseconds } from "../support/cpu-milliseconds.ts";

const kB = 1024;
const fill = (shape: string, bytes = 256 * kB) => shape.repeat(Math.floor(bytes / shape.length));
const patterns = Array.from({ length: 10 }, (_, index) => `{%= matches(context.a, "${index % 10}a{998}") %}`).join("");
const schemaOf = (count: number) => ({
  anyOf: Array.from({ length: count }, (_, index) => ({ properties: { [`q${index}`]: {} } })),
});

/** The largest that a call can bring, in all texts at once. */
const shapes: readonly (readonly [string, string])[] = [
  ["values", "{{context.a}} ".repeat(2_000)],
  ["different values", Array.from({ length: 2_000 }, (_, index) => `{{context.a${index}}} `).join("")],
  ["functions", '{%= formatDate(context.d, "EEEE d MMMM yyyy HH:mm", "fr_FR") %}'.repeat(1_990)],
  ["regular expressions", patterns],
  ["faults", fill("{{nobody}} ")],
  ["links that are refused", fill("<a href='javascript:x'>")],
  ["brackets", fill("<")],
  ["fragments", "{{> a}}{{> b}}".repeat(100)],
  [
    "an honest newsletter",
    fill('<tr><td style="padding:4px"><a href="https://x.example/{{context.a}}">{{context.b}}</a></td></tr>'),
  ],
];

/** What this thread does of it: the best of three, since the first one starts a thread. */
async function ownMilliseconds(run: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let index = 0; index < 3; index += 1) {
    const start = process.threadCpuUsage();
    await run();
    const { user, system } = process.threadCpuUsage(start);
    times.push((user + system) / 1_000);
  }
  return Math.min(...times);
}

describe("no content that a call can bring keeps the server's loop for 50 ms while it is checked", () => {
  test.each(shapes)("%s", async (_shape, text) => {
    const body = text.slice(0, 256 * kB);
    const fragments = ["a", "b"].map((name) => ({ fragmentId: name, name, number: 1, content: "{{context.x}} ".repeat(50) }));
    const email = { subject: body, preheader: body, html: body, text: body };
    const asked = { channel: "EMAIL", content: { email, fragments }, rules: { contextSchema: schemaOf(300) } } as const;
    expect(await ownMilliseconds(() => checkContentFor("an author", asked))).toBeLessThan(50);
    expect(cpuMilliseconds(() => fragmentNamesOf("EMAIL", asked.content))).toBeLessThan(50);
  });

  test("a fragment", async () => {
    const fragment = { fragmentId: "f", name: "f", number: 1, content: "{{context.a}} ".repeat(1_999) };
    const asked = { channel: "SMS", fragment, others: [] } as const;
    expect(await ownMilliseconds(() => checkFragmentFor("an author", asked))).toBeLessThan(50);
  });
});

test("on a thread or not, the review says the same", async () => {
  for (const html of ["<p>{{context.a}} {{b}}</p>", `<p>{{context.a}} {{b}}</p>${fill("<p>x</p>", 20 * kB)}`]) {
    const asked = { channel: "EMAIL", content: { email: { subject: "s", html } }, rules: { category: "MARKETING" } } as const;
    const { schemaIssues, ...review } = await checkContentFor("an author", asked);
    expect(review).toEqual(checkContent("EMAIL", asked.content, asked.rules));
    expect(schemaIssues).toEqual([]);
  }
});

test("the names of fragments are those of tags, whatever stands in comments", () => {
  const text = "{{> b}} {{>a }} {{! {{> c}} {{!-- {{> d}} }} --}} {{{> e}}} {{ >\u00a0u\u0308 }} {{> f.g}}{{!";
  expect(fragmentNamesOf("SMS", { sms: { body: text } })).toEqual(["a", "b", "ü"]);
});
