import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Context } from "../storage/index.ts";
import { ApiKeySchema } from "./api-key.entity.ts";
import { createApiKey } from "./create-api-key.ts";
import { readKey } from "./key-text.ts";

/**
 * Makes sure that `folder/admin.key` holds a working admin key, and returns the file's path. A key is made when
 * the file is missing, or when its key is unknown to this database (a database begun anew).
 */
export async function ensureAdminKey(
  ctx: Context,
  folder: string,
): Promise<{ readonly file: string; readonly created: boolean }> {
  const file = join(folder, "admin.key");
  if (existsSync(file)) {
    const id = readKey(readFileSync(file, "utf8").trim())?.id;
    if (id && (await ctx.em.count(ApiKeySchema, { id, revokedAt: null })) > 0) return { file, created: false };
  }
  const { secret } = await createApiKey(ctx, { name: "admin", role: "ADMIN" });
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(file, `${secret}\n`, { mode: 0o600 });
  return { file, created: true };
}
