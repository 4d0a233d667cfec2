import { LockMode } from "@mikro-orm/postgresql";
import { conflict, invariant, isId, notFound } from "../base/index.ts";
import type { Context } from "../storage/index.ts";
import { type Campaign, CampaignSchema } from "./campaign.entity.ts";
import { type CampaignVersion, CampaignVersionSchema } from "./campaign-version.entity.ts";
import { type ActionState, availableActions, type CampaignAction, refusalOf } from "./status.ts";

export async function getCampaign(ctx: Pick<Context, "em">, id: string): Promise<Campaign> {
  return found(id, isId(id) ? await ctx.em.findOne(CampaignSchema, { id }) : null);
}

/** Reads the campaign and keeps others from changing it until the transaction ends. */
export async function lockCampaign(ctx: Pick<Context, "em">, id: string): Promise<Campaign> {
  const options = { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true } as const;
  return found(id, isId(id) ? await ctx.em.findOne(CampaignSchema, { id }, options) : null);
}

function found(id: string, campaign: Campaign | null): Campaign {
  if (!campaign) throw notFound("CAMPAIGN_NOT_FOUND", `There is no campaign ${id}.`, { id });
  return campaign;
}

export async function getVersion(ctx: Pick<Context, "em">, id: string): Promise<CampaignVersion> {
  const version = await ctx.em.findOne(CampaignVersionSchema, { id });
  invariant(version, `campaign version ${id} is missing`);
  return version;
}

/** The draft, if there is one; otherwise what is live (or was). */
export function latestVersionId(campaign: Pick<Campaign, "id" | "draftVersionId" | "liveVersionId">): string {
  const id = campaign.draftVersionId ?? campaign.liveVersionId;
  invariant(id, `campaign ${campaign.id} has no version`);
  return id;
}

/** The live one, or the only one. */
export function presentVersionId(campaign: Pick<Campaign, "id" | "draftVersionId" | "liveVersionId">): string {
  const id = campaign.liveVersionId ?? campaign.draftVersionId;
  invariant(id, `campaign ${campaign.id} has no version`);
  return id;
}

type Standing = Pick<Campaign, "status" | "draftVersionId" | "approvalRequestId">;

function stateOf({ status, draftVersionId, approvalRequestId }: Standing): ActionState {
  if (approvalRequestId) return { status, draft: "IN_REVIEW" };
  return { status, draft: draftVersionId ? "OPEN" : "NONE" };
}

export function actionsOf(campaign: Standing): CampaignAction[] {
  return availableActions(stateOf(campaign));
}

/** Throws ACTION_NOT_ALLOWED with what can be done instead. */
export function requireAction(campaign: Campaign, action: CampaignAction): void {
  const state = stateOf(campaign);
  const refusal = refusalOf(state, action);
  if (refusal === null) return;
  const available = availableActions(state);
  throw conflict("ACTION_NOT_ALLOWED", `${action} is not possible ${refusal}. Possible now: ${available.join(", ")}.`, {
    action,
    status: campaign.status,
    availableActions: available,
  });
}
