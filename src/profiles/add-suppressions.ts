import { z } from "zod";
import { requirePermission } from "../access/index.ts";
import { channels, parseInput, storableText } from "../base/index.ts";
import { readAddress, readEmailDomain } from "../channels/index.ts";
import { type Context, inTransaction, recordEvent, run } from "../storage/index.ts";
import { deleteSuppressions, insertSuppressions } from "./sql/suppressions.ts";

export const suppressionKinds = { ADDRESS: "ADDRESS", DOMAIN: "DOMAIN" } as const;
export type SuppressionKind = keyof typeof suppressionKinds;

const entrySchema = z
  .object({
    channel: z.enum(channels),
    kind: z
      .enum(suppressionKinds)
      .nullish()
      .transform((kind) => kind ?? "ADDRESS"),
    value: storableText(4096),
    reason: storableText(100)
      .nullish()
      .transform((reason) => reason ?? "MANUAL"),
    comment: storableText(1000)
      .nullish()
      .transform((comment) => comment ?? null),
  })
  .transform((entry, check) => {
    const value = keyOf(entry.channel, entry.kind, entry.value);
    if (value === null)
      check.addIssue({
        code: "custom",
        path: ["value"],
        message: `must be ${entry.kind === "DOMAIN" ? "a domain of email addresses" : `a valid ${entry.channel} address`}`,
      });
    return { ...entry, value: value ?? "" };
  });
const list = { at: "entries", keyName: "value" };
const inputSchema = z.array(entrySchema).min(1).max(5000);

export type SuppressionInput = z.input<typeof entrySchema>;

function keyOf(channel: keyof typeof channels, kind: SuppressionKind, value: string): string | null {
  if (kind === "DOMAIN") return channel === "EMAIL" ? readEmailDomain(value) : null;
  return readAddress(channel, value)?.key ?? null;
}

/** From now on nothing goes to these addresses, whatever the category. Returns how many were new. */
export async function addSuppressions(ctx: Context, input: readonly SuppressionInput[]): Promise<number> {
  requirePermission(ctx, "profiles:write");
  const entries = parseInput(inputSchema, input, list);
  return inTransaction(ctx, async (tx) => {
    const added = await run(tx, insertSuppressions(entries));
    await recordEvent(tx, { type: "suppressions.added", campaignId: null, data: { count: added.length } });
    return added.length;
  });
}

/** Lets messages go to these addresses again. Returns how many entries there were. */
export async function removeSuppressions(ctx: Context, input: readonly SuppressionInput[]): Promise<number> {
  requirePermission(ctx, "profiles:write");
  const entries = parseInput(inputSchema, input, list);
  return inTransaction(ctx, async (tx) => {
    const removed = await run(tx, deleteSuppressions(entries));
    await recordEvent(tx, { type: "suppressions.removed", campaignId: null, data: { count: removed.length } });
    return removed.length;
  });
}
