import { type Role, roles } from "../permissions.ts";

export type RoleRules = {
  /** A claim's name, or a path of names with dots between them. */
  readonly claim: string;
  /** From the claim's values to roles. Null: the values are names of roles, in any case. */
  readonly map: Readonly<Record<string, Role>> | null;
};

type Claims = Readonly<Record<string, unknown>>;

/** The roles that a token gives, each once. */
export function rolesOfClaims(claims: Claims, { claim, map }: RoleRules): Role[] {
  const values = valuesOf(claims, claim);
  return [...new Set(values.flatMap((value) => roleOf(value, map) ?? []))];
}

function roleOf(value: string, map: RoleRules["map"]): Role | null {
  if (map) return Object.hasOwn(map, value) ? (map[value] ?? null) : null;
  const name = value.toUpperCase();
  return name in roles ? (name as Role) : null;
}

/** A claim of that very name comes first: names such as https://example.com/roles have dots themselves. */
function valuesOf(claims: Claims, claim: string): string[] {
  const found = Object.hasOwn(claims, claim) ? claims[claim] : walk(claims, claim.split("."));
  const list = Array.isArray(found) ? found : [found];
  return list.filter((value) => typeof value === "string");
}

function walk(claims: Claims, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, name) => (isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined), claims);
}

function isObject(value: unknown): value is Claims {
  return typeof value === "object" && value !== null;
}
