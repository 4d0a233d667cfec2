import { isNestedDeeper } from "../base/index.ts";
import type { Json } from "./campaign-content.ts";
import { type Field, field } from "./field.ts";
import { formatPath } from "./format-path.ts";
import { limits } from "./limits.ts";

export const pushDataPath = "content.push.data";

/** The texts inside a push notification's data that have tags; the others are sent as they are. */
export function dataFields(data: Json): Field[] {
  const fields: Field[] = [];
  if (pushDataFault(data) !== null) return fields;
  mapTexts(data, pushDataPath, (path, text) => {
    if (hasTags(text)) fields.push(field(path, "text", text));
  });
  return fields;
}

/** Copies JSON with every text in it replaced. Call it only on data without a fault: it recurses. */
export function mapTexts(value: Json, path: string, replace: (path: string, text: string) => unknown): unknown {
  if (typeof value === "string") return replace(path, value);
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((item, index) => mapTexts(item, `${path}.${index}`, replace));
  // Object.fromEntries defines own properties: a key "__proto__" stays a key.
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapTexts(item, formatPath(path, [key]), replace)]));
}

function hasTags(text: string): boolean {
  return text.includes("{{") || text.includes("{%");
}

/** What forbids to look into the data at all, as a sentence. */
export function pushDataFault(data: Json): string | null {
  if (isNestedDeeper(data, limits.dataDepthMax)) return `The data may be nested at most ${limits.dataDepthMax} deep.`;
  if (Buffer.byteLength(JSON.stringify(data)) > limits.templateBytesMax)
    return `The data may have at most ${limits.templateBytesMax / 1024} kB.`;
  if (countTemplates(data) > limits.dataTemplatesMax)
    return `The data may have at most ${limits.dataTemplatesMax} texts with tags.`;
  return null;
}

function countTemplates(value: Json): number {
  if (typeof value === "string") return hasTags(value) ? 1 : 0;
  if (typeof value !== "object" || value === null) return 0;
  return Object.values(value).reduce<number>((sum, item) => sum + countTemplates(item), 0);
}
