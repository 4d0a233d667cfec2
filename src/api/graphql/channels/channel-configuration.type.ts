import { Field, ID, Int, ObjectType } from "type-graphql";
import { type Category, type Channel, categories, channels } from "../../../base/index.ts";
import { type ChannelConfiguration, type Provider, type SmtpSecurity, smtpSecurities } from "../../../channels/index.ts";
import { DateTime } from "../shared/scalars.ts";

@ObjectType("SmtpSettings", { description: "How the SMTP server is reached. The password can be written, never read." })
export class SmtpSettingsType {
  @Field(() => String, { description: "Host name or address." })
  host!: string;

  @Field(() => Int, { description: "1 to 65535." })
  port!: number;

  @Field(() => smtpSecurities, { description: "How the connection is protected." })
  security!: SmtpSecurity;

  @Field(() => Boolean, { description: "Whether the server's certificate is checked." })
  verifyCertificate!: boolean;

  @Field(() => String, {
    nullable: true,
    description: "The certificates that alone are trusted; null for those that Node.js trusts.",
  })
  caCertificate!: string | null;

  @Field(() => String, {
    nullable: true,
    description: "User name for AUTH; null for none, and for whoever may not change it: that takes configurations:write.",
  })
  username!: string | null;

  @Field(() => String, { nullable: true, description: "Name that recipients see." })
  fromName!: string | null;

  @Field(() => String, { description: "Address that recipients see; its domain is that of every Message-ID." })
  fromAddress!: string;

  @Field(() => String, { nullable: true, description: "Where answers go." })
  replyToAddress!: string | null;
}

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

  @Field(() => String, {
    description: "sandbox (the built-in mailbox), smtp, or discard (renders, sends nothing: for load tests).",
  })
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

  @Field(() => SmtpSettingsType, { nullable: true, description: "Of the provider smtp." })
  smtp!: SmtpSettingsType | null;

  @Field(() => Int, { description: "Rises when it is saved; ChannelConfigurationInput takes it as expectedRevision." })
  revision!: number;

  @Field(() => DateTime, { description: "When it was made." })
  createdAt!: Date;

  @Field(() => DateTime, { description: "When it was saved last." })
  updatedAt!: Date;
}
