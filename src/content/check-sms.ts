import type { Issue } from "../base/index.ts";
import { CompiledField } from "./compiled-field.ts";
import { Prepared } from "./functions/registry.ts";
import { smsCharactersMax, smsCharactersWarning } from "./limits.ts";
import { error, hasFaults, isEmpty, type ParsedField, staticTextOf, warning } from "./parsed-field.ts";
import { FieldFault, Rendering } from "./rendering.ts";
import type { SampleData } from "./sample-data.ts";
import { smsSegments } from "./sms-segments.ts";

const path = "content.sms.body";

/** What only an SMS can have wrong. */
export function checkSms(fields: readonly ParsedField[]): Issue[] {
  const body = bodyOf(fields);
  if (!body || isEmpty(body)) return [error("BODY_EMPTY", path, "Write a body.")];
  const text = staticTextOf(body);
  if (text.length <= smsCharactersMax) return [];
  return [error("SMS_TOO_LONG", path, `The text has ${sizeOf(text)}; an SMS may have ${smsCharactersMax}. Shorten it.`)];
}

/** Whether the values that people have may make it too long: as far as the author's own text and samples tell. */
export function checkFilledSms(fields: readonly ParsedField[], sample: SampleData): Issue[] {
  const body = bodyOf(fields);
  if (!body || body.uses.length === 0 || hasFaults(body)) return [];
  const text = staticTextOf(body);
  const filled = fill(body, sample) ?? text;
  const mayExceed = text.length > smsCharactersWarning || filled.length > smsCharactersMax;
  if (text.length > smsCharactersMax || !mayExceed) return [];
  const message = `The text has ${sizeOf(text)} before its variables are filled in, and ${sizeOf(filled)} with sampleData; with longer values it may exceed ${smsCharactersMax}.`;
  return [warning("SMS_MAY_EXCEED", path, message)];
}

function bodyOf(fields: readonly ParsedField[]): ParsedField | undefined {
  return fields.find((field) => field.path === path);
}

function sizeOf(text: string): string {
  const { segments } = smsSegments(text);
  return `${text.length} characters (${segments} ${segments === 1 ? "segment" : "segments"})`;
}

/** In the month whose name is the longest. */
const sampleMoment = new Date("2026-09-30T12:00:00Z");
/** As long as they will be. */
const sampleMessage = { id: "0".repeat(36), unsubscribeUrl: `https://envoi.example/u/${"0".repeat(100)}` };

/** Null when the samples cannot be printed. */
function fill(body: ParsedField, sample: SampleData): string | null {
  const data = { profile: { ...sample.profile }, context: { ...sample.context }, message: sampleMessage, now: sampleMoment };
  try {
    return new Rendering(data, { isStrict: false, prepared: new Prepared() }).print(new CompiledField(body));
  } catch (fault) {
    if (fault instanceof FieldFault) return null;
    throw fault;
  }
}
