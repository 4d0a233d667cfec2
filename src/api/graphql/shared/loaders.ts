import DataLoader from "dataloader";
import {
  type ApprovalComment,
  type ApprovalPolicy,
  type ApprovalRequest,
  findApprovalComments,
  findApprovalRequests,
  findPoliciesFor,
} from "../../../approvals/index.ts";
import { type AuditEntry, findHistories, type HistoryAsked } from "../../../audit/index.ts";
import { type Channel, invariant, notFound, type Page, type PageInput } from "../../../base/index.ts";
import {
  type Campaign,
  type CampaignVersion,
  type CampaignVersionsAsked,
  findCampaigns,
  findVersionPages,
  findVersions,
} from "../../../campaigns/index.ts";
import { type ChannelConfiguration, findChannelConfigurations } from "../../../channels/index.ts";
import { findHealthConditions, type HealthCondition } from "../../../dispatch/index.ts";
import {
  type Execution,
  findExecutionPages,
  findExecutions,
  findMessagePages,
  type Message,
  type MessageFilter,
} from "../../../executions/index.ts";
import {
  type ContentOfChannel,
  type FragmentVersion,
  findFragmentVersionPages,
  findFragmentVersions,
  type VersionsAsked,
  withFragmentsOfAll,
} from "../../../fragments/index.ts";
import { findConsents, findIdentities, type ProfileConsent, type ProfileIdentity } from "../../../profiles/index.ts";
import { type DeliveryStats, findStats, type StatsScope } from "../../../reports/index.ts";
import type { Context } from "../../../storage/index.ts";

type VersionOfChannel = { readonly channel: Channel; readonly version: CampaignVersion };

/** One look-up per relation and operation, whatever the number of rows. */
export type Loaders = {
  readonly campaign: DataLoader<string, Campaign>;
  readonly version: DataLoader<string, CampaignVersion>;
  readonly campaignVersionPage: DataLoader<CampaignVersionsAsked, Page<CampaignVersion>, string>;
  readonly approvalRequest: DataLoader<string, ApprovalRequest>;
  /** The thread of an approval request. */
  readonly comments: DataLoader<string, ApprovalComment[]>;
  /** The policy by which the caller would have to request approval. */
  readonly policy: DataLoader<Campaign, ApprovalPolicy | null, string>;
  /** Of a version, with its fragments. */
  readonly content: DataLoader<VersionOfChannel, CampaignVersion["content"], string>;
  readonly fragmentVersion: DataLoader<string, FragmentVersion>;
  readonly fragmentVersionPage: DataLoader<VersionsAsked, Page<FragmentVersion>, string>;
  readonly configuration: DataLoader<string, ChannelConfiguration>;
  readonly healthConditions: DataLoader<Campaign, HealthCondition[], string>;
  readonly stats: DataLoader<StatsScope, DeliveryStats, string>;
  readonly identities: DataLoader<string, ProfileIdentity[]>;
  readonly consents: DataLoader<string, ProfileConsent[]>;
  readonly historyPage: DataLoader<HistoryAsked, Page<AuditEntry>, string>;
  readonly execution: DataLoader<string, Execution>;
  readonly executionPage: DataLoader<{ readonly campaignId: string; readonly page: PageInput }, Page<Execution>, string>;
  readonly messagePage: DataLoader<{ readonly execution: Execution; readonly filter: MessageFilter }, Page<Message>, string>;
};

export function createLoaders(ctx: Context): Loaders {
  return {
    campaign: new DataLoader((ids) => loadCampaigns(ctx, ids)),
    version: byId((ids) => findVersions(ctx, ids)),
    campaignVersionPage: new DataLoader((asked) => findVersionPages(ctx, asked), {
      cacheKeyFn: (key) => JSON.stringify([key.campaignId, key.page]),
    }),
    approvalRequest: byId((ids) => findApprovalRequests(ctx, ids)),
    comments: listsBy(
      (ids) => findApprovalComments(ctx, ids),
      (comment) => comment.requestId,
    ),
    policy: new DataLoader((campaigns) => findPoliciesFor(ctx, campaigns), { cacheKeyFn: (campaign) => campaign.id }),
    content: new DataLoader((asked) => withFragmentsOfAll(ctx, asked.map(toContent)), {
      cacheKeyFn: ({ version }) => version.id,
    }),
    fragmentVersion: byId((ids) => findFragmentVersions(ctx, ids)),
    fragmentVersionPage: new DataLoader((asked) => findFragmentVersionPages(ctx, asked), {
      cacheKeyFn: (key) => JSON.stringify([key.fragmentId, key.page]),
    }),
    configuration: byId((ids) => findChannelConfigurations(ctx, ids)),
    stats: new DataLoader((scopes) => findStats(ctx, scopes), { cacheKeyFn: (scope) => scope.executionId ?? scope.campaignId }),
    identities: listsBy(
      (ids) => findIdentities(ctx, ids),
      (identity) => identity.profileId,
    ),
    consents: listsBy(
      (ids) => findConsents(ctx, ids),
      (consent) => consent.profileId,
    ),
    healthConditions: new DataLoader((campaigns) => findHealthConditions(ctx, campaigns), { cacheKeyFn: ({ id }) => id }),
    historyPage: new DataLoader((asked) => findHistories(ctx, asked), {
      cacheKeyFn: (key) => JSON.stringify([key.campaignId, key.page]),
    }),
    execution: byId((ids) => findExecutions(ctx, ids)),
    executionPage: new DataLoader((asked) => findExecutionPages(ctx, asked), {
      cacheKeyFn: (key) => JSON.stringify([key.campaignId, key.page]),
    }),
    messagePage: new DataLoader((asked) => findMessagePages(ctx, asked), {
      cacheKeyFn: (key) => JSON.stringify([key.execution.id, key.filter]),
    }),
  };
}

/** One that was deleted, or has left the caller's reach since its id was read, is an answer and no bug. */
async function loadCampaigns(ctx: Context, ids: readonly string[]): Promise<(Campaign | Error)[]> {
  const rows = new Map((await findCampaigns(ctx, ids)).map((row) => [row.id, row]));
  return ids.map((id) => rows.get(id) ?? notFound("CAMPAIGN_NOT_FOUND", `There is no campaign ${id}.`, { id }));
}

function toContent({ channel, version }: VersionOfChannel): ContentOfChannel {
  return { channel, content: version.content ?? null };
}

function byId<T extends { id: string }>(find: (ids: readonly string[]) => Promise<T[]>): DataLoader<string, T> {
  return new DataLoader(async (ids) => {
    const rows = new Map((await find(ids)).map((row) => [row.id, row]));
    return ids.map((id) => {
      const row = rows.get(id);
      invariant(row, `row ${id} is missing`);
      return row;
    });
  });
}

function listsBy<T>(find: (ids: readonly string[]) => Promise<T[]>, ownerOf: (row: T) => string): DataLoader<string, T[]> {
  return new DataLoader(async (ids) => {
    const rows = Map.groupBy(await find(ids), ownerOf);
    return ids.map((id) => rows.get(id) ?? []);
  });
}
