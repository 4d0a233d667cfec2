/**
 * Access: who asks and what they may do. Keys, roles and permissions; every use case of every room
 * begins with `requirePermission`. Promises: a key's secret is shown once and kept as a hash only;
 * a wrong, expired and revoked key are told apart by nobody outside.
 */
export { type ApiKey, ApiKeySchema } from "./api-key.entity.ts";
export { type Authenticator, createAuthenticator } from "./authenticate.ts";
export { type CreatedApiKey, createApiKey } from "./create-api-key.ts";
export { ensureAdminKey } from "./ensure-admin-key.ts";
export { listApiKeys } from "./list-api-keys.ts";
export { type Role, roles } from "./permissions.ts";
export { requirePermission } from "./require-permission.ts";
export { revokeApiKey } from "./revoke-api-key.ts";
export { systemActor } from "./system-actor.ts";
