import { Field, ID, InputType, ObjectType } from "type-graphql";
import { type ApiKey, type Role, roles } from "../../../access/index.ts";
import { DateTime } from "../shared/scalars.ts";

@ObjectType("Viewer", { description: "Who asks." })
export class ViewerType {
  @Field(() => ID, { description: "The key's id." })
  id!: string;

  @Field(() => String, { description: "The key's name." })
  name!: string;

  @Field(() => [String], { description: "What this key may do." })
  permissions!: string[];
}

@ObjectType("ApiKey", { description: "A key, without its secret." })
export class ApiKeyType implements Pick<ApiKey, "id" | "name" | "role" | "createdAt"> {
  @Field(() => ID, { description: "UUIDv7." })
  id!: string;

  @Field(() => String, { description: "What it is for." })
  name!: string;

  @Field(() => roles, { description: "What it may do." })
  role!: Role;

  @Field(() => DateTime, { description: "When it was made." })
  createdAt!: Date;

  @Field(() => DateTime, { nullable: true, description: "From then on it is refused." })
  expiresAt!: Date | null;

  @Field(() => DateTime, { nullable: true, description: "Since then it is refused." })
  revokedAt!: Date | null;

  @Field(() => DateTime, { nullable: true, description: "Last use, to the minute." })
  lastUsedAt!: Date | null;
}

@ObjectType("CreatedApiKey", { description: "A new key with its secret." })
export class CreatedApiKeyType {
  @Field(() => ApiKeyType, { description: "The key." })
  key!: ApiKeyType;

  @Field(() => String, { description: "The text to send as `Authorization: Bearer …`. It is shown this once." })
  secret!: string;
}

@InputType("CreateApiKeyInput", { description: "A key to make." })
export class CreateApiKeyInputType {
  @Field(() => String, { description: "What it is for, 1 to 200 characters." })
  name!: string;

  @Field(() => roles, { description: "What it may do." })
  role!: Role;

  @Field(() => DateTime, { nullable: true, description: "In the future; null for never." })
  expiresAt?: Date | null;
}
