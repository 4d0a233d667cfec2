import type { Issue } from "../base/index.ts";
import type { Json } from "./campaign-content.ts";
import type { RenderedMessage } from "./compiled-content.ts";
import { pushPayloadBytesMax } from "./limits.ts";
import { findSchemeEnd } from "./link-guard.ts";
import { error, errorAt, isEmpty, type ParsedField, staticTextOf } from "./parsed-field.ts";
import { mapTexts, pushDataFault, pushDataPath } from "./push-data.ts";
import { type PushLink, pushLinkFault } from "./push-link.ts";
import { staticText } from "./static-text.ts";

const titlePath = "content.push.title";
const bodyPath = "content.push.body";

/** What only a push notification can have wrong. */
export function checkPush(fields: readonly ParsedField[], data: Json): Issue[] {
  const issues: Issue[] = [];
  const byPath = new Map(fields.map((field) => [field.path, field]));
  const [title, body] = [byPath.get(titlePath), byPath.get(bodyPath)];
  if (!title || isEmpty(title)) issues.push(error("TITLE_EMPTY", titlePath, "Write a title."));
  if (!body || isEmpty(body)) issues.push(error("BODY_EMPTY", bodyPath, "Write a body."));
  issues.push(...checkLink(byPath, "imageUrl"), ...checkLink(byPath, "deepLink"));
  const fault = pushDataFault(data);
  if (fault !== null) return [...issues, error("TEMPLATE_LIMIT", pushDataPath, fault)];
  const bytes = payloadBytes(byPath, data);
  if (bytes > pushPayloadBytesMax) {
    const message = `The notification has ${bytes} bytes before its variables are filled in; ${pushPayloadBytesMax} are allowed.`;
    issues.push(error("PUSH_TOO_LARGE", "content.push", message));
  }
  return issues;
}

/** As far as the author wrote it: what is printed is looked at in each message. */
function checkLink(fields: ReadonlyMap<string, ParsedField>, use: PushLink): Issue[] {
  const field = fields.get(`content.push.${use}`);
  const printed = field?.nodes.findIndex((node) => node.kind !== "text") ?? -1;
  const text = staticText(field?.nodes.slice(0, printed === -1 ? undefined : printed) ?? []);
  if (!field || text.trim() === "" || (printed !== -1 && findSchemeEnd(text) === -1)) return [];
  const message = pushLinkFault(text, use);
  return message === null ? [] : [errorAt(field, field.nodes[0]?.at ?? 0, { code: "URL_SCHEME_UNSAFE", message })];
}

/** The size of a rendered notification, as the limit counts it. */
export function pushPayloadBytes({ title, body, imageUrl, deepLink, data }: PushMessage): number {
  const payload = { title, body, imageUrl: imageUrl ?? undefined, deepLink: deepLink ?? undefined, data: data ?? undefined };
  return Buffer.byteLength(JSON.stringify(payload));
}

type PushMessage = Extract<RenderedMessage, { channel: "PUSH" }>;

function payloadBytes(fields: ReadonlyMap<string, ParsedField>, data: Json): number {
  const payload = {
    title: staticTextOf(fields.get(titlePath)),
    body: staticTextOf(fields.get(bodyPath)),
    imageUrl: optionalText(fields.get("content.push.imageUrl")),
    deepLink: optionalText(fields.get("content.push.deepLink")),
    data: data === null ? undefined : mapTexts(data, pushDataPath, (path, text) => optionalText(fields.get(path)) ?? text),
  };
  return Buffer.byteLength(JSON.stringify(payload));
}

/** Left out of the payload, as it will be when it is sent. */
function optionalText(field: ParsedField | undefined): string | undefined {
  return field ? staticTextOf(field) : undefined;
}
