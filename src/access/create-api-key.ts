import { createId, invalid, isStorableText } from "../base/index.ts";
import { type Context, changesBetween, inTransaction, recordEvent } from "../storage/index.ts";
import { type ApiKey, ApiKeySchema } from "./api-key.entity.ts";
import { createSecret, hashSecret, writeKey } from "./key-text.ts";
import type { Role } from "./permissions.ts";
import { requirePermission } from "./require-permission.ts";

export type CreateApiKeyInput = { readonly name: string; readonly role: Role; readonly expiresAt?: Date | null };
export type CreatedApiKey = { readonly key: ApiKey; readonly secret: string };

/** Makes a key. `secret` is its whole text and is shown this once: only its hash is kept. */
export async function createApiKey(ctx: Context, input: CreateApiKeyInput): Promise<CreatedApiKey> {
  requirePermission(ctx, "keys:write");
  const name = input.name.trim();
  if (name === "" || name.length > 200 || !isStorableText(name))
    throw invalid("INPUT_INVALID", "name must have 1 to 200 characters and no NUL.", { field: "name" });
  if (input.expiresAt && input.expiresAt <= ctx.clock.now())
    throw invalid("INPUT_INVALID", "expiresAt must lie in the future.", { field: "expiresAt" });
  const id = createId();
  const secret = createSecret();
  const key = await inTransaction(ctx, async (tx) => {
    const created = tx.em.create(ApiKeySchema, {
      id,
      name,
      role: input.role,
      secretHash: hashSecret(secret),
      createdAt: ctx.clock.now(),
      expiresAt: input.expiresAt ?? null,
    });
    await tx.em.persist(created).flush();
    await recordEvent(tx, {
      type: "api-key.created",
      campaignId: null,
      data: { keyId: id, name, role: input.role },
      changes: changesBetween(null, { name, role: input.role, expiresAt: input.expiresAt }),
    });
    return created;
  });
  return { key, secret: writeKey({ id, secret }) };
}
