import {
  type Context,
  createNewestEvent,
  endable,
  looks,
  type NewestEvent,
  type NewsDesk,
  newestEventPosition,
  outlast,
} from "../storage/index.ts";
import type { AuditEntry } from "./audit-entry.ts";
import { type AuditFilter, decodePosition, type ParsedFilter, parseFilter } from "./audit-filter.ts";
import { readOnwards } from "./read-onwards.ts";
import { requireAuditor } from "./require-auditor.ts";

/** Entries that are held for a reader who takes his time. */
const rowsPerLook = 50;

export type WatchInput = { readonly filter?: AuditFilter | null; readonly after?: string | null };
export type AuditStream = (ctx: Context, input: WatchInput) => Promise<AsyncGenerator<AuditEntry>>;

type StreamOptions = { readonly news: NewsDesk; readonly context: () => Context };

/**
 * Streams entries as they are committed; with `after` first those that came since that entry. News only says when to look.
 * What was looked through is a position, and nothing is ever committed below one that was seen (docs/decisions/0018), so
 * nothing is lost or told twice, however slowly it is read, and whether or not the database is away meanwhile.
 */
export function createAuditStream(options: StreamOptions): AuditStream {
  const newest = createNewestEvent(options.context);
  return async (ctx, input) => {
    requireAuditor(ctx);
    const filter = parseFilter(input.filter);
    const after = decodePosition(input.after) ?? (await newestEventPosition(ctx));
    return endable((ending) => follow({ ...options, newest, filter, ending }, after));
  };
}

type Follow = StreamOptions & {
  readonly newest: NewestEvent;
  readonly filter: ParsedFilter;
  readonly ending: AbortSignal;
};

async function* follow(
  { news, context, newest, filter, ending }: Follow,
  from: string,
): AsyncGenerator<AuditEntry, void, undefined> {
  const concerns = ({ topic }: { readonly topic: string }) => topic === "audit";
  let after = from;
  for await (const since of looks({ news, concerns, ending })) {
    const until = await outlast(ending, () => newest(since));
    if (BigInt(until) <= BigInt(after)) continue;
    yield* readOnwards({ context, ending, rowsPerLook }, { filter, after, until });
    after = until;
  }
}
