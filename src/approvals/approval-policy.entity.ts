import { defineEntity, type InferEntity, p } from "@mikro-orm/postgresql";
import type { Role } from "../access/index.ts";
import type { Category, Channel } from "../base/index.ts";

const texts = () => p.array().columnType("text[]");

export const ApprovalPolicySchema = defineEntity({
  name: "ApprovalPolicy",
  tableName: "approval_policy",
  properties: {
    id: p.uuid().primary(),
    name: p.text(),
    description: p.text().strictNullable(),
    revision: p.integer(),
    /** Conditions: an empty list asks for nothing. */
    categories: texts().$type<Category[]>(),
    channels: texts().$type<Channel[]>(),
    tags: texts(),
    titleContains: p.text().strictNullable(),
    requesterIds: texts(),
    requesterRoles: texts().$type<Role[]>(),
    /** Any of these keys and roles may approve. */
    approverIds: texts(),
    approverRoles: texts().$type<Role[]>(),
    blockSelfApproval: p.boolean(),
    /** Null while it is not in force. */
    activatedAt: p.datetime(3).strictNullable(),
    createdAt: p.datetime(3),
    updatedAt: p.datetime(3),
  },
});

export type ApprovalPolicy = InferEntity<typeof ApprovalPolicySchema>;
