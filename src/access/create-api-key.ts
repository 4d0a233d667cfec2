import { createId } from "../base/index.ts";
import { type Context, changesBetween, recordEvent } from "../storage/index.ts";
import { type ApiKey, ApiKeySchema } from "./api-key.entity.ts";
import { type KeyChange, parseKeySettings } from "./api-key-input.ts";
import { createSecret, hashSecret, type KeyParts, writeKey } from "./key-text.ts";
import { manageKeys } from "./manage-keys.ts";
import { permissionsOf, type Role } from "./permissions.ts";
import { requireGrantable } from "./require-grantable.ts";
import { requirePermission } from "./require-permission.ts";

export type CreateApiKeyInput = KeyChange & { readonly name: string; readonly role: Role };
export type CreatedApiKey = { readonly key: ApiKey; readonly secret: string };

/** Makes a key. `secret` is its whole text and is shown this once: only its hash is kept. Its parts are new unless they are given. */
export async function createApiKey(
  ctx: Context,
  input: CreateApiKeyInput,
  { id, secret }: KeyParts = { id: createId(), secret: createSecret() },
): Promise<CreatedApiKey> {
  requirePermission(ctx, "keys:write");
  const now = ctx.clock.now();
  const settings = parseKeySettings({}, input, now);
  const key = await manageKeys(ctx, async (tx) => {
    requireGrantable(tx, permissionsOf(settings));
    const created = tx.em.create(ApiKeySchema, {
      ...settings,
      id,
      secretHash: hashSecret(secret),
      createdAt: now,
      updatedAt: now,
    });
    await tx.em.persist(created).flush();
    const { name, ...limits } = settings;
    await recordEvent(tx, {
      type: "api-key.created",
      campaignId: null,
      data: { keyId: id, name, role: limits.role },
      changes: changesBetween(null, settings),
    });
    return created;
  });
  return { key, secret: writeKey({ id, secret }) };
}
