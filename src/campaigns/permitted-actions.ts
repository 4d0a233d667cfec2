import type { Permission } from "../access/index.ts";
import type { Actor } from "../storage/index.ts";
import { actionsOf, type Standing } from "./load-campaign.ts";
import type { CampaignAction } from "./status.ts";

const write = ["campaigns:write"] as const;
const publish = ["campaigns:publish"] as const;
const partake = ["campaigns:write", "campaigns:publish"] as const;

/** Any one of these is needed to ask for it: the same that the use cases require. */
const permissionsFor: Readonly<Record<CampaignAction, readonly Permission[]>> = {
  UPDATE: write,
  RESTORE_VERSION: write,
  DISCARD_DRAFT: write,
  REQUEST_APPROVAL: partake,
  APPROVE: publish,
  REQUEST_CHANGES: publish,
  CANCEL_APPROVAL_REQUEST: partake,
  ACTIVATE: publish,
  EXECUTE: ["campaigns:execute"],
  SET_DELIVERY_RATE: publish,
  PAUSE: publish,
  RESUME: publish,
  STOP: publish,
  ARCHIVE: write,
  UNARCHIVE: write,
  DELETE: write,
  DUPLICATE: write,
};

/** What this actor can ask of a campaign now: what its status allows, of that what its permissions do. Pure. */
export function permittedActions(
  campaign: Standing,
  { permissions, reach }: Pick<Actor, "permissions" | "reach">,
): CampaignAction[] {
  return actionsOf(campaign).filter(
    (action) =>
      permissionsFor[action].some((permission) => permissions.has(permission)) &&
      // Whoever is limited to some campaigns makes no others.
      (action !== "DUPLICATE" || !reach?.campaignIds),
  );
}
