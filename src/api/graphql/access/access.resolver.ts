import { Arg, Ctx, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from "type-graphql";
import {
  type ApiKey,
  type CreateApiKeyInput,
  type CreatedApiKey,
  createApiKey,
  type KeyStatus,
  keyStatus,
  keyStatuses,
  listApiKeys,
  permissionsOf,
  revokeApiKey,
  rotateApiKey,
  type UpdateApiKeyInput,
  updateApiKey,
} from "../../../access/index.ts";
import { type ConnectionOf, toConnection } from "../shared/connection.ts";
import type { RequestContext } from "../shared/request-context.ts";
import { DateTime } from "../shared/scalars.ts";
import { CreateApiKeyInputType, UpdateApiKeyInputType } from "./access.input.ts";
import { ApiKeyConnection, ApiKeyType, CreatedApiKeyType, ViewerType } from "./access.type.ts";

@Resolver(() => ApiKeyType)
export class AccessResolver {
  @Query(() => ViewerType, { description: "Who asks, and what it may do." })
  viewer(@Ctx() { actor }: RequestContext): ViewerType {
    const { id, name, kind, permissions, reach } = actor;
    const campaignIds = reach?.campaignIds ? [...reach.campaignIds] : null;
    return { id, name, kind, permissions: [...permissions].sort(), campaignIds, labels: reach?.labels ?? null };
  }

  @Query(() => ApiKeyConnection, { description: "Keys, newest first." })
  async apiKeys(
    @Arg("status", () => [keyStatuses], { nullable: true }) status: KeyStatus[] | null,
    @Arg("first", () => Int, { nullable: true }) first: number | null,
    @Arg("after", () => String, { nullable: true }) after: string | null,
    @Ctx() ctx: RequestContext,
  ): Promise<ConnectionOf<ApiKey>> {
    return toConnection(await listApiKeys(ctx, { status, first, after }), after);
  }

  @Mutation(() => CreatedApiKeyType, {
    description: "Makes a key; its secret is shown once. Nobody gives a permission that they do not have.",
  })
  createApiKey(
    @Arg("input", () => CreateApiKeyInputType) input: CreateApiKeyInputType,
    @Ctx() ctx: RequestContext,
  ): Promise<CreatedApiKey> {
    return createApiKey(ctx, input as CreateApiKeyInput);
  }

  @Mutation(() => ApiKeyType, {
    description:
      "Changes what is sent and leaves the rest. Calls obey, and open WebSockets are closed, as soon as every process has heard of it.",
  })
  updateApiKey(
    @Arg("id", () => ID) id: string,
    @Arg("input", () => UpdateApiKeyInputType) input: UpdateApiKeyInputType,
    @Ctx() ctx: RequestContext,
  ): Promise<ApiKey> {
    return updateApiKey(ctx, { ...input, id } as UpdateApiKeyInput);
  }

  @Mutation(() => CreatedApiKeyType, {
    description: "Gives a key a new secret, shown once. The present one works on for graceSeconds; older ones end.",
  })
  rotateApiKey(
    @Arg("id", () => ID) id: string,
    @Arg("graceSeconds", () => Int, { nullable: true, description: "0 to 2,592,000 (30 days), default 3,600." })
    graceSeconds: number | null,
    @Ctx() ctx: RequestContext,
  ): Promise<CreatedApiKey> {
    return rotateApiKey(ctx, { id, graceSeconds });
  }

  @Mutation(() => ApiKeyType, {
    description: "Ends a key for good, within seconds. The last ADMIN key that works is refused with LAST_ADMIN_KEY.",
  })
  revokeApiKey(@Arg("id", () => ID) id: string, @Ctx() ctx: RequestContext): Promise<ApiKey> {
    return revokeApiKey(ctx, id);
  }

  @FieldResolver(() => [String])
  permissions(@Root() key: ApiKey): string[] {
    return permissionsOf(key).sort();
  }

  @FieldResolver(() => keyStatuses)
  status(@Root() key: ApiKey, @Ctx() ctx: RequestContext): KeyStatus {
    return keyStatus(key, ctx.clock.now());
  }

  @FieldResolver(() => DateTime, { nullable: true })
  previousSecretUntil(@Root() key: ApiKey, @Ctx() ctx: RequestContext): Date | null {
    return key.previousUntil && key.previousUntil > ctx.clock.now() ? key.previousUntil : null;
  }
}
