import type { Page } from "../../base/index.ts";
import {
  type ExcludedRecipient,
  type Execution,
  executionStatus,
  findExcluded,
  findExecution,
  findMessagePages,
  findMessages,
  type Message,
  type MessageStatus,
  type RecipientType,
} from "../../executions/index.ts";
import { findStats } from "../../reports/index.ts";
import type { Context } from "../../storage/index.ts";
import type { ExecutionAccepted, ExecutionStatusAnswer, RecipientPage } from "./answer-schemas.ts";

/** So many of those excluded are named in the answer to a call. */
const excludedMax = 100;

const types: Readonly<Record<RecipientType, "aep" | "external">> = { PROFILE: "aep", EXTERNAL: "external" };

type Accepted = { readonly execution: Execution; readonly replayed: boolean };

/** The answer to a call that is committed. Nothing more is read unless somebody was excluded. */
export async function toAccepted(ctx: Context, { execution, replayed }: Accepted): Promise<ExecutionAccepted> {
  const { acceptedCount: accepted, excludedCount: excluded } = execution;
  const counts = { accepted, excluded, toSend: accepted - excluded };
  return { ...toRecord(execution), replayed, counts, ...(excluded > 0 ? await readExclusions(ctx, execution) : {}) };
}

async function readExclusions(ctx: Context, execution: Execution): Promise<Pick<ExecutionAccepted, "exclusions" | "excluded">> {
  const excluded = await findExcluded(ctx, execution, excludedMax);
  return { exclusions: await exclusionsOf(ctx, execution), excluded: excluded.map(toExcluded) };
}

async function exclusionsOf(ctx: Context, execution: Execution) {
  const [stats] = await findStats(ctx, [{ campaignId: execution.campaignId, executionId: execution.id }]);
  return [...(stats?.exclusions ?? [])];
}

function toExcluded({ userId, reason, detail }: ExcludedRecipient) {
  return { userId, reason, ...(detail === null ? {} : { detail }) };
}

function toRecord({ id, requestId, acceptedAt, actorId }: Execution) {
  const at = acceptedAt.toISOString();
  return { executionId: id, requestId, createdAt: at, createdBy: actorId, modifiedAt: at, modifiedBy: actorId };
}

/** Null when there is none. */
export async function readExecution(ctx: Context, id: string): Promise<ExecutionStatusAnswer | null> {
  const execution = await findExecution(ctx, { id });
  if (!execution) return null;
  const [stats] = await findStats(ctx, [{ campaignId: execution.campaignId, executionId: execution.id }]);
  if (!stats) return null;
  const { ratePerSecond: _rate, asOf: _asOf, exclusions, ...counts } = stats;
  return {
    ...toRecord(execution),
    campaignId: execution.campaignId,
    status: executionStatus(execution, ctx.clock.now()),
    counts,
    exclusions: [...exclusions],
    executeAt: instantOf(execution.executeAt),
    plannedFinishAt: instantOf(execution.plannedFinishAt),
    finishedAt: instantOf(execution.finishedAt),
  };
}

export type RecipientsAsked = {
  readonly first?: number | undefined;
  readonly after?: string | undefined;
  readonly status?: MessageStatus | undefined;
  readonly userId?: string | undefined;
};

/** In the order of the call. Null when there is no such execution. */
export async function readRecipients(ctx: Context, id: string, asked: RecipientsAsked): Promise<RecipientPage | null> {
  const execution = await findExecution(ctx, { id });
  if (!execution) return null;
  const page = await findPage(ctx, execution, asked);
  const endCursor = page.edges.at(-1)?.cursor ?? null;
  return {
    recipients: page.edges.map(({ node }) => toRecipientState(node)),
    pageInfo: { hasNextPage: page.hasNextPage, endCursor },
  };
}

async function findPage(
  ctx: Context,
  execution: Execution,
  { userId, status, ...page }: RecipientsAsked,
): Promise<Page<Message>> {
  if (userId === undefined) {
    const [found] = await findMessagePages(ctx, [{ execution, filter: { ...page, status: status ?? null } }]);
    return found ?? { edges: [], hasNextPage: false, totalCount: async () => 0 };
  }
  return findMessages(ctx, { ...page, filter: { executionId: execution.id, userId, status: status ? [status] : null } });
}

function toRecipientState(message: Message): RecipientPage["recipients"][number] {
  const { id, userId, namespace, address, status, exclusion, exclusionDetail, attempts, error, errorCode } = message;
  return {
    ...{ messageId: id, userId, namespace, type: types[message.recipientType], address, status },
    ...{ reason: exclusion, detail: exclusionDetail, attempts, error, errorCode },
    providerMessageId: message.providerMessageId,
    settledAt: instantOf(message.settledAt),
  };
}

function instantOf(at: Date | null): string | null {
  return at?.toISOString() ?? null;
}
