import { requirePermission } from "../access/index.ts";
import { decodeIdCursor, isId, memoise, type Page, type PageInput, pageSize, toPage } from "../base/index.ts";
import { type Context, parseInstant, parseInstantOrNull, run } from "../storage/index.ts";
import type { Execution } from "./execution.entity.ts";
import type { Message, MessageStatus } from "./message.ts";
import { countMessages, type MessageRow, selectMessage, selectMessagePages, selectSettledSince } from "./sql/select-messages.ts";

/** Null when there is none. */
export async function findMessage(ctx: Context, id: string): Promise<Message | null> {
  requirePermission(ctx, "messages:read");
  if (!isId(id)) return null;
  const [row] = await run(ctx, selectMessage(id, ctx.actor));
  return row ? toMessage(row) : null;
}

export type MessageFilter = PageInput & { readonly status?: MessageStatus | null };

export type MessagesAsked = { readonly execution: Execution; readonly filter: MessageFilter };

/** Messages of executions, in the order of their recipients: a page each, in one statement for all that are asked together. */
export async function findMessagePages(ctx: Context, asked: readonly MessagesAsked[]): Promise<Page<Message>[]> {
  requirePermission(ctx, "messages:read");
  const pages = asked.map(({ execution, filter }) => ({
    execution,
    status: filter.status ?? null,
    size: pageSize(filter),
    after: decodeIdCursor(filter.after),
  }));
  const rows = await run(ctx, selectMessagePages(pages));
  const counts = memoise(() => run(ctx, countMessages(pages)));
  return pages.map(({ size }, position) => {
    const own = rows.filter((row) => row.position === position).map(toMessage);
    return toPage(
      own,
      size,
      (message) => message.id,
      async () => (await counts())[position]?.count ?? 0,
    );
  });
}

export type SettledInput = {
  readonly campaignId: string;
  readonly since: Date;
  readonly afterId: string | null;
  readonly limit: number;
};

/** For subscriptions: messages of a campaign whose last step came at or after `since`, oldest first; `afterId` goes on within that instant. */
export async function findSettledSince(ctx: Pick<Context, "em">, input: SettledInput): Promise<Message[]> {
  return (await run(ctx, selectSettledSince(input))).map(toMessage);
}

export function toMessage(row: MessageRow): Message {
  return {
    ...row,
    acceptedAt: parseInstant(row.acceptedAt),
    availableAt: parseInstant(row.availableAt),
    claimedAt: parseInstantOrNull(row.claimedAt),
    handedAt: parseInstantOrNull(row.handedAt),
    settledAt: parseInstantOrNull(row.settledAt),
    keptSince: parseInstantOrNull(row.keptSince),
    history: (row.history ?? []).map((event) => ({ ...event, at: new Date(event.at) })),
  };
}
