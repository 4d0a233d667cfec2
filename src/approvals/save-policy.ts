import { z } from "zod";
import { ApiKeySchema, roles } from "../access/index.ts";
import {
  categories,
  channels,
  conflict,
  createId,
  invalid,
  isId,
  type Loose,
  nameOfCopy,
  notFound,
  parseInput,
  requireRevision,
  sentFields,
  storableText,
  storableTextOrEmpty,
} from "../base/index.ts";
import { type Context, changesBetween, inTransaction, recordEvent, run } from "../storage/index.ts";
import { type ApprovalPolicy, ApprovalPolicySchema } from "./approval-policy.entity.ts";
import { requirePolicyKeeper } from "./require-policy-keeper.ts";
import { lockPolicies } from "./sql/lock-policies.ts";

const listMax = 100;
const list = <T extends z.ZodType>(item: T) =>
  z
    .array(item)
    .max(listMax)
    .nullish()
    .transform((items) => [...new Set(items ?? [])]);
const role = z.enum(roles);

const nameSchema = z.string().trim().pipe(storableText(200));

const inputSchema = z
  .object({
    id: z.string().nullish(),
    expectedRevision: z.int().nullish(),
    name: nameSchema,
    description: storableTextOrEmpty(5000).nullish(),
    categories: list(z.enum(categories)),
    channels: list(z.enum(channels)),
    tags: list(z.string().trim().pipe(storableText(50))),
    titleContains: z.string().trim().pipe(storableText(200)).nullish(),
    requesterIds: list(z.uuid()),
    requesterRoles: list(role),
    approverIds: list(z.uuid()),
    approverRoles: list(role),
    blockSelfApproval: z.boolean().nullish(),
  })
  .refine(
    ({ approverIds, approverRoles }) => approverIds.length + approverRoles.length > 0,
    "approverIds or approverRoles must name somebody: otherwise nobody could approve",
  );

type Saving = z.output<typeof inputSchema>;
type PolicyFields = Omit<ApprovalPolicy, "id" | "revision" | "activatedAt" | "createdAt" | "updatedAt">;
/** The name is needed for a new one. */
export type SaveApprovalPolicyInput = Loose<z.input<typeof inputSchema>>;

/** What sending null empties. */
const emptiable = new Set([
  ...["description", "categories", "channels", "tags", "titleContains"],
  ...["requesterIds", "requesterRoles", "approverIds", "approverRoles"],
]);

/** A new policy, not yet in force, or a change of what was sent of one that is not in force: what people rely on is deactivated first. */
export async function saveApprovalPolicy(ctx: Context, input: SaveApprovalPolicyInput): Promise<ApprovalPolicy> {
  requirePolicyKeeper(ctx);
  return inTransaction(ctx, async (tx) => {
    await run(tx, lockPolicies());
    const before = input.id ? { ...(await getPolicy(tx, input.id)) } : null;
    const saving = parseInput(inputSchema, { ...(before && recorded(before)), ...sentFields(input, emptiable) });
    await requireFreeName(tx, saving);
    await requireKeys(tx, [...saving.approverIds, ...saving.requesterIds]);
    const policy = saving.id ? await changedPolicy(tx, saving, saving.id) : newPolicy(tx, fieldsOf(saving));
    return storePolicy(tx, policy, before);
  });
}

/** A copy of any policy, not in force: to be changed, and then put in force instead of the other. */
export async function duplicateApprovalPolicy(
  ctx: Context,
  input: { readonly id: string; readonly name?: string | null },
): Promise<ApprovalPolicy> {
  requirePolicyKeeper(ctx);
  return inTransaction(ctx, async (tx) => {
    await run(tx, lockPolicies());
    const original = await getPolicy(tx, input.id);
    const name = parseInput(nameSchema, input.name ?? nameOfCopy(original.name));
    await requireFreeName(tx, { name });
    return storePolicy(tx, newPolicy(tx, { ...recorded(original), name }), null);
  });
}

async function storePolicy(ctx: Context, policy: ApprovalPolicy, before: ApprovalPolicy | null): Promise<ApprovalPolicy> {
  await ctx.em.persist(policy).flush();
  const { id: policyId, name, revision } = policy;
  const changes = changesBetween(before && recorded(before), recorded(policy));
  await recordEvent(ctx, { type: "approval-policy.saved", campaignId: null, data: { policyId, name, revision }, changes });
  return policy;
}

/** What its author wrote: what the audit trail tells of a policy, and what a copy has too. */
function recorded(policy: ApprovalPolicy): PolicyFields {
  const { name, description, categories: ofCategories, channels: onChannels, tags, titleContains } = policy;
  const { requesterIds, requesterRoles, approverIds, approverRoles, blockSelfApproval } = policy;
  return {
    ...{ name, description, categories: ofCategories, channels: onChannels, tags, titleContains },
    ...{ requesterIds, requesterRoles, approverIds, approverRoles, blockSelfApproval },
  };
}

function newPolicy(ctx: Context, fields: PolicyFields): ApprovalPolicy {
  const now = ctx.clock.now();
  return ctx.em.create(ApprovalPolicySchema, {
    ...{ id: createId(), ...fields, revision: 1, activatedAt: null, createdAt: now, updatedAt: now },
  });
}

async function changedPolicy(ctx: Context, saving: Saving, id: string): Promise<ApprovalPolicy> {
  const policy = await getPolicy(ctx, id);
  requireInactive(policy, "changed");
  requireRevision("policy", policy, saving.expectedRevision);
  Object.assign(policy, fieldsOf(saving), { revision: policy.revision + 1, updatedAt: ctx.clock.now() });
  return policy;
}

function fieldsOf({ id: _id, expectedRevision: _revision, ...fields }: Saving): PolicyFields {
  const { description, titleContains, blockSelfApproval } = fields;
  return {
    ...fields,
    ...{ description: description ?? null, titleContains: titleContains ?? null, blockSelfApproval: blockSelfApproval ?? true },
  };
}

async function requireFreeName(
  ctx: Context,
  { id, name }: { readonly id?: string | null | undefined; readonly name: string },
): Promise<void> {
  const other = await ctx.em.findOne(ApprovalPolicySchema, { name });
  if (other && other.id !== id)
    throw conflict("NAME_TAKEN", `There is an approval policy ${name} already: choose another name.`, { name });
}

/** A mistyped id would be an approver who never comes. */
async function requireKeys(ctx: Context, ids: readonly string[]): Promise<void> {
  const found = await ctx.em.find(ApiKeySchema, { id: { $in: [...ids] } });
  const missing = ids.filter((id) => !found.some((key) => key.id === id && !key.revokedAt));
  if (missing.length === 0) return;
  throw invalid("INPUT_INVALID", `There is no API key ${missing.join(", ")}, or it was revoked.`, { ids: missing });
}

export async function getPolicy(ctx: Pick<Context, "em">, id: string): Promise<ApprovalPolicy> {
  const policy = isId(id) ? await ctx.em.findOne(ApprovalPolicySchema, { id }, { refresh: true }) : null;
  if (!policy) throw notFound("APPROVAL_POLICY_NOT_FOUND", `There is no approval policy ${id}.`, { id });
  return policy;
}

export function requireInactive(policy: ApprovalPolicy, done: string): void {
  if (policy.activatedAt === null) return;
  throw conflict("ACTION_NOT_ALLOWED", `The policy ${policy.name} is in force and cannot be ${done}: deactivate it first.`, {
    policyId: policy.id,
  });
}
