import { type FilterQuery, LockMode } from "@mikro-orm/postgresql";
import { isWithinReach } from "../access/index.ts";
import { conflict, invariant, isId, notFound } from "../base/index.ts";
import { type Context, run } from "../storage/index.ts";
import { type Campaign, CampaignSchema } from "./campaign.entity.ts";
import { type CampaignVersion, CampaignVersionSchema } from "./campaign-version.entity.ts";
import { liftLockWait, limitLockWait } from "./sql/limit-lock-wait.ts";
import { type ActionState, availableActions, type CampaignAction, refusalOf } from "./status.ts";

type Asker = Pick<Context, "em" | "actor">;

export async function getCampaign(ctx: Asker, id: string): Promise<Campaign> {
  return found(ctx, id, isId(id) ? await ctx.em.findOne(CampaignSchema, { id }) : null);
}

/** Reads the campaign and keeps others from changing it until the transaction ends. */
export async function lockCampaign(ctx: Asker, id: string): Promise<Campaign> {
  const options = { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true } as const;
  return found(ctx, id, isId(id) ? await ctx.em.findOne(CampaignSchema, { id }, options) : null);
}

/** The same for whoever must not be held up: throws what `isHeldByAnother` knows when somebody has it for longer than this. */
export async function lockCampaignWithin(ctx: Context, id: string, milliseconds: number): Promise<Campaign> {
  await run(ctx, limitLockWait(milliseconds));
  const campaign = await lockCampaign(ctx, id);
  await run(ctx, liftLockWait());
  return campaign;
}

function found(ctx: Asker, id: string, campaign: Campaign | null): Campaign {
  if (!campaign || !isWithinReach(ctx.actor, campaign))
    throw notFound("CAMPAIGN_NOT_FOUND", `There is no campaign ${id}.`, { id });
  return campaign;
}

/** Whether there is such a campaign within the caller's reach. Asks the database only for callers who have limits. */
export async function isCampaignVisible(ctx: Asker, id: string): Promise<boolean> {
  return ctx.actor.reach === null || (await ctx.em.count(CampaignSchema, { $and: [{ id }, whereVisible(ctx)] })) > 0;
}

/** `isWithinReach` as a condition. */
export function whereVisible({ actor: { reach } }: Pick<Context, "actor">): FilterQuery<Campaign> {
  if (reach === null) return {};
  const isNamed: FilterQuery<Campaign> = reach.campaignIds ? { id: { $in: [...reach.campaignIds] } } : {};
  const isLabelled: FilterQuery<Campaign> = reach.labels
    ? { $or: [{ labels: { $contained: [] } }, { labels: { $overlap: [...reach.labels] } }] }
    : {};
  return { $and: [isNamed, isLabelled] };
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

export type Standing = Pick<Campaign, "status" | "draftVersionId" | "approvalRequestId">;

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
