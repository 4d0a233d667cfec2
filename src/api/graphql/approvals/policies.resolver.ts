import { Arg, Ctx, ID, Int, Mutation, Query, Resolver } from "type-graphql";
import {
  type ApprovalPolicy,
  activateApprovalPolicy,
  deactivateApprovalPolicy,
  deleteApprovalPolicy,
  duplicateApprovalPolicy,
  findApprovalPolicy,
  listApprovalPolicies,
  saveApprovalPolicy,
} from "../../../approvals/index.ts";
import { type ConnectionOf, toConnection } from "../shared/connection.ts";
import type { RequestContext } from "../shared/request-context.ts";
import { ApprovalPolicyConnection, ApprovalPolicyType, SaveApprovalPolicyInputType } from "./approval-policy.type.ts";

@Resolver(() => ApprovalPolicyType)
export class ApprovalPoliciesResolver {
  @Query(() => ApprovalPolicyType, { nullable: true, description: "One approval policy, or null." })
  approvalPolicy(@Arg("id", () => ID) id: string, @Ctx() ctx: RequestContext): Promise<ApprovalPolicy | null> {
    return findApprovalPolicy(ctx, id);
  }

  @Query(() => ApprovalPolicyConnection, {
    description: "Approval policies, newest first; with `active` only those in force, or not.",
  })
  async approvalPolicies(
    @Arg("active", () => Boolean, { nullable: true }) active: boolean | null,
    @Arg("first", () => Int, { nullable: true }) first: number | null,
    @Arg("after", () => String, { nullable: true }) after: string | null,
    @Ctx() ctx: RequestContext,
  ): Promise<ConnectionOf<ApprovalPolicy>> {
    return toConnection(await listApprovalPolicies(ctx, { active, first, after }), after);
  }

  @Mutation(() => ApprovalPolicyType, {
    description: "Makes a policy, not yet in force, or changes one that is not in force.",
  })
  saveApprovalPolicy(
    @Arg("input", () => SaveApprovalPolicyInputType) input: SaveApprovalPolicyInputType,
    @Ctx() ctx: RequestContext,
  ): Promise<ApprovalPolicy> {
    return saveApprovalPolicy(ctx, input);
  }

  @Mutation(() => ApprovalPolicyType, {
    description: "Makes a copy that is not in force, to be changed. Its name is by default the other's with (copy).",
  })
  duplicateApprovalPolicy(
    @Arg("id", () => ID) id: string,
    @Arg("name", () => String, { nullable: true, description: "1 to 200 characters, unique." }) name: string | null,
    @Ctx() ctx: RequestContext,
  ): Promise<ApprovalPolicy> {
    return duplicateApprovalPolicy(ctx, { id, name });
  }

  @Mutation(() => ApprovalPolicyType, { description: "Puts a policy in force, before all others." })
  activateApprovalPolicy(@Arg("id", () => ID) id: string, @Ctx() ctx: RequestContext): Promise<ApprovalPolicy> {
    return activateApprovalPolicy(ctx, id);
  }

  @Mutation(() => ApprovalPolicyType, { description: "Takes a policy out of force. Requests that it asked for stay open." })
  deactivateApprovalPolicy(@Arg("id", () => ID) id: string, @Ctx() ctx: RequestContext): Promise<ApprovalPolicy> {
    return deactivateApprovalPolicy(ctx, id);
  }

  @Mutation(() => ID, { description: "Removes a policy that is not in force; answers its id." })
  deleteApprovalPolicy(@Arg("id", () => ID) id: string, @Ctx() ctx: RequestContext): Promise<string> {
    return deleteApprovalPolicy(ctx, id);
  }
}
