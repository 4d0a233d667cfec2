import { Field, ObjectType } from "type-graphql";
import { type DeadLetterReason, type MessageStatus, messageStatuses } from "../../../executions/index.ts";
import { Count } from "../shared/scalars.ts";

@ObjectType("DeadLetterReason", { description: "FAILED or UNCERTAIN messages that share a status and the provider's code." })
export class DeadLetterReasonType implements DeadLetterReason {
  @Field(() => messageStatuses, { description: "FAILED or UNCERTAIN." })
  status!: Extract<MessageStatus, "FAILED" | "UNCERTAIN">;

  @Field(() => String, { nullable: true, description: "The provider's code; null for those without one." })
  errorCode!: string | null;

  @Field(() => Count, { description: "How many." })
  count!: number;

  @Field(() => String, { nullable: true, description: "What the provider said to one of them." })
  example!: string | null;
}
