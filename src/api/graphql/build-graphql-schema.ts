import { createPubSub } from "@graphql-yoga/subscription";
import type { GraphQLSchema } from "graphql";
import { buildSchemaSync } from "type-graphql";
import { AccessResolver } from "./access/access.resolver.ts";
import { ApprovalStreamResolver } from "./approvals/approval-stream.resolver.ts";
import { ApprovalsResolver, CampaignApprovalResolver } from "./approvals/approvals.resolver.ts";
import { ApprovalPoliciesResolver } from "./approvals/policies.resolver.ts";
import { AuditEntryResolver, AuditResolver, CampaignHistoryResolver } from "./audit/audit.resolver.ts";
import { CampaignResolver } from "./campaigns/campaign.resolver.ts";
import {
  CampaignContentResolver,
  CampaignSettingsResolver,
  CampaignVersionResolver,
  EmailContentResolver,
} from "./campaigns/campaign-settings.resolver.ts";
import { CampaignVersionsResolver } from "./campaigns/campaign-versions.resolver.ts";
import { SampleRequestsResolver } from "./campaigns/sample-requests.resolver.ts";
import { ChannelConfigurationResolver, SandboxMessageResolver } from "./channels/channels.resolver.ts";
import { CampaignHealthResolver } from "./dispatch/campaign-health.resolver.ts";
import { WorkersResolver } from "./dispatch/workers.resolver.ts";
import { boundLists } from "./documents/list-bounds.ts";
import { DeadLetterResolver } from "./executions/dead-letters.resolver.ts";
import { CampaignExecutionsResolver, ExecutionResolver, MessageResolver } from "./executions/executions.resolver.ts";
import { MessagesResolver, ProfileMessagesResolver } from "./executions/messages.resolver.ts";
import { ProofResolver } from "./executions/proof.resolver.ts";
import { RecipientVerdictResolver, SimulationResolver } from "./executions/simulation.resolver.ts";
import { FragmentResolver } from "./fragments/fragment.resolver.ts";
import { describeMutationErrors } from "./mutation-errors.ts";
import { ProfileResolver } from "./profiles/profiles.resolver.ts";
import { ReportsResolver } from "./reports/reports.resolver.ts";
import { registerEnums } from "./shared/enums.ts";

/** The schema of every door. Inputs are checked by the use cases, so type-graphql's own validation stays off. */
export function buildGraphqlSchema(): GraphQLSchema {
  registerEnums();
  const schema = buildSchemaSync({
    resolvers: [
      AccessResolver,
      AuditEntryResolver,
      AuditResolver,
      CampaignHistoryResolver,
      ApprovalPoliciesResolver,
      ApprovalsResolver,
      ApprovalStreamResolver,
      CampaignApprovalResolver,
      CampaignContentResolver,
      CampaignResolver,
      CampaignSettingsResolver,
      CampaignVersionResolver,
      CampaignVersionsResolver,
      EmailContentResolver,
      CampaignExecutionsResolver,
      ChannelConfigurationResolver,
      DeadLetterResolver,
      ExecutionResolver,
      FragmentResolver,
      MessageResolver,
      MessagesResolver,
      ProfileMessagesResolver,
      ProfileResolver,
      ProofResolver,
      ReportsResolver,
      SampleRequestsResolver,
      SandboxMessageResolver,
      RecipientVerdictResolver,
      SimulationResolver,
      CampaignHealthResolver,
      WorkersResolver,
    ],
    validate: false,
    // Every subscription brings its own stream; type-graphql asks for one all the same.
    pubSub: createPubSub(),
  });
  describeMutationErrors(schema);
  boundLists(schema);
  return schema;
}
