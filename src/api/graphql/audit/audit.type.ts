import { Field, ID, InputType, ObjectType } from "type-graphql";
import type { AuditEntry, AuditFilter } from "../../../audit/index.ts";
import { type AuditEntity, auditEntities } from "../../../base/index.ts";
import { type ChangeForm, changeForms, type EventChange } from "../../../storage/index.ts";
import { connectionOf } from "../shared/connection.ts";
import { DateTime, Json } from "../shared/scalars.ts";

@ObjectType("AuditActor", { description: "Who did it." })
export class AuditActorType implements Pick<AuditEntry["actor"], "kind" | "id" | "name"> {
  @Field(() => String, {
    description:
      "KEY: an API key. TOKEN: the bearer of an OpenID Connect token. SYSTEM: the server by itself, such as its clock.",
  })
  kind!: string;

  @Field(() => ID, { description: "Of the key; `system` of the server." })
  id!: string;

  @Field(() => String, { description: "As it was called then." })
  name!: string;
}

@ObjectType("AuditChange", { description: "One field that changed." })
export class AuditChangeType implements EventChange {
  @Field(() => String, { description: "Such as title or content.email.subject." })
  field!: string;

  @Field(() => changeForms, { description: "How much is told of the values." })
  form!: ChangeForm;

  @Field(() => Json, { nullable: true, description: "Null: there was none, or it is HIDDEN." })
  before!: unknown;

  @Field(() => Json, { nullable: true, description: "Null: there is none, or it is HIDDEN." })
  after!: unknown;
}

type Told = Pick<
  AuditEntry,
  "id" | "at" | "type" | "entityType" | "entityId" | "entityName" | "campaignId" | "requestId" | "data"
>;

@ObjectType("AuditEntry", {
  description: "Something that was changed, by whom and in which call. Never altered, never without the change itself.",
})
export class AuditEntryType implements Told {
  @Field(() => ID, { description: "UUIDv7." })
  id!: string;

  @Field(() => String, { description: "Its place in the trail: `after` of the query, the subscription and the export." })
  cursor!: string;

  @Field(() => DateTime, { description: "When it was committed; never runs backwards along the trail." })
  at!: Date;

  @Field(() => String, { description: "Noun and past participle, such as campaign.updated. docs/audit.md lists them." })
  type!: string;

  @Field(() => auditEntities, { description: "What it is about." })
  entityType!: AuditEntity;

  @Field(() => ID, { nullable: true, description: "Which one. Null where it is about several, or about none by itself." })
  entityId!: string | null;

  @Field(() => String, { nullable: true, description: "Its name or title then. Never of a person." })
  entityName!: string | null;

  @Field(() => ID, { nullable: true, description: "The campaign that it belongs to, which may have been deleted since." })
  campaignId!: string | null;

  @Field(() => AuditActorType, { description: "Who did it." })
  actor!: AuditActorType;

  @Field(() => String, {
    nullable: true,
    description: "Of the call, as its answer told it in x-request-id. Null when the server acted by itself.",
  })
  requestId!: string | null;

  @Field(() => [AuditChangeType], { description: "Field by field." })
  changes!: AuditChangeType[];

  @Field(() => Json, { description: "What belongs to its type: counts, versions, statuses." })
  data!: Readonly<Record<string, unknown>>;
}

export const AuditEntryConnection = connectionOf("AuditEntry", () => AuditEntryType);

@InputType("AuditFilterInput", { description: "All that is given has to fit." })
export class AuditFilterInputType implements AuditFilter {
  @Field(() => ID, { nullable: true, description: "Done by this key, or by `system`." })
  actorId?: string | null;

  @Field(() => auditEntities, { nullable: true, description: "About such things." })
  entityType?: AuditEntity | null;

  @Field(() => ID, {
    nullable: true,
    description: "About this one. With the type PROFILE also entries about many people, if this one was among them.",
  })
  entityId?: string | null;

  @Field(() => ID, { nullable: true, description: "Belonging to this campaign." })
  campaignId?: string | null;

  @Field(() => [String], { nullable: true, description: "Of one of these types." })
  types?: string[] | null;

  @Field(() => String, { nullable: true, description: "Done in this call." })
  requestId?: string | null;

  @Field(() => DateTime, { nullable: true, description: "Committed at this instant or later." })
  from?: Date | null;

  @Field(() => DateTime, { nullable: true, description: "Committed before this instant." })
  to?: Date | null;

  @Field(() => String, { nullable: true, description: "Part of the name of the thing or of who did it, in any case." })
  search?: string | null;
}
