import { Arg, Ctx, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from "type-graphql";
import { type Channel, channels } from "../../../base/index.ts";
import {
  deleteFragment,
  type Fragment,
  type FragmentVersion,
  findFragment,
  listFragments,
  type SaveFragmentInput,
  saveFragment,
} from "../../../fragments/index.ts";
import { type ConnectionOf, toConnection } from "../shared/connection.ts";
import { NeedsFirst, needsPage } from "../shared/precondition.ts";
import type { RequestContext } from "../shared/request-context.ts";
import { FragmentConnection, FragmentType, FragmentVersionConnection, SaveFragmentInputType } from "./fragment.type.ts";

@Resolver(() => FragmentType)
export class FragmentResolver {
  @Query(() => FragmentType, { nullable: true, description: "One fragment, or null." })
  fragment(@Arg("id", () => ID) id: string, @Ctx() ctx: RequestContext): Promise<Fragment | null> {
    return findFragment(ctx, id);
  }

  @Query(() => FragmentConnection, { description: "Fragments, newest first. `search` finds part of a name." })
  async fragments(
    @Arg("channel", () => channels, { nullable: true }) channel: Channel | null,
    @Arg("search", () => String, { nullable: true }) search: string | null,
    @Arg("first", () => Int, { nullable: true }) first: number | null,
    @Arg("after", () => String, { nullable: true }) after: string | null,
    @Ctx() ctx: RequestContext,
  ): Promise<ConnectionOf<Fragment>> {
    return toConnection(await listFragments(ctx, { channel, search, first, after }), after);
  }

  @Mutation(() => FragmentType, {
    description:
      "Saves a new version. Drafts use it at once; what is live keeps the version that it went live with. Faults and fragments that use themselves are refused with INPUT_INVALID.",
  })
  saveFragment(
    @Arg("input", () => SaveFragmentInputType) input: SaveFragmentInputType,
    @Ctx() ctx: RequestContext,
  ): Promise<Fragment> {
    return saveFragment(ctx, input as SaveFragmentInput);
  }

  @Mutation(() => ID, {
    description:
      "Removes a fragment with its versions; answers its id. FRAGMENT_IN_USE while a draft or another fragment uses it; what is live has a copy.",
  })
  deleteFragment(@Arg("id", () => ID) id: string, @Ctx() ctx: RequestContext): Promise<string> {
    return deleteFragment(ctx, id);
  }

  @FieldResolver(() => String)
  async content(@Root() fragment: Fragment, @Ctx() ctx: RequestContext): Promise<string> {
    return (await ctx.loaders.fragmentVersion.load(fragment.latestVersionId)).content;
  }

  @FieldResolver(() => FragmentVersionConnection)
  @NeedsFirst(needsPage("campaigns:read"))
  async versions(
    @Root() fragment: Fragment,
    @Arg("first", () => Int, { nullable: true }) first: number | null,
    @Arg("after", () => String, { nullable: true }) after: string | null,
    @Ctx() ctx: RequestContext,
  ): Promise<ConnectionOf<FragmentVersion>> {
    const page = { first, after };
    return toConnection(await ctx.loaders.fragmentVersionPage.load({ fragmentId: fragment.id, page }), after);
  }
}
