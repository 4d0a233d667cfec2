import { ApiKeySchema } from "./access/index.ts";
import { ApprovalCommentSchema, ApprovalPolicySchema, ApprovalRequestSchema } from "./approvals/index.ts";
import { CampaignSchema, CampaignVersionSchema } from "./campaigns/index.ts";
import { ChannelConfigurationSchema } from "./channels/index.ts";
import { ExecutionSchema } from "./executions/index.ts";
import { FragmentSchema, FragmentVersionSchema } from "./fragments/index.ts";
import { ProfileSchema } from "./profiles/index.ts";

/** Everything that the ORM maps. `message` and the totals are worked on by SQL alone. */
export const entities = [
  ApiKeySchema,
  ApprovalCommentSchema,
  ApprovalPolicySchema,
  ApprovalRequestSchema,
  CampaignSchema,
  CampaignVersionSchema,
  ChannelConfigurationSchema,
  ExecutionSchema,
  FragmentSchema,
  FragmentVersionSchema,
  ProfileSchema,
];
