import type { Issue } from "../base/index.ts";
import { smsCharactersMax, smsCharactersWarning } from "./limits.ts";
import { error, isEmpty, type ParsedField, staticTextOf, warning } from "./parsed-field.ts";
import { smsSegments } from "./sms-segments.ts";

const path = "content.sms.body";

/** What only an SMS can have wrong. */
export function checkSms(fields: readonly ParsedField[]): Issue[] {
  const body = fields.find((field) => field.path === path);
  if (!body || isEmpty(body)) return [error("BODY_EMPTY", path, "Write a body.")];
  const text = staticTextOf(body);
  const size = `${text.length} characters (${smsSegments(text).segments} segments)`;
  if (text.length > smsCharactersMax)
    return [error("SMS_TOO_LONG", path, `The text has ${size}; an SMS may have ${smsCharactersMax}. Shorten it.`)];
  if (text.length <= smsCharactersWarning || body.uses.length === 0) return [];
  const message = `The text has ${size} before its variables are filled in; with them it may exceed ${smsCharactersMax}.`;
  return [warning("SMS_MAY_EXCEED", path, message)];
}
