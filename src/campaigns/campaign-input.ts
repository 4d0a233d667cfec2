import { z } from "zod";
import { labelSchema } from "../access/index.ts";
import {
  categories,
  channels,
  defaultNamespaces,
  invalid,
  isNestedDeeper,
  type Loose,
  nestingMax,
  parseInput,
  sentFields,
  storableObject,
  storableText,
  storableTextOrEmpty,
  timeZoneName,
} from "../base/index.ts";
import { type CampaignContent, compileSources, type Json } from "../content/index.ts";
import { namespaceSchema } from "../profiles/index.ts";
import type { Context } from "../storage/index.ts";
import { missingContextChoices, onUncertainChoices } from "./campaign-version.entity.ts";
import type { LocalTimes } from "./local-time.ts";

const bodyMax = 1_000_000;
const body = storableTextOrEmpty(bodyMax);

const optionalBody = body.nullish().transform((text) => text ?? null);
const storableJsonFault = `must be nested at most ${nestingMax} deep, without NUL characters and broken surrogate pairs`;
const orNull = <T extends z.ZodType>(schema: T) => schema.nullish().transform((value) => value ?? null);

const pushData = z.custom<Json>(isStorableJson, storableJsonFault);

const contentSchema: z.ZodType<CampaignContent> = z.object({
  email: orNull(z.object({ subject: body, preheader: optionalBody, html: body, text: optionalBody })),
  sms: orNull(z.object({ body })),
  push: orNull(z.object({ title: body, body, imageUrl: optionalBody, deepLink: optionalBody, data: orNull(pushData) })),
});

/** For content that is checked or shown without being saved. */
export function parseContent(content: unknown): CampaignContent {
  return parseInput(contentSchema, content);
}

const title = z.string().trim().pipe(storableText(200));
const description = storableTextOrEmpty(5000);
const tags = z
  .array(z.string().trim().pipe(storableText(50)))
  .max(50)
  .transform((list) => [...new Set(list)]);

const labels = z
  .array(labelSchema)
  .max(50)
  .transform((list) => [...new Set(list)]);

/** Title and the like: editable in any status. */
const labelFields = { title, description: description.nullable(), tags, labels };

/** What a version holds. */
const versionFields = {
  channelConfigurationId: z.uuid(),
  namespace: namespaceSchema,
  createProfiles: z.boolean(),
  highThroughput: z.boolean(),
  onUncertain: z.enum(onUncertainChoices),
  missingContext: z.enum(missingContextChoices),
  contextSchema: z
    .custom<Readonly<Record<string, unknown>>>(
      (value) => isStorableJson(value) && isObject(value),
      `must be an object; it ${storableJsonFault}`,
    )
    .nullable(),
  startAt: z.date().nullable(),
  endAt: z.date().nullable(),
  timeZone: timeZoneName,
  oneShot: z.boolean(),
  content: contentSchema.nullable(),
};

const versionSchema = z.object(versionFields);
export type VersionSettings = z.output<typeof versionSchema>;

const creationSchema = z.object({ category: z.enum(categories), channel: z.enum(channels), ...labelFields, ...versionFields });
export type CampaignCreation = z.output<typeof creationSchema>;

export type CreateCampaignInput = Loose<Omit<CampaignCreation, "title" | "category" | "channel" | "channelConfigurationId">> &
  Pick<CampaignCreation, "title" | "category" | "channel" | "channelConfigurationId"> & {
    readonly deliveryRate?: number | null | undefined;
  } & LocalTimes;

/** Fills in the defaults and checks everything that can be checked without the database. */
export function parseCreation(input: CreateCampaignInput): CampaignCreation {
  const given = withoutNulls(input);
  const parsed = parseInput(creationSchema, {
    description: null,
    tags: [],
    labels: [],
    namespace: defaultNamespaces[input.channel],
    createProfiles: false,
    highThroughput: false,
    onUncertain: input.category === "MARKETING" ? "HOLD" : "RESEND",
    missingContext: "EXCLUDE",
    contextSchema: null,
    startAt: null,
    endAt: null,
    timeZone: "UTC",
    oneShot: false,
    content: null,
    ...given,
  });
  checkTogether(parsed, parsed.category);
  return parsed;
}

const changeSchema = z.object({ ...labelFields, ...versionFields }).partial();
export type CampaignChange = z.output<typeof changeSchema>;
export type UpdateCampaignInput = Loose<Omit<CampaignCreation, "category" | "channel">> &
  LocalTimes & {
    readonly expectedRevision: number;
    readonly deliveryRate?: number | null | undefined;
  };

const emptiable = new Set(["description", "startAt", "endAt", "contextSchema", "content"]);

export function parseChange(input: UpdateCampaignInput): CampaignChange {
  return parseInput(changeSchema, sentFields(input, emptiable));
}

/** What is stored of content is ready to be rendered. */
export async function withCompiledSources<T extends { content?: CampaignContent | null | undefined }>(
  { actor }: Pick<Context, "actor">,
  fields: T,
): Promise<T> {
  return fields.content ? { ...fields, content: await compileSources(fields.content, actor.id) } : fields;
}

/** Faults that only several fields together show. */
export function checkTogether(settings: Pick<VersionSettings, "startAt" | "endAt" | "highThroughput">, category: string): void {
  if (settings.startAt && settings.endAt && settings.startAt >= settings.endAt)
    throw invalid("INPUT_INVALID", "endAt must be later than startAt.", { field: "endAt" });
  if (settings.highThroughput && category !== "TRANSACTIONAL")
    throw invalid("INPUT_INVALID", "highThroughput is for TRANSACTIONAL campaigns only.", { field: "highThroughput" });
}

export const deliveryRateMax = 2000;

/** Null is unthrottled. */
export function checkDeliveryRate(perSecond: number | null | undefined): void {
  if (perSecond === null || perSecond === undefined) return;
  if (!Number.isInteger(perSecond) || perSecond < 1 || perSecond > deliveryRateMax)
    throw invalid(
      "DELIVERY_RATE_OUT_OF_RANGE",
      `A delivery rate is a whole number from 1 to ${deliveryRateMax} a second, or null for none.`,
      { perSecond },
    );
}

export function splitChange(change: CampaignChange): { labels: Partial<CampaignCreation>; settings: Partial<VersionSettings> } {
  const entries = Object.entries(change);
  return {
    labels: Object.fromEntries(entries.filter(([name]) => name in labelFields)),
    settings: Object.fromEntries(entries.filter(([name]) => name in versionFields)),
  };
}

function withoutNulls(input: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== null && value !== undefined));
}

function isStorableJson(value: unknown): boolean {
  return !isNestedDeeper(value) && storableObject.safeParse({ value }).success;
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
