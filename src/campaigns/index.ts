/**
 * Campaigns: what is authored, its versions, its review and its status. Running one (pause, stop, rates) is the
 * room `executions`. Promises: a live version never changes; a status changes only along the table in `status.ts`;
 * two people editing the same draft cannot overwrite each other silently.
 */
export { activateCampaign } from "./activate-campaign.ts";
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
export type { Review } from "./check-campaign.ts";
export { createCampaign } from "./create-campaign.ts";
export { deleteCampaign } from "./delete-campaign.ts";
export { duplicateCampaign } from "./duplicate-campaign.ts";
export { findCampaign, findCampaigns, findVersions, listCampaigns } from "./list-campaigns.ts";
export {
  actionsOf,
  getCampaign,
  getVersion,
  isCampaignVisible,
  latestVersionId,
  lockCampaign,
  presentVersionId,
  requireAction,
} from "./load-campaign.ts";
export { reviewWith } from "./review-campaign.ts";
export { reviewContent } from "./review-content.ts";
export { selectCampaignsToComplete } from "./sql/select-due-campaigns.ts";
export { startDueCampaigns } from "./start-due-campaigns.ts";
export {
  type CampaignAction,
  type CampaignStatus,
  campaignActions,
  campaignStatuses,
  isEnded,
  type VersionStatus,
  versionStatuses,
} from "./status.ts";
export { updateCampaign } from "./update-campaign.ts";
