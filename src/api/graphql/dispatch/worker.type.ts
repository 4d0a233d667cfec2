import { Field, ID, ObjectType } from "type-graphql";
import type { Trouble, Worker } from "../../../dispatch/index.ts";
import { DateTime } from "../shared/scalars.ts";

@ObjectType("WorkerTrouble", { description: "What keeps a live worker from sending." })
export class WorkerTroubleType implements Omit<Trouble, "since"> {
  @Field(() => String, {
    description:
      "redis: it does not answer, so what has a rate or a quota waits. circuit: a provider is down and is left alone for a while. provider: one has messages and answers none. configuration: campaigns wait for one that is inactive or cannot be used. campaign: the engine fails at campaigns, or finds their messages locked. outcomes: what became of messages cannot be written.",
  })
  kind!: Trouble["kind"];

  @Field(() => DateTime, { description: "Since when." })
  since!: Date;

  @Field(() => String, { description: "In a sentence: what is in the way, and the code of the fault." })
  detail!: string;

  @Field(() => ID, { nullable: true, description: "The channel configuration that it is about." })
  channelConfigurationId?: string;

  @Field(() => [ID], {
    nullable: true,
    description: "The campaigns that it is about, a thousand at most; null when it is not about single ones.",
  })
  campaignIds?: readonly string[];
}

@ObjectType("Worker", { description: "A process that sends." })
export class WorkerType implements Omit<Worker, "troubles"> {
  @Field(() => ID, { description: "UUIDv7, new with each life of the process." })
  id!: string;

  @Field(() => String, { description: "Machine and process id." })
  name!: string;

  @Field(() => DateTime, { description: "When it took up work." })
  startedAt!: Date;

  @Field(() => DateTime, { description: "Without a sign of life until then it loses what it holds to another worker." })
  leaseUntil!: Date;

  @Field(() => [WorkerTroubleType], { description: "Empty when nothing keeps it from sending." })
  troubles!: readonly WorkerTroubleType[];
}
