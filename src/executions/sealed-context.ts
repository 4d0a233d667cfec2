import type { Sealer } from "../storage/index.ts";

type JsonObject = Readonly<Record<string, unknown>>;

/** What came with a call for one recipient, as JSON text. */
export type ContextText = { readonly id: string; readonly context: string | null; readonly profileData: string | null };

export type OpenedContext = { readonly context: JsonObject | null; readonly profileData: JsonObject | null };

/** Sealed for this message alone: moved to another row, it does not open. */
export function sealContext(sealer: Sealer, { id, context, profileData }: ContextText): Buffer {
  return sealer.seal(id, `{"context":${context ?? "null"},"profileData":${profileData ?? "null"}}`);
}

/** Null when it was sealed under another secret or for another message. */
export function openContext(sealer: Sealer, id: string, sealed: Uint8Array): OpenedContext | null {
  const text = sealer.open(id, sealed);
  return text === null ? null : (JSON.parse(text) as OpenedContext);
}
