import { Field, ID, Int, ObjectType } from "type-graphql";
import { type Channel, channels } from "../../../base/index.ts";
import type { SandboxMessage } from "../../../channels/index.ts";
import { connectionOf } from "../shared/connection.ts";
import { DateTime, Json } from "../shared/scalars.ts";

type Stored = Omit<SandboxMessage, "content">;

@ObjectType("SandboxMessage", { description: "A message as the built-in mailbox received it." })
export class SandboxMessageType implements Stored {
  @Field(() => ID, { description: "The message's id." })
  id!: string;

  @Field(() => String, { description: "The message's stable key, equal over retries, stored once." })
  key!: string;

  @Field(() => channels, { description: "Which of the fields below are filled." })
  channel!: Channel;

  @Field(() => String, { description: "Where it went." })
  address!: string;

  @Field(() => String, { description: "Whom the call named." })
  userId!: string;

  @Field(() => ID, { description: "Its campaign." })
  campaignId!: string;

  @Field(() => ID, { description: "Its execution." })
  executionId!: string;

  @Field(() => String, { nullable: true, description: "EMAIL." })
  subject!: string | null;

  @Field(() => String, { nullable: true, description: "EMAIL." })
  html!: string | null;

  @Field(() => String, { nullable: true, description: "EMAIL: the text part." })
  text!: string | null;

  @Field(() => String, { nullable: true, description: "SMS and PUSH." })
  body!: string | null;

  @Field(() => String, { nullable: true, description: "PUSH." })
  title!: string | null;

  @Field(() => Json, { nullable: true, description: "PUSH: its data object." })
  data!: unknown;

  @Field(() => Json, { nullable: true, description: "EMAIL: the headers that an SMTP server would get." })
  headers!: unknown;

  @Field(() => DateTime, { description: "The instant, in milliseconds, when it was handed to the transport." })
  at!: Date;

  @Field(() => Int, {
    description:
      "How often it was handed over under its key: 1, unless the answer to an attempt was lost. At `at` the first time.",
  })
  handOvers!: number;
}

export const SandboxMessageConnection = connectionOf("SandboxMessage", () => SandboxMessageType);
