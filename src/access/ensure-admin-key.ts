import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Context, databaseFaultOf, writePrivateFile } from "../storage/index.ts";
import { ApiKeySchema } from "./api-key.entity.ts";
import { createApiKey } from "./create-api-key.ts";
import { hashSecret, type KeyParts, readKey } from "./key-text.ts";
import { keyValidity } from "./key-validity.ts";
import { permissionsOf } from "./permissions.ts";

const first = { name: "admin", role: "ADMIN" } as const;

export type FirstKey = {
  /** Where the key is kept; null where it was given or forbidden. */
  readonly file: string | null;
  readonly created: boolean;
};

/**
 * Makes sure that there is a first key to make others with. Without `given`, `folder/admin.key` holds it: one is made when
 * the file is missing, or when its key does not work here, as on a database begun anew. `given` is the text of the key, or
 * `none`; a given key that was revoked stays so.
 */
export async function ensureAdminKey(
  ctx: Context,
  { folder, given }: { readonly folder: string; readonly given: string | null },
): Promise<FirstKey> {
  if (given === "none") return { file: null, created: false };
  const parts = given === null ? null : readKey(given);
  return parts
    ? { file: null, created: await ensureGivenKey(ctx, parts) }
    : ensureKeptKey(ctx, join(folder, "admin.key"), folder);
}

async function ensureGivenKey(ctx: Context, parts: KeyParts): Promise<boolean> {
  const isThere = (await ctx.em.count(ApiKeySchema, { id: parts.id })) > 0;
  if (isThere) {
    if (!(await worksAsAdmin(ctx, parts)))
      ctx.log.warn("access: the key of ENVOI_ADMIN_KEY was revoked, has expired or was changed, and is left so");
    return false;
  }
  try {
    await createApiKey(ctx, first, parts);
    return true;
  } catch (error) {
    // Another process that starts made it meanwhile.
    if (databaseFaultOf(error) === "outrun") return false;
    throw error;
  }
}

async function ensureKeptKey(ctx: Context, file: string, folder: string): Promise<FirstKey> {
  const kept = existsSync(file) ? readKey(readFileSync(file, "utf8").trim()) : null;
  if (kept && (await worksAsAdmin(ctx, kept))) return { file, created: false };
  const others = await ctx.em.count(ApiKeySchema, { role: "ADMIN", revokedAt: null });
  const { secret } = await createApiKey(ctx, first);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writePrivateFile(file, `${secret}\n`);
  if (others > 0)
    ctx.log.warn(
      { others },
      `access: ${file} held no key that works here, so one more admin key was made. Revoke those that nobody uses; ENVOI_ADMIN_KEY sets or forbids it`,
    );
  return { file, created: true };
}

async function worksAsAdmin(ctx: Context, parts: KeyParts): Promise<boolean> {
  const key = await ctx.em.findOne(ApiKeySchema, { id: parts.id });
  return (
    key !== null &&
    keyValidity(key, hashSecret(parts.secret), ctx.clock.now()) !== null &&
    permissionsOf(key).includes("keys:write")
  );
}
