import { type Channel, type Issue, unreachable } from "../base/index.ts";
import type { CampaignContent, ContentRules, Json } from "./campaign-content.ts";
import { checkEmail } from "./check-email.ts";
import { checkPush } from "./check-push.ts";
import { checkSms } from "./check-sms.ts";
import { fieldsOf } from "./content-fields.ts";
import { limits } from "./limits.ts";
import { findLineBreak } from "./one-line.ts";
import { error, errorAt, type ParsedField, parseField } from "./parsed-field.ts";

/** `variables`: the profile and context variables that the content reads, sorted, each once. */
export type ContentReview = { issues: Issue[]; variables: string[] };

const contentNames = { EMAIL: "email", SMS: "sms", PUSH: "push" } as const satisfies Record<Channel, keyof CampaignContent>;

/** Finds what is wrong with the content of one channel; all fields are read, whatever is wrong with one of them. */
export function checkContent(
  channel: Channel,
  content: CampaignContent | null | undefined,
  rules: ContentRules = {},
): ContentReview {
  const { issues, variables } = readContent(channel, content ?? {}, rules);
  return { issues, variables };
}

/** The review and the fields that it read, for whoever goes on with them. */
export function readContent(
  channel: Channel,
  content: CampaignContent,
  rules: ContentRules,
): ContentReview & { fields: readonly ParsedField[] } {
  const name = contentNames[channel];
  if (!content[name]) {
    const message = `This campaign has no ${name} content: write it before the campaign is activated.`;
    return { issues: [error("CONTENT_MISSING", `content.${name}`, message)], variables: [], fields: [] };
  }
  const fields = fieldsOf(channel, content).map(parseField);
  const issues = [
    ...fields.flatMap(checkField),
    ...checkChannel(channel, fields, { ...rules, data: content.push?.data ?? null }),
    ...(rules.highThroughput ? checkNoProfile(fields) : []),
  ];
  return { issues: issues.slice(0, limits.issuesMax), variables: variablesOf(fields), fields };
}

function checkField(field: ParsedField): Issue[] {
  const found = [...field.faults, ...field.html.faults].toSorted((one, other) => one.at - other.at);
  const faults = found.map((fault) => errorAt(field, fault.at, fault));
  const breakAt = field.kind === "line" ? findLineBreak(field.nodes) : null;
  if (breakAt === null) return faults;
  const message = "This text must be one line: remove the line break.";
  return [...faults, errorAt(field, breakAt, { code: "LINE_BREAK", message })];
}

function checkChannel(channel: Channel, fields: readonly ParsedField[], rules: ContentRules & { data: Json }): Issue[] {
  switch (channel) {
    case "EMAIL":
      return checkEmail(fields, rules);
    case "SMS":
      return checkSms(fields);
    case "PUSH":
      return checkPush(fields, rules.data);
    default:
      return unreachable(channel);
  }
}

/** A high-throughput campaign looks no profile up, so a profile variable would always be empty. */
function checkNoProfile(fields: readonly ParsedField[]): Issue[] {
  const found = new Map<string, Issue>();
  for (const field of fields)
    for (const { name, root, at } of field.uses) {
      if (root !== "profile" || found.has(name)) continue;
      const message = `${name} cannot be used: a high-throughput campaign reads no profile. Send the value in the context.`;
      found.set(name, errorAt(field, at, { code: "PROFILE_IN_HIGH_THROUGHPUT", message }));
    }
  return [...found.values()];
}

function variablesOf(fields: readonly ParsedField[]): string[] {
  const uses = fields.flatMap((field) => field.uses);
  return [...new Set(uses.filter((use) => use.root !== "message").map((use) => use.name))].sort();
}
