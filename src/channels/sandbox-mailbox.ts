import { requirePermission } from "../access/index.ts";
import {
  type Channel,
  channels,
  decodeIdCursor,
  isId,
  isStorableText,
  type Page,
  type PageInput,
  pageSize,
  toPage,
} from "../base/index.ts";
import { type Context, parseInstant, run } from "../storage/index.ts";
import { readAddress } from "./address.ts";
import { countSandboxMessages, selectSandboxMessages } from "./sql/select-sandbox-messages.ts";

/** A message as the built-in mailbox received it. */
export type SandboxMessage = {
  readonly id: string;
  readonly key: string;
  readonly channel: Channel;
  readonly address: string;
  readonly userId: string;
  readonly campaignId: string;
  readonly executionId: string;
  readonly content: Readonly<Record<string, unknown>>;
  readonly at: Date;
  readonly handOvers: number;
};

/** Stands for a campaign that was not asked for. */
const someId = "00000000-0000-7000-8000-000000000000";

export type SandboxFilter = PageInput & { readonly campaignId?: string | null; readonly address?: string | null };

function isPossible({ campaignId, address }: SandboxFilter): boolean {
  return isId(campaignId ?? someId) && isStorableText(address ?? "");
}

/** Of every channel that the text may be an address of, in any spelling. */
function keysOf({ address }: SandboxFilter): string[] | null {
  if (address === null || address === undefined) return null;
  return [address, ...Object.values(channels).flatMap((channel) => readAddress(channel, address)?.key ?? [])];
}

/** The mailbox in the order of acceptance, oldest first. */
export async function listSandboxMessages(ctx: Context, filter: SandboxFilter): Promise<Page<SandboxMessage>> {
  requirePermission(ctx, "messages:read");
  const size = pageSize(filter);
  // Nobody can have been sent anything under such a name.
  if (!isPossible(filter))
    return toPage<SandboxMessage>(
      [],
      size,
      (message) => message.id,
      async () => 0,
    );
  const visible = { ...filter, addressKeys: keysOf(filter), actor: ctx.actor };
  const rows = await run(ctx, selectSandboxMessages({ ...visible, after: decodeIdCursor(filter.after), limit: size + 1 }));
  const messages = rows.map((row) => ({ ...row, at: parseInstant(row.at) }));
  return toPage(
    messages,
    size,
    (message) => message.id,
    async () => {
      const [counted] = await run(ctx, countSandboxMessages(visible));
      return counted?.count ?? 0;
    },
  );
}
