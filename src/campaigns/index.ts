/**
 * Campaigns: what is authored, its versions, its review and its status. Letting one go out is the room `approvals`,
 * running one (pause, stop, rates) the room `executions`. Promises: a version that is live, in review or retired never
 * changes; a status changes only along the table in `status.ts`; two people editing the same draft cannot overwrite
 * each other silently.
 */
export { activateDraft } from "./activate-draft.ts";
export { archiveCampaign } from "./archive-campaign.ts";
export { type Campaign, CampaignSchema } from "./campaign.entity.ts";
export { type CreateCampaignInput, checkDeliveryRate, parseContent, type UpdateCampaignInput } from "./campaign-input.ts";
export {
  type CampaignVersion,
  CampaignVersionSchema,
  type MissingContext,
  missingContextChoices,
  type OnUncertain,
  onUncertainChoices,
} from "./campaign-version.entity.ts";
export { changeStatus } from "./change-status.ts";
export type { VersionChange } from "./changed-paths.ts";
export type { Review } from "./check-campaign.ts";
export { compareVersions, type VersionComparison } from "./compare-versions.ts";
export { createCampaign } from "./create-campaign.ts";
export { deleteCampaign } from "./delete-campaign.ts";
export { discardDraft } from "./discard-draft.ts";
export { duplicateCampaign } from "./duplicate-campaign.ts";
export { findCampaign, findCampaigns, findVersions, listCampaigns } from "./list-campaigns.ts";
export { type CampaignVersionsAsked, findVersionPages } from "./list-versions.ts";
export {
  actionsOf,
  getCampaign,
  getVersion,
  isCampaignVisible,
  latestVersionId,
  lockCampaign,
  lockCampaignWithin,
  presentVersionId,
  requireAction,
} from "./load-campaign.ts";
export { localTimeOf } from "./local-time.ts";
export { noPastLabels } from "./past-labels.ts";
export { permittedActions } from "./permitted-actions.ts";
export { restoreVersion } from "./restore-version.ts";
export { reviewWith } from "./review-campaign.ts";
export { reviewContent } from "./review-content.ts";
export { beginReview, endReview } from "./review-draft.ts";
export { selectCampaignsToComplete, selectCampaignsToStart } from "./sql/select-due-campaigns.ts";
export { type DueCampaign, startDueCampaign } from "./start-due-campaign.ts";
export {
  type CampaignAction,
  type CampaignStatus,
  campaignActions,
  campaignStatuses,
  isEnded,
  type VersionStatus,
  versionStatuses,
} from "./status.ts";
export { unarchiveCampaign } from "./unarchive-campaign.ts";
export { type LabelChange, updateCampaign } from "./update-campaign.ts";
