import { Field, ID, ObjectType } from "type-graphql";
import { type ApiKey, type KeyStatus, keyStatuses, type Role, roles } from "../../../access/index.ts";
import type { Actor } from "../../../storage/index.ts";
import { connectionOf } from "../shared/connection.ts";
import { DateTime } from "../shared/scalars.ts";

@ObjectType("Viewer", { description: "Who asks." })
export class ViewerType implements Pick<Actor, "id" | "name" | "kind"> {
  @Field(() => ID, { description: "The key's id, or the subject of the token." })
  id!: string;

  @Field(() => String, { description: "The key's name, or the one in the token." })
  name!: string;

  @Field(() => String, { description: "KEY, or TOKEN for one of the OpenID Connect provider." })
  kind!: Actor["kind"];

  @Field(() => [String], { description: "What this key may do." })
  permissions!: string[];

  @Field(() => [ID], { nullable: true, description: "The campaigns that it is limited to; null for no such limit." })
  campaignIds!: string[] | null;

  @Field(() => [String], {
    nullable: true,
    description: "It sees campaigns without a label and those with one of these; null for no such limit.",
  })
  labels!: readonly string[] | null;
}

@ObjectType("ApiKey", { description: "A key, without its secret." })
export class ApiKeyType implements Pick<ApiKey, "id" | "name" | "role" | "createdAt" | "updatedAt"> {
  @Field(() => ID, { description: "UUIDv7." })
  id!: string;

  @Field(() => String, { description: "What it is for." })
  name!: string;

  @Field(() => roles, { description: "What it may do." })
  role!: Role;

  @Field(() => [String], { nullable: true, description: "What it may of that; null for everything." })
  scopes!: string[] | null;

  @Field(() => [String], { description: "What comes of both." })
  permissions!: string[];

  @Field(() => [ID], { nullable: true, description: "The campaigns that it is limited to; null for no such limit." })
  campaignIds!: string[] | null;

  @Field(() => [String], {
    nullable: true,
    description: "It sees campaigns without a label and those with one of these; null for no such limit.",
  })
  labels!: string[] | null;

  @Field(() => keyStatuses, { description: "Whether it is let in." })
  status!: KeyStatus;

  @Field(() => DateTime, { description: "When it was made." })
  createdAt!: Date;

  @Field(() => DateTime, { description: "When it was changed or rotated last." })
  updatedAt!: Date;

  @Field(() => DateTime, { nullable: true, description: "From then on it is refused." })
  expiresAt!: Date | null;

  @Field(() => DateTime, { nullable: true, description: "Since then it is refused." })
  revokedAt!: Date | null;

  @Field(() => DateTime, { nullable: true, description: "Until then the secret before the last rotation works, too." })
  previousSecretUntil!: Date | null;

  @Field(() => DateTime, { nullable: true, description: "Last use, to the minute." })
  lastUsedAt!: Date | null;
}

export const ApiKeyConnection = connectionOf("ApiKey", () => ApiKeyType);

@ObjectType("CreatedApiKey", { description: "A key with a new secret." })
export class CreatedApiKeyType {
  @Field(() => ApiKeyType, { description: "The key." })
  key!: ApiKeyType;

  @Field(() => String, { description: "The text to send as `Authorization: Bearer …`. It is shown this once." })
  secret!: string;
}
