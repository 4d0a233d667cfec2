import { Field, ID, Int, ObjectType } from "type-graphql";
import { type Category, type Channel, categories, channels } from "../../../base/index.ts";
import type { ChannelConfiguration, Provider } from "../../../channels/index.ts";
import { DateTime } from "../shared/scalars.ts";
import { providersInWords } from "./provider-settings.ts";

type Stored = Pick<
  ChannelConfiguration,
  "id" | "name" | "channel" | "active" | "defaultCountry" | "revision" | "quotaPerSecond" | "concurrency" | "retryPeriodSeconds"
>;

@ObjectType("ChannelConfiguration", { description: "A provider with its sender, limits and secrets." })
export class ChannelConfigurationType implements Stored {
  @Field(() => ID, { description: "UUIDv7." })
  id!: string;

  @Field(() => String, { description: "Unique." })
  name!: string;

  @Field(() => channels, { description: "Fixed once made." })
  channel!: Channel;

  @Field(() => String, { description: providersInWords })
  provider!: Provider;

  @Field(() => categories, { nullable: true, description: "The category that it is for; null for both." })
  category!: Category | null;

  @Field(() => String, {
    nullable: true,
    description: "SMS: the country with which numbers are read that do not say theirs; null for none.",
  })
  defaultCountry!: string | null;

  @Field(() => Boolean, { description: "Campaigns of an inactive configuration wait." })
  active!: boolean;

  @Field(() => Int, {
    nullable: true,
    description: "Messages a second that the provider allows, over all campaigns; null for no bound.",
  })
  quotaPerSecond!: number | null;

  @Field(() => Int, { description: "Connections, or hand-overs, at once." })
  concurrency!: number;

  @Field(() => Int, { description: "Seconds in which deferred messages are tried again." })
  retryPeriodSeconds!: number;

  @Field(() => Int, { description: "Rises when it is saved; ChannelConfigurationInput takes it as expectedRevision." })
  revision!: number;

  @Field(() => DateTime, { description: "When it was made." })
  createdAt!: Date;

  @Field(() => DateTime, { description: "When it was saved last." })
  updatedAt!: Date;
}
