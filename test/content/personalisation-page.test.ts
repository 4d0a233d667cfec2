import { describe, expect, test } from "vitest";
import { families } from "../../src/content/functions/registry.ts";
import { checkContent, compileContent, type RenderData } from "../../src/content/index.ts";
import { codeBlocks, readText } from "../readme/pages.ts";
import { aRecipient, emailOf } from "./support/render.ts";

type Data = Parameters<typeof aRecipient>[0];
type Example = { readonly template: string; readonly data: Data; readonly outcome: string; readonly expected: string };

const page = readText("docs/personalisation.md");
const common = JSON.parse(codeBlocks(page, "json")[0] ?? "") as Data;
const shape = /^([\s\S]*?)\n(?:data:\n([\s\S]*?)\n)?(prints|prints in html|prints as a fault|excludes, missing):\n([\s\S]*)\n$/;

function readExample(block: string): Example {
  const [, template = "", data, outcome = "", expected = ""] = shape.exec(block) ?? [];
  return { template, data: data === undefined ? common : (JSON.parse(data) as Data), outcome, expected };
}

const examples = codeBlocks(page, "example").map(readExample);

/** What an example comes to, in the words of the page. */
function outcomeOf({ template, data, outcome }: Example): string {
  if (outcome === "prints in html") return emailOf({ subject: "s", html: template }, data).html;
  const sms = { sms: { body: template } };
  const [fault] = checkContent("SMS", sms).issues;
  if (fault) return `fault: ${fault.message}`;
  return printSms(sms, aRecipient(data));
}

function printSms(content: { sms: { body: string } }, recipient: RenderData): string {
  const result = compileContent("SMS", content).render(recipient);
  if (result.kind === "missing-context") return `missing: ${result.paths.join(", ")}`;
  return result.kind === "rendered" && result.message.channel === "SMS"
    ? result.message.body
    : `error: ${JSON.stringify(result)}`;
}

describe("every example of the page comes to what the page says", () => {
  test("there are as many as fenced blocks, and each has its parts", () => {
    expect(examples.length).toBeGreaterThan(20);
    expect(page.match(/^```\w+$/gm)).toHaveLength(examples.length + 1);
    expect(examples.filter((example) => example.outcome === "")).toEqual([]);
  });

  test.each(examples)("$template", (example) => {
    const word = { "prints as a fault": "fault: ", "excludes, missing": "missing: " }[example.outcome] ?? "";
    expect(outcomeOf(example)).toBe(word + example.expected);
  });
});

const rows = [...page.matchAll(/^\| `(\w+)\(.*\)` \| .* \| `(.+)` \| `(.+)` \|$/gm)].map(([, name, call, result]) => ({
  name,
  call: call ?? "",
  result: result ?? "",
}));

describe("every example of a function prints what its row says", () => {
  test("every function has a row", () => {
    const names = families.flatMap((family) => family.functions.map(({ name }) => name));
    expect(rows.map((row) => row.name)).toEqual(names);
  });

  test.each(rows)("$call", ({ call, result }) => {
    expect(printSms({ sms: { body: `{%= ${call} %}` } }, aRecipient(common))).toBe(result);
  });
});
