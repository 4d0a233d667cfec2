import type { CampaignContent } from "../content/index.ts";
import type { Campaign } from "./campaign.entity.ts";
import type { CampaignVersion } from "./campaign-version.entity.ts";

/** What the audit trail tells of a campaign and one of its versions: everything that an author writes. */
export function recordedFields(campaign: Campaign, version: CampaignVersion): Readonly<Record<string, unknown>> {
  const { title, description, tags, labels, category, channel, deliveryRate } = campaign;
  const { channelConfigurationId, namespace, createProfiles, highThroughput, onUncertain, missingContext } = version;
  const { contextSchema, startAt, endAt, timeZone, oneShot, content } = version;
  return {
    ...{ title, description, tags, labels, category, channel, deliveryRate },
    ...{ channelConfigurationId, namespace, createProfiles, highThroughput, onUncertain, missingContext },
    // As one value: what differs inside is for whoever compares the versions.
    contextSchema: contextSchema && JSON.stringify(contextSchema),
    ...{ startAt, endAt, timeZone, oneShot },
    content: content && writtenContent(content),
  };
}

/** Without what was compiled or put in. */
function writtenContent({ email, sms, push }: CampaignContent): CampaignContent {
  if (!email) return { sms: sms ?? null, push: push ?? null };
  const { compiled: _made, ...written } = email;
  return { email: written, sms: sms ?? null, push: push ?? null };
}
