import type { Issue } from "../../../src/base/index.ts";
import { checkContent, compileContent, type RenderData, type RenderResult } from "../../../src/content/index.ts";

/** The present instant of every rendering in these tests: a Friday. */
const aMoment = new Date("2026-01-30T12:00:00Z");

type Sample = { profile?: Record<string, unknown>; context?: Record<string, unknown> };

export function aRecipient({ profile = {}, context = {} }: Sample = {}): RenderData {
  const message = { id: "m-1", unsubscribeUrl: "https://envoi.example/u?m=1&s=2" };
  return { profile, context, message, now: aMoment };
}

/** The result of one template as the body of an SMS: plain text. */
export function renderText(template: string, sample?: Sample): RenderResult {
  return compileContent("SMS", { sms: { body: template } }).render(aRecipient(sample));
}

/** The text that comes out, for templates that must render. */
export function textOf(template: string, sample?: Sample): string {
  const result = renderText(template, sample);
  if (result.kind !== "rendered" || result.message.channel !== "SMS") throw new Error(JSON.stringify(result));
  return result.message.body;
}

export function htmlOf(template: string, sample?: Sample): string {
  return emailOf({ subject: "Hello", html: template }, sample).html;
}

export function emailOf(email: { subject: string; html: string; preheader?: string; text?: string }, sample?: Sample) {
  const result = compileContent("EMAIL", { email }).render(aRecipient(sample));
  if (result.kind !== "rendered" || result.message.channel !== "EMAIL") throw new Error(JSON.stringify(result));
  return result.message;
}

/** The faults of one template: `CODE line:column`. */
export function faultsOf(template: string): string[] {
  return checkContent("SMS", { sms: { body: template } }).issues.map(locate);
}

export function locate({ code, line, column }: Issue): string {
  return line === undefined ? code : `${code} ${line}:${column}`;
}
