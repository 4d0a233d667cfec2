/** The data of one recipient. `context` came with the call; `message` is ours. */
export type RenderData = {
  profile: Record<string, unknown>;
  context: Record<string, unknown>;
  message: { id: string; unsubscribeUrl: string };
  /** What functions take for the present instant. */
  now: Date;
};

export type RenderedMessage =
  | { channel: "EMAIL"; subject: string; preheader: string | null; html: string; text: string | null }
  | { channel: "SMS"; body: string; segments: number }
  | { channel: "PUSH"; title: string; body: string; imageUrl: string | null; deepLink: string | null; data: unknown };

export type RenderResult =
  | { kind: "rendered"; message: RenderedMessage }
  /**
   * Variables of the context that would have been printed, without fallback, and are absent or null; and what is there,
   * but cannot be read as what the content needs, or gives nothing.
   */
  | { kind: "missing-context"; paths: string[]; detail: string }
  /** A limit was broken by this recipient's data; rendering again cannot help. */
  | { kind: "render-error"; detail: string };

/** Content made ready to be rendered any number of times; no rendering shows in another. */
export type CompiledContent = {
  readonly variables: readonly string[];
  /** `missingContext`: what a variable means that is missing or cannot be read, by default EXCLUDE. */
  render(data: RenderData, options?: { missingContext?: "EXCLUDE" | "PRINT_NOTHING" }): RenderResult;
};
