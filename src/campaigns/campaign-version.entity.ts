import { defineEntity, type InferEntity, p } from "@mikro-orm/postgresql";
import type { CampaignContent } from "../content/index.ts";
import type { VersionStatus } from "./status.ts";

/** At least once with the same key, or never twice: what happens to messages that were in flight when a worker died. */
export const onUncertainChoices = { RESEND: "RESEND", HOLD: "HOLD" } as const;
export type OnUncertain = keyof typeof onUncertainChoices;

/** What a printed context variable without a value does to its recipient. */
export const missingContextChoices = { EXCLUDE: "EXCLUDE", PRINT_NOTHING: "PRINT_NOTHING" } as const;
export type MissingContext = keyof typeof missingContextChoices;

/** Content and settings; immutable once live, because executions and messages point at it. */
export const CampaignVersionSchema = defineEntity({
  name: "CampaignVersion",
  tableName: "campaign_version",
  properties: {
    id: p.uuid().primary(),
    campaignId: p.uuid(),
    number: p.integer(),
    status: p.text().$type<VersionStatus>(),
    channelConfigurationId: p.uuid(),
    namespace: p.text(),
    createProfiles: p.boolean(),
    highThroughput: p.boolean(),
    onUncertain: p.text().$type<OnUncertain>(),
    missingContext: p.text().$type<MissingContext>(),
    contextSchema: p.json().$type<Readonly<Record<string, unknown>>>().strictNullable(),
    startAt: p.datetime(3).strictNullable(),
    endAt: p.datetime(3).strictNullable(),
    timeZone: p.text(),
    oneShot: p.boolean(),
    content: p.json().$type<CampaignContent>().strictNullable(),
    /** The fragments that a draft names itself; once live, all that it went live with. */
    fragmentNames: p.array().columnType("text[]"),
    createdAt: p.datetime(3),
    createdBy: p.text(),
    activatedAt: p.datetime(3).strictNullable(),
  },
});

export type CampaignVersion = InferEntity<typeof CampaignVersionSchema>;
