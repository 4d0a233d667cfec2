import type { Actor } from "../storage/index.ts";
import { permissions } from "./permissions.ts";

/** The server acting by itself: its clock, its engine, its first start. */
export const systemActor: Actor = {
  kind: "SYSTEM",
  id: "system",
  name: "Envoi",
  roles: new Set(),
  permissions: new Set(permissions),
  reach: null,
};
