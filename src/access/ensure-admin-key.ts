import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Context } from "../storage/index.ts";
import { ApiKeySchema } from "./api-key.entity.ts";
import { createApiKey } from "./create-api-key.ts";
import { hashSecret, readKey } from "./key-text.ts";
import { keyValidity } from "./key-validity.ts";
import { permissionsOf } from "./permissions.ts";

/**
 * Makes sure that `folder/admin.key` holds a working admin key, and returns the file's path. A key is made when
 * the file is missing, or when its key does not work here: a database begun anew, a secret that was rotated.
 */
export async function ensureAdminKey(
  ctx: Context,
  folder: string,
): Promise<{ readonly file: string; readonly created: boolean }> {
  const file = join(folder, "admin.key");
  if (existsSync(file) && (await worksAsAdmin(ctx, readFileSync(file, "utf8").trim()))) return { file, created: false };
  const { secret } = await createApiKey(ctx, { name: "admin", role: "ADMIN" });
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(file, `${secret}\n`, { mode: 0o600 });
  return { file, created: true };
}

async function worksAsAdmin(ctx: Context, text: string): Promise<boolean> {
  const parts = readKey(text);
  const key = parts && (await ctx.em.findOne(ApiKeySchema, { id: parts.id }));
  return (
    parts !== null &&
    key !== null &&
    keyValidity(key, hashSecret(parts.secret), ctx.clock.now()) !== null &&
    permissionsOf(key).includes("keys:write")
  );
}
