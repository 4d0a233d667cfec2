/**
 * Access: who asks and what they may do. Keys, tokens, roles and permissions; every use case of every room
 * begins with `requirePermission`, and looks whether the campaign meant lies within the actor's reach. Promises: a key's
 * secret is shown once and kept as a hash only; a wrong, expired and revoked key are told apart by nobody outside; a
 * campaign outside somebody's reach is told apart from none by nobody either.
 */
export { type ApiKey, ApiKeySchema } from "./api-key.entity.ts";
export { labelSchema } from "./api-key-input.ts";
export { type Authenticator, createAuthenticator } from "./authenticate.ts";
export { type CreateApiKeyInput, type CreatedApiKey, createApiKey } from "./create-api-key.ts";
export { ensureAdminKey } from "./ensure-admin-key.ts";
export { type KeyStatus, keyStatus, keyStatuses } from "./key-status.ts";
export { listApiKeys } from "./list-api-keys.ts";
export { isSafe as isSafeProvider } from "./oidc/provider-keys.ts";
export { createTokenReader, type OidcSettings } from "./oidc/token-reader.ts";
export { type Permission, permissionsOf, type Role, roles } from "./permissions.ts";
export { hangsOnLabels, isWithinReach } from "./reach.ts";
export { requireEverywhere } from "./require-everywhere.ts";
export { requireMayCreate, requireMayLabel } from "./require-may-label.ts";
export { requirePermission } from "./require-permission.ts";
export { revokeApiKey } from "./revoke-api-key.ts";
export { rotateApiKey } from "./rotate-api-key.ts";
export { hasSameRights } from "./same-rights.ts";
export { withinReach } from "./sql/within-reach.ts";
export { systemActor } from "./system-actor.ts";
export { type UpdateApiKeyInput, updateApiKey } from "./update-api-key.ts";
