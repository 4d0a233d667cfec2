import type { Issue } from "../base/index.ts";
import type { ChannelConfiguration } from "../channels/index.ts";
import type { FullReview, SampleData } from "../content/index.ts";
import type { Campaign } from "./campaign.entity.ts";
import type { CampaignVersion } from "./campaign-version.entity.ts";

export type Review = {
  readonly issues: readonly Issue[];
  /** Whether no issue is an ERROR. */
  readonly canActivate: boolean;
  /** Every profile and context variable that the content uses. */
  readonly variables: readonly string[];
  /** A value for each of them, as a call would send it. */
  readonly sampleData: SampleData;
};

export type ReviewInput = {
  readonly campaign: Pick<Campaign, "title" | "channel" | "category" | "activatedAt">;
  /** `activatedAt` is null while nothing of it went live. */
  readonly version: Pick<CampaignVersion, "startAt" | "endAt" | "activatedAt">;
  /** Null when it was removed. */
  readonly configuration: Pick<ChannelConfiguration, "name" | "channel" | "category" | "active"> | null;
  readonly now: Date;
  /** What was found in its content and contextSchema. */
  readonly found: FullReview;
};

/** Everything that stands between this version and its activation, and what is merely worth knowing. Pure. */
export function checkCampaign(input: ReviewInput): Review {
  const { schemaIssues, issues, variables, sampleData } = input.found;
  const settings = [...checkTitle(input), ...checkConfiguration(input), ...checkDates(input)];
  return toReview({ variables, sampleData, issues: [...settings, ...schemaIssues, ...issues] });
}

export function toReview({ issues, variables, sampleData }: Omit<Review, "canActivate">): Review {
  return { issues, variables, sampleData, canActivate: !issues.some((issue) => issue.severity === "ERROR") };
}

/** Saving refuses it already: for what came into the database in another way. */
function checkTitle({ campaign }: ReviewInput): Issue[] {
  if (campaign.title.trim() !== "") return [];
  return [{ severity: "ERROR", code: "CAMPAIGN_TITLE_EMPTY", path: "title", message: "Give the campaign a title." }];
}

function checkConfiguration({ campaign, configuration }: ReviewInput): Issue[] {
  const fault = (code: string, message: string): Issue => ({ severity: "ERROR", code, path: "channelConfiguration", message });
  if (!configuration) return [fault("CONFIGURATION_MISSING", "The channel configuration is gone: choose another.")];
  const issues: Issue[] = [];
  if (!configuration.active)
    issues.push(fault("CONFIGURATION_INACTIVE", `The channel configuration ${configuration.name} is not active.`));
  if (configuration.channel !== campaign.channel)
    issues.push(
      fault(
        "CONFIGURATION_CHANNEL",
        `The channel configuration ${configuration.name} is for ${configuration.channel}, the campaign for ${campaign.channel}.`,
      ),
    );
  if (configuration.category && configuration.category !== campaign.category)
    issues.push(
      fault(
        "CONFIGURATION_CATEGORY",
        `The channel configuration ${configuration.name} is for ${configuration.category} campaigns only.`,
      ),
    );
  return issues;
}

function checkDates({ campaign, version, now }: ReviewInput): Issue[] {
  const { startAt, endAt } = version;
  if (startAt && endAt && startAt >= endAt)
    return [{ severity: "ERROR", code: "DATES_REVERSED", path: "endAt", message: "The end lies before the start." }];
  if (endAt && endAt <= now) {
    const message = `The end, ${endAt.toISOString()}, is already past: move it or leave it empty.`;
    return [{ severity: "ERROR", code: "END_PAST", path: "endAt", message }];
  }
  if (!startAt || startAt > now || campaign.activatedAt || version.activatedAt) return [];
  const message = `The start, ${startAt.toISOString()}, is already past: once activated, the campaign is LIVE at once.`;
  return [{ severity: "WARNING", code: "START_PAST", path: "startAt", message }];
}
