import type { Issue } from "../base/index.ts";
import type { ContentRules } from "./campaign-content.ts";
import { htmlBytesWarning } from "./limits.ts";
import { error, hasFaults, isEmpty, type ParsedField, warning } from "./parsed-field.ts";
import { isTextMakeable } from "./text-from-html.ts";

const subjectPath = "content.email.subject";
const htmlPath = "content.email.html";
const textPath = "content.email.text";
const unsubscribe = "message.unsubscribeUrl";

const textMissing = warning(
  "TEXT_PART_MISSING",
  textPath,
  "Add a text part: some mail programs show no html, and none can be made of html that prints raw values, such as {{{profile.markup}}}, or whose fragments have let.",
);

/** What only an email can have wrong. */
export function checkEmail(fields: readonly ParsedField[], rules: ContentRules): Issue[] {
  const issues: Issue[] = [];
  const subject = fields.find((field) => field.path === subjectPath);
  const html = fields.find((field) => field.path === htmlPath);
  if (!subject || isEmpty(subject)) issues.push(error("SUBJECT_EMPTY", subjectPath, "Write a subject."));
  if (!html || isEmpty(html)) issues.push(error("BODY_EMPTY", htmlPath, "Write a body: the html is empty."));
  else issues.push(...checkHtml(html, rules));
  const needsText = html?.kind === "html" && !hasFaults(html) && !fields.some((field) => field.path === textPath);
  if (needsText && !isTextMakeable(html)) issues.push(textMissing);
  return issues;
}

function checkHtml(html: ParsedField, rules: ContentRules): Issue[] {
  const issues: Issue[] = [];
  const bytes = Buffer.byteLength(html.template);
  if (rules.category === "MARKETING" && !hasUnsubscribeLink(html)) {
    const message = `A marketing email must let people unsubscribe: put {{${unsubscribe}}} into a link.`;
    issues.push(error("UNSUBSCRIBE_LINK_MISSING", htmlPath, message));
  }
  // Of MJML that could not be compiled, the size of the html is not known.
  if (html.kind === "html" && bytes > htmlBytesWarning) {
    const message = `The html has ${Math.ceil(bytes / 1024)} kB: over ${htmlBytesWarning / 1024} kB, mail programs cut it off.`;
    issues.push(warning("EMAIL_LARGE", htmlPath, message));
  }
  return issues;
}

/** In a template with faults, a tag may have been passed over: then the bare name is enough. */
function hasUnsubscribeLink(html: ParsedField): boolean {
  if (html.faults.length > 0 && html.template.includes(unsubscribe)) return true;
  const isShown = (start: number) => html.html.places.get(start) !== "comment";
  const isNamed = (html.spans ?? []).some(
    ({ start, end }) => isShown(start) && html.template.slice(start, end).includes("unsubscribeUrl"),
  );
  return isNamed && html.uses.some((use) => use.name === unsubscribe && use.asValue);
}
