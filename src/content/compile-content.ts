import { type Channel, invariant, unreachable } from "../base/index.ts";
import type { CampaignContent, Json } from "./campaign-content.ts";
import { readContent } from "./check-content.ts";
import { pushPayloadBytes } from "./check-push.ts";
import { compilePushData } from "./compile-push-data.ts";
import type { CompiledContent, RenderedMessage, RenderResult } from "./compiled-content.ts";
import type { CompiledField } from "./compiled-field.ts";
import { CompiledFields } from "./compiled-fields.ts";
import { Prepared } from "./functions/registry.ts";
import { pushPayloadBytesMax, smsCharactersMax } from "./limits.ts";
import type { ParsedField } from "./parsed-field.ts";
import { type PushLink, pushLinkFault } from "./push-link.ts";
import { FieldFault, Rendering } from "./rendering.ts";
import { smsSegments } from "./sms-segments.ts";
import { textFromHtml } from "./text-from-html.ts";

type Print = (rendering: Rendering) => RenderedMessage;

/**
 * Makes content ready: once per version, then any number of renderings. Throws `InvariantError` on content in
 * which `checkContent` finds an ERROR: callers check first, and show what it finds to the author.
 */
export function compileContent(channel: Channel, content: CampaignContent): CompiledContent {
  const { issues, variables, fields } = readContent(channel, content, {});
  const error = issues.find((issue) => issue.severity === "ERROR");
  invariant(!error, `content with errors was compiled: ${error?.code} at ${error?.path}`);
  const print = compileChannel(channel, new CompiledFields(withTextPart(fields)), content.push?.data ?? null);
  const prepared = new Prepared();
  return {
    variables,
    render: (data, options) => {
      const isStrict = options?.missingContext !== "PRINT_NOTHING";
      return render(print, new Rendering(data, { isStrict, prepared }));
    },
  };
}

/** An email without a text part gets one of its html. */
function withTextPart(fields: readonly ParsedField[]): readonly ParsedField[] {
  const html = fields.find((field) => field.path === "content.email.html");
  if (!html || fields.some((field) => field.path === "content.email.text")) return fields;
  const text = textFromHtml(html);
  return text ? [...fields, text] : fields;
}

function render(print: Print, rendering: Rendering): RenderResult {
  try {
    const message = print(rendering);
    return rendering.missingContext() ?? rendering.blankField() ?? { kind: "rendered", message };
  } catch (fault) {
    if (fault instanceof FieldFault) return { kind: "render-error", detail: fault.message };
    throw fault;
  }
}

function compileChannel(channel: Channel, fields: CompiledFields, data: Json): Print {
  switch (channel) {
    case "EMAIL":
      return compileEmail(fields);
    case "SMS":
      return compileSms(fields);
    case "PUSH":
      return compilePush(fields, data);
    default:
      return unreachable(channel);
  }
}

function compileEmail(fields: CompiledFields): Print {
  const subject = fields.get("content.email.subject");
  const preheader = fields.find("content.email.preheader");
  const html = fields.get("content.email.html");
  const text = fields.find("content.email.text");
  return (rendering) => ({
    channel: "EMAIL",
    subject: rendering.printNeeded(subject),
    preheader: rendering.printOptional(preheader),
    html: rendering.printNeeded(html),
    text: rendering.printOptional(text),
  });
}

function compileSms(fields: CompiledFields): Print {
  const template = fields.get("content.sms.body");
  return (rendering) => {
    const body = rendering.printNeeded(template);
    if (body.length > smsCharactersMax)
      throw new FieldFault(`${template.path}: the text has ${body.length} characters, more than ${smsCharactersMax}.`);
    return { channel: "SMS", body, segments: smsSegments(body).segments };
  };
}

function compilePush(fields: CompiledFields, data: Json): Print {
  const title = fields.get("content.push.title");
  const body = fields.get("content.push.body");
  const imageUrl = fields.find("content.push.imageUrl");
  const deepLink = fields.find("content.push.deepLink");
  const printData = compilePushData(fields, data);
  return (rendering) => {
    const message = {
      channel: "PUSH",
      title: rendering.printNeeded(title),
      body: rendering.printNeeded(body),
      // Providers refuse an empty address, so one that prints nothing is none. One that is refused here is not left out
      // without a word: the message would be another than its author meant.
      imageUrl: printLink(rendering, imageUrl, "imageUrl"),
      deepLink: printLink(rendering, deepLink, "deepLink"),
      data: printData(rendering),
    } as const;
    const bytes = pushPayloadBytes(message);
    if (bytes > pushPayloadBytesMax)
      throw new FieldFault(`content.push: the notification has ${bytes} bytes, more than ${pushPayloadBytesMax}.`);
    return message;
  };
}

function printLink(rendering: Rendering, field: CompiledField | null, use: PushLink): string | null {
  const printed = rendering.printOptional(field);
  const text = printed?.trim() ? printed : null;
  const fault = text === null ? null : pushLinkFault(text, use);
  if (fault !== null) throw new FieldFault(`content.push.${use}: ${fault}`);
  return text;
}
