import { Arg, Ctx, FieldResolver, Mutation, Query, Resolver, Root } from "type-graphql";
import { type Channel, channels } from "../../../base/index.ts";
import {
  addSuppressions,
  type ConsentState,
  consentStates,
  findProfile,
  type Profile,
  type ProfileConsent,
  type ProfileIdentity,
  removeSuppressions,
  setConsent,
  type UpsertedProfiles,
  upsertProfiles,
} from "../../../profiles/index.ts";
import type { RequestContext } from "../shared/request-context.ts";
import { Count } from "../shared/scalars.ts";
import {
  ConsentType,
  IdentityType,
  ProfileInputType,
  ProfileType,
  SuppressionInputType,
  UpsertProfilesPayload,
} from "./profile.type.ts";

@Resolver(() => ProfileType)
export class ProfileResolver {
  @Query(() => ProfileType, { nullable: true, description: "The person known under this identity." })
  profile(
    @Arg("namespace", () => String) namespace: string,
    @Arg("userId", () => String) userId: string,
    @Ctx() ctx: RequestContext,
  ): Promise<Profile | null> {
    return findProfile(ctx, { namespace, userId });
  }

  @Mutation(() => UpsertProfilesPayload, { description: "Makes or changes up to 5,000 people. All or nothing." })
  upsertProfiles(
    @Arg("profiles", () => [ProfileInputType]) profiles: ProfileInputType[],
    @Ctx() ctx: RequestContext,
  ): Promise<UpsertedProfiles> {
    return upsertProfiles(ctx, profiles);
  }

  @Mutation(() => ProfileType, {
    description: "Records what a person said about a channel. Binds messages that are still queued, too.",
  })
  setConsent(
    @Arg("namespace", () => String) namespace: string,
    @Arg("userId", () => String) userId: string,
    @Arg("channel", () => channels) channel: Channel,
    @Arg("consent", () => consentStates) consent: ConsentState,
    @Ctx() ctx: RequestContext,
  ): Promise<Profile> {
    return setConsent(ctx, { namespace, userId, channel, consent });
  }

  @Mutation(() => Count, { description: "From now on nothing goes to these addresses. Answers how many were new." })
  addSuppressions(
    @Arg("entries", () => [SuppressionInputType]) entries: SuppressionInputType[],
    @Ctx() ctx: RequestContext,
  ): Promise<number> {
    return addSuppressions(ctx, entries);
  }

  @Mutation(() => Count, { description: "Lets messages go to these addresses again. Answers how many were on the list." })
  removeSuppressions(
    @Arg("entries", () => [SuppressionInputType]) entries: SuppressionInputType[],
    @Ctx() ctx: RequestContext,
  ): Promise<number> {
    return removeSuppressions(ctx, entries);
  }

  @FieldResolver(() => [IdentityType])
  identities(@Root() profile: Profile, @Ctx() ctx: RequestContext): Promise<ProfileIdentity[]> {
    return ctx.loaders.identities.load(profile.id);
  }

  @FieldResolver(() => [ConsentType])
  consents(@Root() profile: Profile, @Ctx() ctx: RequestContext): Promise<ProfileConsent[]> {
    return ctx.loaders.consents.load(profile.id);
  }
}
