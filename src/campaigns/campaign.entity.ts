import { defineEntity, type InferEntity, p } from "@mikro-orm/postgresql";
import type { Category, Channel } from "../base/index.ts";
import type { CampaignStatus } from "./status.ts";

export const CampaignSchema = defineEntity({
  name: "Campaign",
  tableName: "campaign",
  properties: {
    id: p.uuid().primary(),
    title: p.text(),
    description: p.text().strictNullable(),
    tags: p.array().columnType("text[]"),
    /** Since the last activation, or from the beginning: what a policy would have matched. */
    pastTitles: p.array().columnType("text[]"),
    pastTags: p.array().columnType("text[]"),
    /** Keys that are limited by labels see a campaign with one of theirs, or with none. */
    labels: p.array().columnType("text[]"),
    category: p.text().$type<Category>(),
    channel: p.text().$type<Channel>(),
    status: p.text().$type<CampaignStatus>(),
    /** What it was when it was archived. */
    archivedFrom: p.text().$type<CampaignStatus>().strictNullable(),
    statusReason: p.text().strictNullable(),
    revision: p.integer(),
    deliveryRate: p.integer().strictNullable(),
    liveVersionId: p.uuid().strictNullable(),
    draftVersionId: p.uuid().strictNullable(),
    /** The open request for approval: while there is one, the draft is locked. */
    approvalRequestId: p.uuid().strictNullable(),
    opensAt: p.datetime(3).strictNullable(),
    closesAt: p.datetime(3).strictNullable(),
    pausedAt: p.datetime(3).strictNullable(),
    activatedAt: p.datetime(3).strictNullable(),
    createdAt: p.datetime(3),
    updatedAt: p.datetime(3),
  },
});

export type Campaign = InferEntity<typeof CampaignSchema>;
