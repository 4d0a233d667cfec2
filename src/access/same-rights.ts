import type { Actor } from "../storage/index.ts";

type Rights = Pick<Actor, "roles" | "permissions" | "reach">;

/** Whether two looks at the same key gave the same rights. */
export function hasSameRights(one: Rights, other: Rights): boolean {
  return one === other || textOf(one) === textOf(other);
}

function textOf({ roles, permissions, reach }: Rights): string {
  const sets = [roles, permissions, reach?.campaignIds].map((set) => (set ? [...set].sort() : null));
  return JSON.stringify([...sets, reach?.labels ?? null]);
}
