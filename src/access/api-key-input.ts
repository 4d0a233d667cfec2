import { z } from "zod";
import { invalid, isId, parseInput, storableText } from "../base/index.ts";
import { companions, type Permission, permissions, permissionsOf, type Role, roles } from "./permissions.ts";

const campaignIdsMax = 1000;
const labelsMax = 50;

/** A name for what a campaign belongs to: a country, a brand, a team. */
export const labelSchema = z.string().trim().pipe(storableText(50));

const unique = <T extends z.ZodType>(items: z.ZodArray<T>) => items.transform((list) => [...new Set(list)]);

const fields = {
  name: z.string().trim().pipe(storableText(200)),
  role: z.enum(roles),
  scopes: unique(z.array(z.enum(permissions)).min(1)).nullable(),
  campaignIds: unique(
    z.array(z.string().refine(isId, "must be the id of a campaign").toLowerCase()).min(1).max(campaignIdsMax),
  ).nullable(),
  labels: unique(z.array(labelSchema).max(labelsMax)).nullable(),
  expiresAt: z.date().nullable(),
};

const settingsSchema = z.object(fields);
export type KeySettings = z.output<typeof settingsSchema>;

type Loose<T> = { readonly [K in keyof T]?: T[K] | null | undefined };
export type KeyChange = Loose<KeySettings>;

/** What a key will be, from what it was and what is sent. Null empties what may be empty; an absent field stays. */
export function parseKeySettings(present: Partial<KeySettings>, change: KeyChange, now: Date): KeySettings {
  const sent = Object.entries(change).filter(([name, value]) => value !== undefined && (value !== null || mayBeNull(name)));
  const none = { scopes: null, campaignIds: null, labels: null, expiresAt: null };
  const settings = parseInput(settingsSchema, { ...none, ...present, ...Object.fromEntries(sent) });
  if (change.expiresAt && change.expiresAt <= now)
    throw invalid("INPUT_INVALID", "expiresAt must lie in the future.", { field: "expiresAt" });
  checkScopes(settings.role, settings.scopes);
  checkLimits(settings);
  return settings;
}

function mayBeNull(name: string): boolean {
  return name !== "name" && name !== "role";
}

function checkScopes(role: Role, scopes: readonly Permission[] | null): void {
  if (scopes === null) return;
  const ofRole = permissionsOf({ role });
  for (const scope of scopes) {
    const fault = faultOfScope(scope, { role, ofRole, scopes });
    if (fault) throw invalid("INPUT_INVALID", fault, { field: "scopes", scope });
  }
}

type Scopes = { readonly role: Role; readonly ofRole: readonly Permission[]; readonly scopes: readonly Permission[] };

function faultOfScope(scope: Permission, { role, ofRole, scopes }: Scopes): string | null {
  if (!ofRole.includes(scope)) return `scopes: the role ${role} does not have ${scope}.`;
  const companion = companions[scope];
  return companion && !scopes.includes(companion) ? `scopes: ${scope} needs ${companion} as well, which its answers show.` : null;
}

/** A key that makes keys could make itself one without limits. */
function checkLimits(settings: KeySettings): void {
  if (settings.campaignIds === null && settings.labels === null) return;
  if (!permissionsOf(settings).includes("keys:write")) return;
  throw invalid(
    "INPUT_INVALID",
    "A key that manages keys cannot be limited to campaigns or labels. Take another role, or scopes without keys:write.",
    { field: settings.campaignIds === null ? "labels" : "campaignIds" },
  );
}
