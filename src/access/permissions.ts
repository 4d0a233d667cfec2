/** What a use case may ask for. Writing a campaign and letting it go out are two permissions on purpose. */
export const permissions = [
  "campaigns:read",
  "campaigns:write",
  "campaigns:publish",
  "campaigns:execute",
  "proofs:send",
  "messages:read",
  "messages:resolve",
  "profiles:read",
  "profiles:write",
  "configurations:read",
  "configurations:write",
  "keys:write",
  "audit:read",
  "approvals:write",
] as const;

export type Permission = (typeof permissions)[number];

export const roles = {
  VIEWER: "VIEWER",
  AUTHOR: "AUTHOR",
  APPROVER: "APPROVER",
  OPERATOR: "OPERATOR",
  TRIGGER: "TRIGGER",
  ADMIN: "ADMIN",
} as const;

export type Role = keyof typeof roles;

const viewer = ["campaigns:read", "configurations:read"] as const satisfies readonly Permission[];

export const rolePermissions: Readonly<Record<Role, readonly Permission[]>> = {
  VIEWER: viewer,
  AUTHOR: [...viewer, "campaigns:write", "proofs:send", "profiles:read"],
  APPROVER: [...viewer, "campaigns:write", "campaigns:publish", "proofs:send", "profiles:read", "audit:read"],
  OPERATOR: [
    ...viewer,
    "campaigns:publish",
    "campaigns:execute",
    "messages:read",
    "messages:resolve",
    "profiles:read",
    "profiles:write",
    "audit:read",
  ],
  TRIGGER: ["campaigns:execute"],
  ADMIN: permissions,
};

/**
 * What a permission is of no use without, because the answer shows it: who changes a campaign gets the campaign, and a
 * campaign shows its channel configuration. Scopes have to name both; so nothing nested in an answer needs a rule of its own.
 */
export const companions: Partial<Readonly<Record<Permission, Permission>>> = {
  "campaigns:read": "configurations:read",
  "campaigns:write": "campaigns:read",
  "campaigns:publish": "campaigns:read",
  "proofs:send": "campaigns:read",
  "messages:resolve": "messages:read",
  "profiles:write": "profiles:read",
  "configurations:write": "configurations:read",
  "approvals:write": "campaigns:read",
};

/** What a key may do: what its role may, narrowed to its scopes. */
export function permissionsOf(key: { readonly role: Role; readonly scopes?: readonly string[] | null }): Permission[] {
  const scopes = key.scopes ?? null;
  return rolePermissions[key.role].filter((permission) => scopes === null || scopes.includes(permission));
}
