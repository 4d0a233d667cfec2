import { type ApprovalRequest, findChangedRequests, isApprover } from "../approvals/index.ts";
import { type Context, databaseNow, endable, looks, type News, type NewsDesk, outlast } from "../storage/index.ts";
import { pagesOf } from "./pages-of.ts";
import { createSieve } from "./sieve.ts";

export type ApprovalsInput = {
  readonly campaignId?: string | null;
  /** Only those of which the reader is an approver. */
  readonly mine?: boolean | null;
};

export type ApprovalsWatch = ApprovalsInput & { readonly asker: Context };

type WatchOptions = { readonly news: NewsDesk; readonly context: () => Context };

const requestsPerPage = 100;

/** The open requests, then every request whenever it changed; several changes at once are one. */
export function watchApprovals(options: WatchOptions, watching: ApprovalsWatch): AsyncGenerator<ApprovalRequest> {
  return endable((ending) => approvalsUntil(options, watching, ending));
}

async function* approvalsUntil(
  { news, context }: WatchOptions,
  { campaignId = null, mine, asker }: ApprovalsWatch,
  ending: AbortSignal,
): AsyncGenerator<ApprovalRequest, void, undefined> {
  const beganAt = await outlast(ending, () => databaseNow(context()));
  const fresh = createSieve<ApprovalRequest>(beganAt, {
    keyOf: (request) => `${request.id} ${request.status} ${request.updatedAt.getTime()}`,
    atOf: (request) => request.updatedAt,
    isShownFirst: (request) => request.status === "OPEN",
  });
  const concerns = (item: News) => item.topic === "approval" && (campaignId === null || item.campaignId === campaignId);
  let withOpen = true;
  for await (const _look of looks({ news, concerns, ending })) {
    const looking = { campaignId, since: fresh.since, withOpen, limit: requestsPerPage };
    const pages = pagesOf<ApprovalRequest>(requestsPerPage, (last) =>
      outlast(ending, () => findChangedRequests({ em: context().em, actor: asker.actor }, { ...looking, last })),
    );
    for await (const page of pages)
      for (const request of fresh.sift(page)) if (!mine || isApprover(request, asker.actor)) yield request;
    withOpen = false;
    fresh.endLook();
  }
}
