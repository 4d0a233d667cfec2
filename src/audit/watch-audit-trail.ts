import { type Context, createSignal, type NewsDesk, newestEventPosition } from "../storage/index.ts";
import type { AuditEntry } from "./audit-entry.ts";
import { type AuditFilter, decodePosition, type ParsedFilter, parseFilter } from "./audit-filter.ts";
import { readOnwards } from "./read-onwards.ts";
import { requireAuditor } from "./require-auditor.ts";

/** Looks without news, for when its connection was lost. */
const pollMilliseconds = 2000;

export type WatchInput = { readonly filter?: AuditFilter | null; readonly after?: string | null };
export type AuditStream = (ctx: Context, input: WatchInput) => Promise<AsyncGenerator<AuditEntry>>;

/**
 * Streams entries as they are committed; with `after` first those that came since that entry. News only says when to look.
 * What was looked through is a position, and nothing is ever committed below one that was seen (docs/decisions/0018), so
 * nothing is lost or told twice, however slowly it is read.
 */
export function createAuditStream(options: { readonly news: NewsDesk; readonly context: () => Context }): AuditStream {
  return async (ctx, input) => {
    requireAuditor(ctx);
    const filter = parseFilter(input.filter);
    const after = decodePosition(input.after) ?? (await newestEventPosition(ctx));
    return follow(options, filter, after);
  };
}

async function* follow(
  { news, context }: Parameters<typeof createAuditStream>[0],
  filter: ParsedFilter,
  from: string,
): AsyncGenerator<AuditEntry, void, undefined> {
  const signal = createSignal();
  const unsubscribe = news.subscribe(({ topic }) => {
    if (topic === "audit") signal.notify();
  });
  try {
    for (let after = from; ; await signal.wait(pollMilliseconds)) {
      const until = await newestEventPosition(context());
      if (BigInt(until) <= BigInt(after)) continue;
      yield* readOnwards(context, { filter, after, until });
      after = until;
    }
  } finally {
    unsubscribe();
  }
}
