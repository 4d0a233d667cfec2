import type { Context } from "../storage/index.ts";
import { type ApiKey, ApiKeySchema } from "./api-key.entity.ts";
import { requirePermission } from "./require-permission.ts";

/** Every key, newest first, without its secret. */
export async function listApiKeys(ctx: Context): Promise<ApiKey[]> {
  requirePermission(ctx, "keys:write");
  return ctx.em.find(ApiKeySchema, {}, { orderBy: { id: "desc" } });
}
