import { defineEntity, type InferEntity, p } from "@mikro-orm/postgresql";
import type { Permission, Role } from "./permissions.ts";

export const ApiKeySchema = defineEntity({
  name: "ApiKey",
  tableName: "api_key",
  properties: {
    id: p.uuid().primary(),
    name: p.text(),
    role: p.text().$type<Role>(),
    /** Null: everything that the role may. */
    scopes: p.array().columnType("text[]").$type<Permission[]>().strictNullable(),
    /** Null: every campaign. */
    campaignIds: p.array().columnType("uuid[]").strictNullable(),
    /** Null: whatever labels a campaign has. */
    labels: p.array().columnType("text[]").strictNullable(),
    secretHash: p.blob(),
    /** Of the secret before the last rotation, until `previousUntil`. */
    previousHash: p.blob().strictNullable(),
    previousUntil: p.datetime(3).strictNullable(),
    createdAt: p.datetime(3),
    updatedAt: p.datetime(3),
    expiresAt: p.datetime(3).strictNullable(),
    revokedAt: p.datetime(3).strictNullable(),
    lastUsedAt: p.datetime(3).strictNullable(),
  },
});

export type ApiKey = InferEntity<typeof ApiKeySchema>;
