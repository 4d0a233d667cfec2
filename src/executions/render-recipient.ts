import type { MissingContext } from "../campaigns/index.ts";
import type { CompiledContent, RenderedMessage } from "../content/index.ts";
import type { Exclusion } from "./exclusion.ts";

type JsonObject = Readonly<Record<string, unknown>>;

export type RenderablePerson = {
  /** Of the stored profile; null for an external recipient. */
  readonly attributes: JsonObject | null;
  /** Given with the call: laid over the stored ones. */
  readonly profileData: JsonObject | null;
  readonly context: JsonObject | null;
};

export type RenderOptions = {
  readonly id: string;
  readonly unsubscribeUrl: (messageId: string) => string;
  readonly missingContext: MissingContext;
  /** What the content takes for the present instant. */
  readonly now: Date;
};

export type RenderVerdict =
  | { readonly kind: "rendered"; readonly message: RenderedMessage }
  | { readonly kind: "excluded"; readonly exclusion: Exclusion };

/** Renders one message as the engine and the simulation both do. */
export function renderRecipient(compiled: CompiledContent, person: RenderablePerson, options: RenderOptions): RenderVerdict {
  const message = {
    id: options.id,
    // Made only when the content asks for it: signing costs more than the rest of a short message.
    get unsubscribeUrl(): string {
      return options.unsubscribeUrl(options.id);
    },
  };
  const profile = person.profileData ? { ...person.attributes, ...person.profileData } : (person.attributes ?? {});
  const data = { profile, context: person.context ?? {}, message, now: options.now };
  const result = compiled.render(data, { missingContext: options.missingContext });
  switch (result.kind) {
    case "rendered":
      return result;
    case "missing-context":
      return { kind: "excluded", exclusion: { reason: "MISSING_CONTEXT", detail: result.detail } };
    case "render-error":
      return { kind: "excluded", exclusion: { reason: "RENDER_ERROR", detail: result.detail } };
  }
}

/** Stands for the message that a preview or a simulation does not make. */
export const sampleMessageId = "00000000-0000-7000-8000-000000000000";

/** What a checked call holds as JSON text, as rendering reads it. */
export function parseData(recipient: { readonly context: string | null; readonly profileData: string | null }) {
  const parse = (json: string | null) => (json === null ? null : (JSON.parse(json) as JsonObject));
  return { context: parse(recipient.context), profileData: parse(recipient.profileData) };
}
