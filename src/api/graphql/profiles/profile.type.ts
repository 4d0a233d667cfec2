import { Field, ID, InputType, ObjectType } from "type-graphql";
import { type Channel, channels } from "../../../base/index.ts";
import {
  type ConsentState,
  consentStates,
  type Profile,
  type SuppressionKind,
  suppressionKinds,
} from "../../../profiles/index.ts";
import { Count, DateTime, Json } from "../shared/scalars.ts";

@ObjectType("Identity", { description: "A name under which a person is known." })
export class IdentityType {
  @Field(() => String, { description: "The kind: email, phone, ecid, pushToken or one of your own." })
  namespace!: string;

  @Field(() => String, { description: "Unique in its namespace; an address in the form that every spelling of it has." })
  value!: string;

  @Field(() => Boolean, { description: "Whether it was said to be the one of its namespace that messages go to." })
  isPrimary!: boolean;
}

@ObjectType("Consent", { description: "What a person said about a channel." })
export class ConsentType {
  @Field(() => channels, { description: "The channel meant." })
  channel!: Channel;

  @Field(() => consentStates, { description: "Their word." })
  state!: ConsentState;
}

@ObjectType("Profile", { description: "A person." })
export class ProfileType implements Pick<Profile, "id" | "source" | "createdAt" | "updatedAt"> {
  @Field(() => ID, { description: "UUIDv7." })
  id!: string;

  @Field(() => [IdentityType], { description: "Oldest first." })
  identities!: IdentityType[];

  @Field(() => Json, { description: "What templates read as profile.…" })
  attributes!: unknown;

  @Field(() => [ConsentType], { description: "Channels on which the person said something." })
  consents!: ConsentType[];

  @Field(() => String, { nullable: true, description: "IANA name." })
  timeZone!: string | null;

  @Field(() => String, { nullable: true, description: "Such as fr-FR." })
  locale!: string | null;

  @Field(() => String, { description: "API, or EXECUTION for one that an execution met first." })
  source!: Profile["source"];

  @Field(() => DateTime, { description: "When it was made." })
  createdAt!: Date;

  @Field(() => DateTime, { description: "When it changed last." })
  updatedAt!: Date;
}

@InputType({ description: "Which name of a person is meant." })
export class IdentityKeyInput {
  @Field(() => String, { description: "The kind." })
  namespace!: string;

  @Field(() => String, { description: "1 to 512 characters." })
  value!: string;
}

@InputType({ description: "A further name for a person." })
export class IdentityInput extends IdentityKeyInput {
  @Field(() => Boolean, {
    nullable: true,
    description: "True makes it the one of its namespace that messages go to. Otherwise that is the one that came first.",
  })
  primary?: boolean | null;
}

@InputType({ description: "What a person said about a channel." })
export class ConsentInput {
  @Field(() => channels, { description: "The channel meant." })
  channel!: Channel;

  @Field(() => consentStates, { description: "UNKNOWN forgets what was said." })
  state!: ConsentState;
}

@InputType("ProfileInput", { description: "A person to make or to change." })
export class ProfileInputType {
  @Field(() => String, { description: "With userId: how the person is found." })
  namespace!: string;

  @Field(() => String, { description: "1 to 512 characters." })
  userId!: string;

  @Field(() => [IdentityInput], { nullable: true, description: "Further identities to add, up to 20." })
  identities?: IdentityInput[] | null;

  @Field(() => [IdentityKeyInput], {
    nullable: true,
    description: "Identities to take away, up to 20, not the one that finds the person. Those of others stay theirs.",
  })
  removeIdentities?: IdentityKeyInput[] | null;

  @Field(() => Json, { nullable: true, description: "An object, merged into the present one at its top level." })
  attributes?: Record<string, unknown> | null;

  @Field(() => String, { nullable: true, description: "IANA name such as Europe/Paris." })
  timeZone?: string | null;

  @Field(() => String, { nullable: true, description: "Such as fr-FR." })
  locale?: string | null;

  @Field(() => [ConsentInput], { nullable: true, description: "What the person said, per channel." })
  consents?: ConsentInput[] | null;
}

@ObjectType("UpsertProfilesPayload", { description: "What upsertProfiles did." })
export class UpsertProfilesPayload {
  @Field(() => Count, { description: "Profiles that did not exist before." })
  createdCount!: number;

  @Field(() => Count, { description: "Profiles that did." })
  updatedCount!: number;
}

@InputType("SuppressionInput", { description: "An address, or a domain of email addresses, that nothing goes to." })
export class SuppressionInputType {
  @Field(() => channels, { description: "The channel of the address." })
  channel!: Channel;

  @Field(() => suppressionKinds, { nullable: true, description: "Default ADDRESS." })
  kind?: SuppressionKind | null;

  @Field(() => String, {
    description: "An email address, a number with its country, a push token; or a domain. Any spelling of it counts.",
  })
  value!: string;

  @Field(() => String, { nullable: true, description: "Default MANUAL." })
  reason?: string | null;

  @Field(() => String, { nullable: true, description: "For whoever reads the list." })
  comment?: string | null;
}
