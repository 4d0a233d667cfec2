import { describe, expect, test } from "vitest";
import { families } from "../../src/content/functions/registry.ts";
import {
  type CampaignContent,
  type ContentFragment,
  checkContent,
  compileContent,
  type RenderData,
} from "../../src/content/index.ts";
import { codeBlocks, readText } from "../readme/pages.ts";
import { aRecipient } from "./support/render.ts";

type Data = Parameters<typeof aRecipient>[0];
type Example = {
  readonly template: string;
  readonly fragments: readonly ContentFragment[];
  readonly data: Data;
  readonly outcome: string;
  readonly expected: string;
};

const page = readText("docs/personalisation.md");
const common = JSON.parse(codeBlocks(page, "json")[0] ?? "") as Data;
const header = /^(fragment \w+|data|prints|prints in html|prints as a fault|excludes, missing):$/m;

function readExample(block: string): Example {
  const [template = "", ...parts] = block.split(header).map((part) => part.replace(/^\n|\n$/g, ""));
  const sections = parts.flatMap((text, index) => (index % 2 === 0 ? [[text, parts[index + 1] ?? ""] as const] : []));
  const named = new Map(sections);
  const [outcome, expected] = sections.at(-1) ?? ["", ""];
  const data = named.get("data");
  const fragments = sections
    .filter(([name]) => name.startsWith("fragment "))
    .map(([name, content]) => aFragment(name.slice(9), content));
  return { template, fragments, data: data === undefined ? common : (JSON.parse(data) as Data), outcome, expected };
}

function aFragment(name: string, content: string): ContentFragment {
  return { fragmentId: name, name, number: 1, content };
}

const examples = codeBlocks(page, "example").map(readExample);

/** What an example comes to, in the words of the page. */
function outcomeOf({ template, fragments, data, outcome }: Example): string {
  if (outcome === "prints in html") return printHtml({ email: { subject: "s", html: template }, fragments }, aRecipient(data));
  const sms = { sms: { body: template }, fragments };
  const [fault] = checkContent("SMS", sms).issues;
  if (fault) return `fault: ${fault.message}`;
  return printSms(sms, aRecipient(data));
}

function printHtml(content: CampaignContent, recipient: RenderData): string {
  const result = compileContent("EMAIL", content).render(recipient);
  return result.kind === "rendered" && result.message.channel === "EMAIL"
    ? result.message.html
    : `error: ${JSON.stringify(result)}`;
}

function printSms(content: CampaignContent, recipient: RenderData): string {
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
