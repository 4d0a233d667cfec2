import { Field, ID, InputType, Int } from "type-graphql";
import { type Category, type Channel, categories, channels } from "../../../base/index.ts";
import { providerSettingsTypes, providersInWords } from "./provider-settings.ts";

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
    description: `${providersInWords} Needed for a new one.`,
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
}

for (const { provider, input } of providerSettingsTypes) {
  const description = `Needed by the provider ${provider}.`;
  Field(() => input, { nullable: true, description })(ChannelConfigurationInput.prototype, provider);
}
