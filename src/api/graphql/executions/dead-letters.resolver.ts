import { Arg, Ctx, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from "type-graphql";
import {
  type DeadLetterReason,
  findDeadLetterReasons,
  findDeadLetters,
  type Message,
  type MessageStatus,
  messageStatuses,
  replayableUntil,
  resolveUncertain,
  retryMessages,
} from "../../../executions/index.ts";
import { type ConnectionOf, toConnection } from "../shared/connection.ts";
import type { RequestContext } from "../shared/request-context.ts";
import { Count, DateTime } from "../shared/scalars.ts";
import { DeadLetterReasonType } from "./dead-letter.type.ts";
import { MessageConnection, MessageType } from "./execution.type.ts";

@Resolver(() => MessageType)
export class DeadLetterResolver {
  @Query(() => MessageConnection, { description: "FAILED and UNCERTAIN messages of a campaign, the newest last." })
  async deadLetters(
    @Arg("campaignId", () => ID, { description: "Whose." }) campaignId: string,
    @Arg("executionId", () => ID, { nullable: true, description: "Only of this execution." }) executionId: string | null,
    @Arg("statuses", () => [messageStatuses], { nullable: true, description: "FAILED, UNCERTAIN or, by default, both." })
    statuses: MessageStatus[] | null,
    @Arg("errorCode", () => String, { nullable: true, description: "Only with this code, as deadLetterReasons lists them." })
    errorCode: string | null,
    @Arg("first", () => Int, { nullable: true, description: "1 to 500; default 50." }) first: number | null,
    @Arg("after", () => String, { nullable: true, description: "A cursor of an earlier page." }) after: string | null,
    @Ctx() ctx: RequestContext,
  ): Promise<ConnectionOf<Message>> {
    return toConnection(await findDeadLetters(ctx, { campaignId, executionId, statuses, errorCode, first, after }), after);
  }

  @Query(() => [DeadLetterReasonType], {
    description: "Why messages of a campaign are FAILED or UNCERTAIN, the most frequent reason first.",
  })
  deadLetterReasons(
    @Arg("campaignId", () => ID, { description: "Whose." }) campaignId: string,
    @Arg("executionId", () => ID, { nullable: true, description: "Only of this execution." }) executionId: string | null,
    @Ctx() ctx: RequestContext,
  ): Promise<DeadLetterReason[]> {
    return findDeadLetterReasons(ctx, { campaignId, executionId });
  }

  @Mutation(() => Count, {
    description:
      "Sends FAILED or UNCERTAIN messages of a LIVE or PAUSED campaign again, under the same key, and answers how many. Those of cancelled executions and those whose replay period is over are passed over.",
  })
  retryMessages(
    @Arg("campaignId", () => ID, { description: "Whose." }) campaignId: string,
    @Arg("executionId", () => ID, { nullable: true, description: "Only of this execution." }) executionId: string | null,
    @Arg("statuses", () => [messageStatuses], { description: "FAILED, UNCERTAIN or both." }) statuses: MessageStatus[],
    @Arg("errorCode", () => String, { nullable: true, description: "Only with this code, as deadLetterReasons lists them." })
    errorCode: string | null,
    @Arg("ids", () => [ID], { nullable: true, description: "Only these, 1 to 5,000; others of them are passed over." })
    ids: string[] | null,
    @Ctx() ctx: RequestContext,
  ): Promise<number> {
    return retryMessages(ctx, { campaignId, executionId, statuses, errorCode, ids }, ctx.services.replay);
  }

  @Mutation(() => Count, {
    description:
      "Says what became of UNCERTAIN messages, 1 to 5,000 a call, and answers how many of them were UNCERTAIN. As FAILED they can be retried.",
  })
  resolveUncertain(
    @Arg("ids", () => [ID], { description: "Which messages." }) ids: string[],
    @Arg("as", () => messageStatuses, { description: "SENT or FAILED." }) as: MessageStatus,
    @Ctx() ctx: RequestContext,
  ): Promise<number> {
    return resolveUncertain(ctx, { ids, as });
  }

  @FieldResolver(() => DateTime, {
    nullable: true,
    description: "Until when retryMessages can send it again while its campaign runs; null when it cannot.",
  })
  replayableUntil(@Root() message: Message, @Ctx() ctx: RequestContext): Date | null {
    return replayableUntil(message, ctx.services.replay.replayDays, ctx.clock.now());
  }
}
