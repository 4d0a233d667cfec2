/** What a use case may ask for. Writing a campaign and letting it go out are two permissions on purpose. */
export const permissions = [
  "campaigns:read",
  "campaigns:write",
  "campaigns:publish",
  "campaigns:execute",
  "messages:read",
  "messages:resolve",
  "profiles:read",
  "profiles:write",
  "configurations:read",
  "configurations:write",
  "keys:write",
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
  AUTHOR: [...viewer, "campaigns:write", "profiles:read"],
  APPROVER: [...viewer, "campaigns:write", "campaigns:publish", "profiles:read"],
  OPERATOR: [
    ...viewer,
    "campaigns:publish",
    "campaigns:execute",
    "messages:read",
    "messages:resolve",
    "profiles:read",
    "profiles:write",
  ],
  TRIGGER: ["campaigns:execute"],
  ADMIN: permissions,
};
