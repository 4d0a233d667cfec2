/**
 * Content: the personalisation language. Checks what an author wrote, compiles it once, renders it for each
 * recipient. Pure: no input, no output, no clock. Promises: an author's text and a recipient's data are never
 * run as code; a value is escaped where it is printed into html; a subject is one line; every check, compilation
 * and rendering is bounded in time and size; findings are data, and only broken assumptions throw.
 */
export type { CampaignContent, ContentRules, EmailContent, Json } from "./campaign-content.ts";
export { checkContent } from "./check-content.ts";
export { pushPayloadBytes } from "./check-push.ts";
export { checkContentFor, checkFragmentFor, type FullReview } from "./check-thread.ts";
export { compileContent } from "./compile-content.ts";
export type { CompiledContent, RenderData, RenderedMessage, RenderResult } from "./compiled-content.ts";
export { type ContextSchema, compileContextSchema, reviewContextSchema } from "./context-schema.ts";
export { formatPath } from "./format-path.ts";
export type { ContentFragment } from "./fragment.ts";
export { fragmentBytesMax } from "./limits.ts";
export { compileSources } from "./mjml.ts";
export { fragmentNamesIn, fragmentNamesOf } from "./review-fragments.ts";
export type { SampleData } from "./sample-data.ts";
export { smsSegments } from "./sms-segments.ts";
