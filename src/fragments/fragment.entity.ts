import { defineEntity, type InferEntity, p } from "@mikro-orm/postgresql";
import type { Channel } from "../base/index.ts";

/** Name and channel stay: contents are written with them. */
export const FragmentSchema = defineEntity({
  name: "Fragment",
  tableName: "fragment",
  properties: {
    id: p.uuid().primary(),
    name: p.text(),
    channel: p.text().$type<Channel>(),
    description: p.text().strictNullable(),
    /** Also the number of the latest version: each saving makes one. */
    revision: p.integer(),
    latestVersionId: p.uuid(),
    createdAt: p.datetime(3),
    updatedAt: p.datetime(3),
  },
});

export type Fragment = InferEntity<typeof FragmentSchema>;

/** Immutable. */
export const FragmentVersionSchema = defineEntity({
  name: "FragmentVersion",
  tableName: "fragment_version",
  properties: {
    id: p.uuid().primary(),
    fragmentId: p.uuid(),
    number: p.integer(),
    content: p.text(),
    /** The fragments that this one names itself. */
    fragmentNames: p.array().columnType("text[]"),
    createdAt: p.datetime(3),
    createdBy: p.text(),
  },
});

export type FragmentVersion = InferEntity<typeof FragmentVersionSchema>;
