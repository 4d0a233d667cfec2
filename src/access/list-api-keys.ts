import type { FilterQuery } from "@mikro-orm/postgresql";
import { decodeIdCursor, type Page, type PageInput, pageSize, toPage } from "../base/index.ts";
import type { Context } from "../storage/index.ts";
import { type ApiKey, ApiKeySchema } from "./api-key.entity.ts";
import type { KeyStatus } from "./key-status.ts";
import { requirePermission } from "./require-permission.ts";

export type ApiKeyFilter = PageInput & { readonly status?: readonly KeyStatus[] | null };

/** Keys without their secrets, newest first. */
export async function listApiKeys(ctx: Context, filter: ApiKeyFilter): Promise<Page<ApiKey>> {
  requirePermission(ctx, "keys:write");
  const size = pageSize(filter);
  const after = decodeIdCursor(filter.after);
  const now = ctx.clock.now();
  const where: FilterQuery<ApiKey> = filter.status?.length ? { $or: filter.status.map((status) => has(status, now)) } : {};
  const page = after ? { $and: [where, { id: { $lt: after } }] } : where;
  const rows = await ctx.em.find(ApiKeySchema, page, { orderBy: { id: "desc" }, limit: size + 1 });
  return toPage(
    rows,
    size,
    (key) => key.id,
    () => ctx.em.count(ApiKeySchema, where),
  );
}

/** `keyStatus` as a condition. */
function has(status: KeyStatus, now: Date): FilterQuery<ApiKey> {
  switch (status) {
    case "REVOKED":
      return { revokedAt: { $ne: null } };
    case "EXPIRED":
      return { revokedAt: null, expiresAt: { $lte: now } };
    case "ACTIVE":
      return { revokedAt: null, $or: [{ expiresAt: null }, { expiresAt: { $gt: now } }] };
  }
}
