import { type Channel, type Issue, unreachable } from "../base/index.ts";
import type { CampaignContent, ContentRules, Json } from "./campaign-content.ts";
import { checkConstants } from "./check-constants.ts";
import { checkEmail } from "./check-email.ts";
import { checkPush } from "./check-push.ts";
import { checkFilledSms, checkSms } from "./check-sms.ts";
import { fieldsOf } from "./content-fields.ts";
import { reviewContextSchema } from "./context-schema.ts";
import { typeFault } from "./declared-types.ts";
import { FragmentSupply } from "./fragment-supply.ts";
import type { IssueCode } from "./issue-codes.ts";
import { limits } from "./limits.ts";
import { isMjml } from "./mjml-documents.ts";
import type { Use } from "./names.ts";
import { findLineBreak } from "./one-line.ts";
import { error, errorAt, hasFaults, type ParsedField, parseField } from "./parsed-field.ts";
import { type JsonSchema, readContextSchema } from "./read-context-schema.ts";
import { type SampleData, sampleData } from "./sample-data.ts";
import { schemaKnows } from "./schema-knows.ts";

/**
 * `variables`: the profile and context variables that the content reads, sorted, each once. `sampleData`: a value for
 * each of them, of which the content prints something.
 */
export type ContentReview = { issues: Issue[]; variables: string[]; sampleData: SampleData };

const contentNames = { EMAIL: "email", SMS: "sms", PUSH: "push" } as const satisfies Record<Channel, keyof CampaignContent>;

/** Finds what is wrong with the content of one channel; all fields are read, whatever is wrong with one of them. */
export function checkContent(
  channel: Channel,
  content: CampaignContent | null | undefined,
  rules: ContentRules = {},
): ContentReview {
  const { issues, variables, fields } = readContent(channel, content ?? {}, rules);
  const uses = fields.flatMap((field) => field.uses);
  const sample = sampleData(uses, rules.contextSchema ?? null);
  const filled = channel === "SMS" ? checkFilledSms(fields, sample) : [];
  return { issues: [...issues, ...filled].slice(0, limits.issuesMax), variables, sampleData: sample };
}

/** The review and the fields that it read, for whoever goes on with them. */
export function readContent(
  channel: Channel,
  content: CampaignContent,
  rules: ContentRules,
): Omit<ContentReview, "sampleData"> & { fields: readonly ParsedField[] } {
  const name = contentNames[channel];
  if (!content[name]) {
    const message = `This campaign has no ${name} content: write it before the campaign is activated.`;
    return { issues: [error("CONTENT_MISSING", `content.${name}`, message)], variables: [], fields: [] };
  }
  const fragments = new FragmentSupply(content.fragments ?? []);
  const fields = fieldsOf(channel, content).map((field) => parseField(field, fragments));
  const issues = [
    ...fields.flatMap(checkField),
    ...(channel === "EMAIL" ? checkSource(content.email) : []),
    ...checkChannel(channel, fields, { ...rules, data: content.push?.data ?? null }),
    ...(rules.highThroughput ? checkNoProfile(fields) : []),
    ...(rules.contextSchema ? checkDeclared(fields, rules.contextSchema) : []),
  ];
  return { issues: issues.slice(0, limits.issuesMax), variables: variablesOf(fields), fields };
}

/** What was found when the source was compiled. */
function checkSource(email: CampaignContent["email"]): readonly Issue[] {
  if (email?.compiled) return email.compiled.issues;
  if (!email || !isMjml(email.html)) return [];
  const message = "This MJML was never compiled: save the content again.";
  return [{ ...error("MJML_INVALID", "content.email.html", message), line: 1, column: 1 }];
}

function checkField(field: ParsedField): Issue[] {
  // A tree with a fault in it is not tried.
  const constants = hasFaults(field) ? [] : checkConstants(field.nodes);
  const found = [...field.faults, ...field.html.faults, ...constants].toSorted((one, other) => one.at - other.at);
  const warnings = [...field.warnings, ...field.html.warnings].map(
    (fault): Issue => ({ ...errorAt(field, fault.at, fault), severity: "WARNING" }),
  );
  const faults = withoutRepeats([...found.map((fault) => errorAt(field, fault.at, fault)), ...warnings]);
  const breakAt = field.kind === "line" ? findLineBreak(field.nodes) : null;
  if (breakAt === null) return faults;
  const message = "This text must be one line: remove the line break.";
  return [...faults, errorAt(field, breakAt, { code: "LINE_BREAK", message })];
}

/** A fragment that stands in a text twice has each of its faults once. */
function withoutRepeats(issues: readonly Issue[]): Issue[] {
  const seen = new Set<string>();
  return issues.filter(({ code, message, fragment, line, column }) => {
    const key = JSON.stringify([code, message, fragment, line, column]);
    const isRepeated = fragment !== undefined && seen.has(key);
    seen.add(key);
    return !isRepeated;
  });
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
  return checkUses(fields, ({ name, root }) => {
    if (root !== "profile") return null;
    const message = `${name} cannot be used: a high-throughput campaign reads no profile. Send the value in the context.`;
    return { code: "PROFILE_IN_HIGH_THROUGHPUT", message };
  });
}

/** A faulty schema is an issue of the review; it declares nothing. */
function checkDeclared(fields: readonly ParsedField[], declared: JsonSchema): Issue[] {
  if (reviewContextSchema(declared).length > 0) return [];
  const schema = readContextSchema(declared);
  return checkUses(fields, (use) => {
    const { name, root, parts } = use;
    // A reserved name is a fault of its own already.
    if (root !== "context" || parts[0] === "system") return null;
    const typed = typeFault(schema, use);
    if (typed !== null) return { code: "EXPRESSION_TYPE", message: typed };
    if (schemaKnows(schema, parts)) return null;
    const message = `${name} is not in the campaign's contextSchema: declare it there, or correct the name.`;
    return { code: "VARIABLE_UNKNOWN", message };
  });
}

/** Each variable once, where it first stands. */
function checkUses(
  fields: readonly ParsedField[],
  faultOf: (use: Use) => { readonly code: IssueCode; readonly message: string } | null,
): Issue[] {
  const found = new Map<string, Issue>();
  for (const field of fields)
    for (const use of field.uses) {
      const fault = found.has(use.name) ? null : faultOf(use);
      if (fault) found.set(use.name, errorAt(field, use.at, fault));
    }
  return [...found.values()];
}

function variablesOf(fields: readonly ParsedField[]): string[] {
  const uses = fields.flatMap((field) => field.uses);
  return [...new Set(uses.filter((use) => use.root !== "message").map((use) => use.name))].sort();
}
