import { Field, ID, InputType, Int } from "type-graphql";
import { type Category, type Channel, categories, channels } from "../../../base/index.ts";
import { type SmtpSecurity, smtpSecurities } from "../../../channels/index.ts";

@InputType({ description: "How to reach an SMTP server." })
export class SmtpSettingsInput {
  @Field(() => String, { description: "Host name or address." })
  host!: string;

  @Field(() => Int, { description: "Usually 465 (TLS), 587 (STARTTLS) or 25." })
  port!: number;

  @Field(() => smtpSecurities, { nullable: true, description: "Default STARTTLS." })
  security?: SmtpSecurity;

  @Field(() => Boolean, {
    nullable: true,
    description: "Default true; false only for a server with a certificate of its own making.",
  })
  verifyCertificate?: boolean;

  @Field(() => String, { nullable: true, description: "User name for AUTH." })
  username?: string | null;

  @Field(() => String, {
    nullable: true,
    description: "Absent keeps the present one; an empty text removes it. Sealed, never readable.",
  })
  password?: string | null;

  @Field(() => String, { nullable: true, description: "Name that recipients see." })
  fromName?: string | null;

  @Field(() => String, { description: "Address that recipients see." })
  fromAddress!: string;

  @Field(() => String, { nullable: true, description: "Where answers go." })
  replyToAddress?: string | null;
}

@InputType({ description: "A channel configuration to make, or with `id` to change." })
export class ChannelConfigurationInput {
  @Field(() => ID, { nullable: true, description: "Present: changes this one." })
  id?: string | null;

  @Field(() => String, { description: "Starts with a letter; up to 100 letters, digits, spaces or _ . -" })
  name!: string;

  @Field(() => channels, { description: "Cannot change later." })
  channel!: Channel;

  @Field(() => String, {
    description: "sandbox (the built-in mailbox), smtp, or discard (renders, sends nothing: for load tests).",
  })
  provider!: string;

  @Field(() => categories, { nullable: true, description: "Only for campaigns of this category; null for both." })
  category?: Category | null;

  @Field(() => Boolean, { nullable: true, description: "Default true." })
  active?: boolean | null;

  @Field(() => Int, { nullable: true, description: "Messages a second over all campaigns; null for no bound." })
  quotaPerSecond?: number | null;

  @Field(() => Int, { nullable: true, description: "1 to 200, default 20." })
  concurrency?: number | null;

  @Field(() => Int, { nullable: true, description: "600 (10 minutes) to 302400 (84 hours), default one day." })
  retryPeriodSeconds?: number | null;

  @Field(() => SmtpSettingsInput, { nullable: true, description: "Needed by the provider smtp." })
  smtp?: SmtpSettingsInput | null;
}
