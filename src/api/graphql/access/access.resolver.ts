import { Arg, Ctx, ID, Mutation, Query, Resolver } from "type-graphql";
import { type ApiKey, type CreatedApiKey, createApiKey, listApiKeys, revokeApiKey } from "../../../access/index.ts";
import type { RequestContext } from "../shared/request-context.ts";
import { ApiKeyType, CreateApiKeyInputType, CreatedApiKeyType, ViewerType } from "./access.type.ts";

@Resolver()
export class AccessResolver {
  @Query(() => ViewerType, { description: "The key that asks, and what it may do." })
  viewer(@Ctx() ctx: RequestContext): ViewerType {
    return { id: ctx.actor.id, name: ctx.actor.name, permissions: [...ctx.actor.permissions].sort() };
  }

  @Query(() => [ApiKeyType], { description: "Every key, newest first." })
  apiKeys(@Ctx() ctx: RequestContext): Promise<ApiKey[]> {
    return listApiKeys(ctx);
  }

  @Mutation(() => CreatedApiKeyType, { description: "Makes a key; its secret is shown once." })
  createApiKey(
    @Arg("input", () => CreateApiKeyInputType) input: CreateApiKeyInputType,
    @Ctx() ctx: RequestContext,
  ): Promise<CreatedApiKey> {
    return createApiKey(ctx, input);
  }

  @Mutation(() => ApiKeyType, { description: "Ends a key for good, within seconds." })
  revokeApiKey(@Arg("id", () => ID) id: string, @Ctx() ctx: RequestContext): Promise<ApiKey> {
    return revokeApiKey(ctx, id);
  }
}
