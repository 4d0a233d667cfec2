import { Arg, Ctx, Field, FieldResolver, ID, InputType, Int, Query, Resolver, Root } from "type-graphql";
import type { Campaign } from "../../../campaigns/index.ts";
import {
  type Execution,
  findMessages,
  findMessagesOfProfile,
  type Message,
  type MessageStatus,
  type MessagesFilter,
  messageStatuses,
} from "../../../executions/index.ts";
import type { Profile } from "../../../profiles/index.ts";
import { CampaignType } from "../campaigns/campaign.type.ts";
import { ProfileType } from "../profiles/profile.type.ts";
import { type ConnectionOf, toConnection } from "../shared/connection.ts";
import { NeedsFirst, needsPage, needsPermission } from "../shared/precondition.ts";
import type { RequestContext } from "../shared/request-context.ts";
import { DateTime } from "../shared/scalars.ts";
import { ExecutionType, MessageConnection, MessageType } from "./execution.type.ts";

@InputType("MessageFilterInput", {
  description:
    "Which messages: of somebody, of a campaign or of an execution, one of them at least. Everything given has to hold.",
})
export class MessageFilterInputType implements MessagesFilter {
  @Field(() => String, { nullable: true, description: "As the call named them; an address in any spelling." })
  userId?: string | null;

  @Field(() => String, { nullable: true, description: "Where it goes or would have gone, in any spelling." })
  address?: string | null;

  @Field(() => ID, { nullable: true, description: "Only of this campaign." })
  campaignId?: string | null;

  @Field(() => ID, { nullable: true, description: "Only of this execution." })
  executionId?: string | null;

  @Field(() => [messageStatuses], { nullable: true, description: "Any of these. Default: all." })
  status?: MessageStatus[] | null;

  @Field(() => DateTime, { nullable: true, description: "Accepted at this instant or later." })
  since?: Date | null;

  @Field(() => DateTime, { nullable: true, description: "Accepted before this instant." })
  until?: Date | null;
}

@Resolver(() => MessageType)
export class MessagesResolver {
  @Query(() => MessageConnection, {
    description:
      "Why somebody got something, or nothing: their messages over all campaigns, newest first. Whom an execution named is known until it is erased.",
  })
  async messages(
    @Arg("filter", () => MessageFilterInputType, { description: "Whose, and which of them." }) filter: MessageFilterInputType,
    @Arg("first", () => Int, { nullable: true, description: "1 to 500; default 50." }) first: number | null,
    @Arg("after", () => String, { nullable: true, description: "A cursor of an earlier page." }) after: string | null,
    @Ctx() ctx: RequestContext,
  ): Promise<ConnectionOf<Message>> {
    return toConnection(await findMessages(ctx, { filter, first, after }), after);
  }

  @FieldResolver(() => CampaignType)
  @NeedsFirst(needsPermission("campaigns:read"))
  campaign(@Root() message: Message, @Ctx() ctx: RequestContext): Promise<Campaign> {
    return ctx.loaders.campaign.load(message.campaignId);
  }

  @FieldResolver(() => ExecutionType)
  @NeedsFirst(needsPermission("campaigns:read"))
  execution(@Root() message: Message, @Ctx() ctx: RequestContext): Promise<Execution> {
    return ctx.loaders.execution.load(message.executionId);
  }
}

@Resolver(() => ProfileType)
export class ProfileMessagesResolver {
  @FieldResolver(() => MessageConnection, {
    description: "Messages under any of their identities and to any of their addresses, newest first. Needs messages:read.",
  })
  @NeedsFirst(needsPage("messages:read"))
  async messages(
    @Root() profile: Profile,
    @Arg("first", () => Int, { nullable: true, description: "1 to 500; default 50." }) first: number | null,
    @Arg("after", () => String, { nullable: true, description: "A cursor of an earlier page." }) after: string | null,
    @Ctx() ctx: RequestContext,
  ): Promise<ConnectionOf<Message>> {
    return toConnection(await findMessagesOfProfile(ctx, { profile, first, after }), after);
  }
}
