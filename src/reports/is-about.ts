import type { News } from "../storage/index.ts";

/** Whether news tells of messages of a campaign. */
export const isAbout = (campaignId: string) => (item: News) =>
  (item.topic === "messages" || item.topic === "queued") && item.campaignIds.includes(campaignId);
