import { defineEntity, type InferEntity, p } from "@mikro-orm/postgresql";

/** API: somebody sent it. EXECUTION: an execution met an unknown person and kept the identity. */
export const profileSources = { API: "API", EXECUTION: "EXECUTION" } as const;
export type ProfileSource = keyof typeof profileSources;

export const ProfileSchema = defineEntity({
  name: "Profile",
  tableName: "profile",
  properties: {
    id: p.uuid().primary(),
    attributes: p.json().$type<Readonly<Record<string, unknown>>>(),
    timeZone: p.text().strictNullable(),
    locale: p.text().strictNullable(),
    source: p.text().$type<ProfileSource>(),
    createdAt: p.datetime(3),
    updatedAt: p.datetime(3),
  },
});

export type Profile = InferEntity<typeof ProfileSchema>;
