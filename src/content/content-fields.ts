import { type Channel, unreachable } from "../base/index.ts";
import type { CampaignContent, CompiledMjml, EmailContent, PushContent, SmsContent } from "./campaign-content.ts";
import { type Field, field, optionalField } from "./field.ts";
import { isMjml } from "./mjml-documents.ts";
import { dataFields } from "./push-data.ts";

/** What an author wrote for one channel, as a list of templates. */
export function fieldsOf(channel: Channel, content: CampaignContent): readonly Field[] {
  switch (channel) {
    case "EMAIL":
      return content.email ? emailFields(content.email) : [];
    case "SMS":
      return content.sms ? smsFields(content.sms) : [];
    case "PUSH":
      return content.push ? pushFields(content.push) : [];
    default:
      return unreachable(channel);
  }
}

function emailFields({ subject, preheader, html, text, compiled }: EmailContent): Field[] {
  return [
    field("content.email.subject", "line", subject),
    ...optionalField("content.email.preheader", "text", preheader),
    compiled || isMjml(html) ? mjmlField(html, compiled ?? null) : field("content.email.html", "html", html),
    ...optionalField("content.email.text", "text", text),
  ];
}

/** Where MJML could not be, or was not, compiled, the source is read as a plain text: for the faults of its tags. */
function mjmlField(text: string, compiled: CompiledMjml | null): Field {
  const path = "content.email.html";
  if (!compiled || compiled.html === null) return field(path, "text", text);
  return { ...field(path, "html", compiled.html), source: { text, tagOffsets: compiled.tagOffsets } };
}

function smsFields({ body }: SmsContent): Field[] {
  return [field("content.sms.body", "text", body)];
}

function pushFields({ title, body, imageUrl, deepLink, data }: PushContent): Field[] {
  return [
    field("content.push.title", "line", title),
    field("content.push.body", "text", body),
    ...optionalField("content.push.imageUrl", "text", imageUrl),
    ...optionalField("content.push.deepLink", "text", deepLink),
    ...dataFields(data ?? null),
  ];
}
