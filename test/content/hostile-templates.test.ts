import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { generateParts } from "../../src/content/generate.ts";
import { checkContent, compileContent } from "../../src/content/index.ts";
import { type ParsedField, parseField } from "../../src/content/parsed-field.ts";
import { cpuMilliseconds } from "../support/cpu-milliseconds.ts";
import { evaluateTree } from "./support/evaluate-tree.ts";
import { strangeCode } from "./support/generated-code.ts";
import { hostilePayloads, hostileWrappers } from "./support/hostile-payloads.ts";
import { aRecipient, emailOf, htmlOf } from "./support/render.ts";

const canary = vi.fn(() => "the canary sang");

beforeAll(() => {
  Object.assign(globalThis, { canary });
  process.title = secretTitle;
  vi.spyOn(process, "exit").mockImplementation(() => {
    throw new Error("process.exit was called");
  });
});
afterEach(() => {
  expect(canary).not.toHaveBeenCalled();
  expect(process.exit).not.toHaveBeenCalled();
  expect(Reflect.get(Object.prototype, "polluted")).toBeUndefined();
});
afterAll(() => {
  process.title = title;
  vi.restoreAllMocks();
  Reflect.deleteProperty(globalThis, "canary");
});

const data = aRecipient({
  profile: { a: "A", name: "N", name_: "N_" },
  context: { a: "a", list: Array.from({ length: 1_000 }, (_, index) => index) },
});

/** What only code that runs could know: payloads name the title of the process, and no template holds it. */
const [title, secretTitle] = [process.title, `title-${process.hrtime.bigint()}`];
const secrets = [process.version, process.execPath, secretTitle, "the canary sang", "[native code]", "[object"];

/** Null when the template was refused with a place. */
function run(html: string): { readonly field: ParsedField; readonly text: string | null } | null {
  const email = { subject: "s", html, text: "t" };
  const errors = checkContent("EMAIL", { email }).issues.filter((issue) => issue.severity === "ERROR");
  if (errors.length > 0) {
    for (const { line, column, code, message } of errors)
      if (code !== "BODY_EMPTY") expect({ line, column, message }).toEqual({ ...place, message: expect.stringMatching(/./) });
    return null;
  }
  const result = compileContent("EMAIL", { email }).render(data, { missingContext: "PRINT_NOTHING" });
  const text = result.kind === "rendered" && result.message.channel === "EMAIL" ? result.message.html : null;
  if (text === null)
    expect(result).toMatchObject({
      kind: "render-error",
      detail: expect.stringMatching(/line \d+, column \d+|nothing is left to read/),
    });
  return { field: parseField({ path: "html", kind: "html", template: html }), text };
}
const place = { line: expect.any(Number), column: expect.any(Number) };

let [refused, rendered] = [0, 0];

describe.each(hostileWrappers)("hostile payloads as $name", ({ wrap }) => {
  test("run no code, take under 50 ms, and are refused with their place or print what the tree says", () => {
    for (const payload of hostilePayloads) {
      const template = wrap(payload);
      const results: ReturnType<typeof run>[] = [];
      const milliseconds = cpuMilliseconds(() => results.push(run(template)));
      const result = results.at(-1) ?? null;
      expect(milliseconds, template.slice(0, 100)).toBeLessThan(50);
      if (result === null) refused += 1;
      else {
        rendered += 1;
        expectHarmless(result.field, result.text);
      }
    }
  });
});

function expectHarmless({ nodes, html, template }: ParsedField, text: string | null): void {
  expect(strangeCode(generateParts(nodes, html.places))).toEqual([]);
  if (text === null) return;
  expect(text, template).toBe(evaluateTree(nodes, data, { escapes: true, isStrict: false, places: html.places }).text);
  for (const secret of secrets) expect(text).not.toContain(secret);
}

test("there are at least 900 of them, most are refused, and some are only text", () => {
  expect(hostilePayloads.length * hostileWrappers.length).toBeGreaterThan(900);
  expect(refused + rendered).toBe(hostilePayloads.length * hostileWrappers.length);
  expect(refused).toBeGreaterThan(2 * rendered);
  expect(rendered).toBeGreaterThan(200);
});

describe("a payload that is data is printed as text", () => {
  const payloads = [
    ...hostilePayloads,
    "<script>canary()</script>",
    "{{context.a}}",
    "<%= process.exit() %>",
    "{%= context.a %}",
  ];

  test("plain in text, escaped in html, from the profile and from the context", () => {
    for (const value of payloads) {
      const data = { context: { x: value, a: "leak" }, profile: { x: value } };
      const text = "{{context.x}}|{{profile.x}}|{{{context.x}}}";
      expect(emailOf({ subject: "s", html: "h", text }, data).text).toBe(`${value}|${value}|${value}`);
      const escaped = value.replace(
        /[&<>"']/g,
        (sign) => `&${{ "&": "amp", "<": "lt", ">": "gt", '"': "quot", "'": "#39" }[sign]};`,
      );
      expect(htmlOf('<p title="{{context.x}}">{{profile.x}}</p>', data)).toBe(`<p title="${escaped}">${escaped}</p>`);
    }
  });

  test("one line in a subject, whatever breaks it", () => {
    for (const value of [...payloads, "a\r\nBcc: evil@example.com", "a\u2028b\u2029c\u0085d\u0000e\vf\fg"]) {
      const { subject } = emailOf(
        { subject: "s{{context.x}}{{{profile.x}}}", html: "h" },
        { context: { x: value }, profile: { x: value } },
      );
      expect(subject).not.toMatch(/[\n\r\v\f\0\u0085\u2028\u2029]/);
    }
  });
});
