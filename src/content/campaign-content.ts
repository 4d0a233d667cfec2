import type { Category, Issue } from "../base/index.ts";
import type { ContentFragment } from "./fragment.ts";

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

export type EmailContent = {
  subject: string;
  preheader?: string | null;
  html: string;
  text?: string | null;
  /** Of `html` in MJML; made by `compileSources`, never by an author. */
  compiled?: CompiledMjml | null;
};

export type CompiledMjml = {
  /** Null when the source could not be compiled. */
  html: string | null;
  /** Of each tag of ours in `html`, where it stands in the source. */
  tagOffsets: readonly number[];
  issues: readonly Issue[];
};

export type SmsContent = { body: string };
export type PushContent = {
  title: string;
  body: string;
  imageUrl?: string | null;
  deepLink?: string | null;
  /** Every string value inside is a template; keys are not. */
  data?: Json | null;
};

/** What an author wrote, by channel. A campaign uses the part of its own channel; the others are ignored. */
export type CampaignContent = {
  email?: EmailContent | null;
  sms?: SmsContent | null;
  push?: PushContent | null;
  /** The fragments that it uses, and those that they use; put in by `withFragments`, never by an author. */
  fragments?: readonly ContentFragment[];
};

/** The settings of the campaign that decide what its content may be. */
export type ContentRules = {
  category?: Category;
  highThroughput?: boolean;
  /** JSON Schema of the context: a variable outside it is an issue. One that is itself faulty says nothing. */
  contextSchema?: Readonly<Record<string, unknown>> | null;
};
