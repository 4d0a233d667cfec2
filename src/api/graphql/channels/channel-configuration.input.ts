import { Field, ID, InputType, Int } from "type-graphql";
import { type Category, type Channel, categories, channels } from "../../../base/index.ts";
import { type SmtpSecurity, smtpSecurities } from "../../../channels/index.ts";

@InputType({ description: "How to reach an SMTP server. What is absent stays as it is." })
export class SmtpSettingsInput {
  @Field(() => String, { nullable: true, description: "Host name or address. Needed the first time." })
  host?: string | null;

  @Field(() => Int, { nullable: true, description: "Usually 465 (TLS), 587 (STARTTLS) or 25. Needed the first time." })
  port?: number | null;

  @Field(() => smtpSecurities, { nullable: true, description: "STARTTLS unless said." })
  security?: SmtpSecurity;

  @Field(() => Boolean, {
    nullable: true,
    description: "True unless said; false checks nothing. For a certificate of its own making give caCertificate instead.",
  })
  verifyCertificate?: boolean;

  @Field(() => String, {
    nullable: true,
    description:
      "Certificates, as PEM, that the server's own must be signed by, or be; then only they are trusted. Null: those that Node.js trusts.",
  })
  caCertificate?: string | null;

  @Field(() => String, { nullable: true, description: "User name for AUTH; null for none." })
  username?: string | null;

  @Field(() => String, {
    nullable: true,
    description: "Absent keeps the present one; an empty text removes it. Sealed, never readable.",
  })
  password?: string | null;

  @Field(() => String, { nullable: true, description: "Name that recipients see; null for none." })
  fromName?: string | null;

  @Field(() => String, { nullable: true, description: "Address that recipients see. Needed the first time." })
  fromAddress?: string | null;

  @Field(() => String, { nullable: true, description: "Where answers go; null for the sender." })
  replyToAddress?: string | null;
}

@InputType({ description: "A channel configuration to make, or with `id` what to change of one: what is absent stays as it is." })
export class ChannelConfigurationInput {
  @Field(() => ID, { nullable: true, description: "Present: changes this one." })
  id?: string | null;

  @Field(() => Int, {
    nullable: true,
    description: "With an id: the revision that was read. A stale one fails with VERSION_CONFLICT; absent overwrites.",
  })
  expectedRevision?: number | null;

  @Field(() => String, {
    nullable: true,
    description: "Starts with a letter; up to 100 letters, digits, spaces or _ . - Needed for a new one.",
  })
  name?: string | null;

  @Field(() => channels, { nullable: true, description: "Needed for a new one; cannot change later." })
  channel?: Channel | null;

  @Field(() => String, {
    nullable: true,
    description:
      "sandbox (the built-in mailbox), smtp, or discard (renders, sends nothing: for load tests). Needed for a new one.",
  })
  provider?: string | null;

  @Field(() => categories, { nullable: true, description: "Only for campaigns of this category; null for both." })
  category?: Category | null;

  @Field(() => String, {
    nullable: true,
    description:
      "SMS: the country (ISO 3166-1, such as FR) with which numbers are read that do not say theirs: 06 12 34 56 78 is +33612345678 then. Null for none: such numbers are not valid.",
  })
  defaultCountry?: string | null;

  @Field(() => Boolean, { nullable: true, description: "Of a new one true unless said." })
  active?: boolean | null;

  @Field(() => Int, { nullable: true, description: "Messages a second over all campaigns; null for no bound." })
  quotaPerSecond?: number | null;

  @Field(() => Int, { nullable: true, description: "1 to 200; of a new one 20 unless said." })
  concurrency?: number | null;

  @Field(() => Int, { nullable: true, description: "600 (10 minutes) to 302400 (84 hours); of a new one a day unless said." })
  retryPeriodSeconds?: number | null;

  @Field(() => SmtpSettingsInput, { nullable: true, description: "Needed by the provider smtp." })
  smtp?: SmtpSettingsInput | null;
}
