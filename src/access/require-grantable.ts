import { forbidden } from "../base/index.ts";
import type { Context } from "../storage/index.ts";
import type { Permission } from "./permissions.ts";

/** Nobody gives what they do not have, or a key that only manages keys could make itself an ADMIN. */
export function requireGrantable({ actor }: Pick<Context, "actor">, permissions: readonly Permission[]): void {
  const missing = permissions.find((permission) => !actor.permissions.has(permission));
  if (!missing) return;
  throw forbidden(
    "PERMISSION_MISSING",
    `This key may not do that: the key meant has the permission ${missing}, and this one does not.`,
    { permission: missing },
  );
}
