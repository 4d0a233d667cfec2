import type { Json } from "./campaign-content.ts";
import { CompiledField } from "./compiled-field.ts";
import type { CompiledFields } from "./compiled-fields.ts";
import { mapTexts, pushDataPath } from "./push-data.ts";
import type { Rendering } from "./rendering.ts";

/** The data of a push notification with its templates compiled in place; a rendering is a fresh copy. */
export function compilePushData(fields: CompiledFields, data: Json): (rendering: Rendering) => unknown {
  const compiled = mapTexts(data, pushDataPath, (path, text) => fields.find(path) ?? text);
  return (rendering) => fill(compiled, rendering);
}

function fill(value: unknown, rendering: Rendering): unknown {
  if (value instanceof CompiledField) return rendering.print(value);
  if (Array.isArray(value)) return value.map((item) => fill(item, rendering));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fill(item, rendering)]));
}
