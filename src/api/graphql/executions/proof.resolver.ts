import { Arg, Ctx, Field, ID, Mutation, ObjectType, Resolver } from "type-graphql";
import { type ProofResult, type ProofStatus, proofStatuses, type RecipientInput, sendProof } from "../../../executions/index.ts";
import type { RequestContext } from "../shared/request-context.ts";
import { RecipientInputType } from "./execution.input.ts";

@ObjectType("ProofResult", { description: "What became of one proof." })
export class ProofResultType implements ProofResult {
  @Field(() => String, { description: "As it was sent to." })
  address!: string;

  @Field(() => proofStatuses, { description: "SENT: the provider took it." })
  status!: ProofStatus;

  @Field(() => String, {
    nullable: true,
    description: "FAILED: what the provider said. EXCLUDED: SUPPRESSED. SENT: the context variables that the sample lacks.",
  })
  detail!: string | null;

  @Field(() => String, {
    nullable: true,
    description: "Of this proof alone, also in its Message-ID. Null of an EXCLUDED one, which no provider saw.",
  })
  key!: string | null;
}

@Resolver(() => ProofResultType)
export class ProofResolver {
  @Mutation(() => [ProofResultType], {
    description:
      "Sends the draft, or the live version, to people who want to look at it, through the campaign's channel configuration. A proof is no execution: it is in no totals, and consent does not bind it; the suppression list does. A key has PROOFS_PER_DAY addresses a day. The sandbox shows it with an executionId that no execution has.",
  })
  sendProof(
    @Arg("campaignId", () => ID) campaignId: string,
    @Arg("to", () => [String], { description: "1 to 10 addresses of the campaign's channel." }) to: string[],
    @Arg("sample", () => RecipientInputType, {
      nullable: true,
      description: "Whose data it shows; its address does not matter. A missing context value prints nothing.",
    })
    sample: RecipientInputType | null,
    @Arg("subjectPrefix", () => String, {
      nullable: true,
      description: 'EMAIL: stands before the subject, up to 100 characters, not all blank. Default "[Proof] ".',
    })
    subjectPrefix: string | null,
    @Ctx() ctx: RequestContext,
  ): Promise<ProofResult[]> {
    const input = { campaignId, to, sample: sample as RecipientInput | null, subjectPrefix };
    return sendProof(ctx, input, ctx.services.proof);
  }
}
