import { type ApprovalRequest, findChangedRequests, isApprover } from "../approvals/index.ts";
import { type Actor, type Context, databaseNow, type News, type NewsDesk } from "../storage/index.ts";
import { createSieve } from "./sieve.ts";
import { watchNews } from "./watch.ts";

export type ApprovalsInput = {
  readonly campaignId?: string | null;
  /** Only those of which the reader is an approver. */
  readonly mine?: boolean | null;
};

type WatchOptions = { readonly news: NewsDesk; readonly context: () => Context };

/** The open requests, then every request whenever it changed; several changes at once are one. */
export async function* watchApprovals(
  options: WatchOptions,
  { campaignId = null, mine, actor }: ApprovalsInput & { readonly actor: Actor },
): AsyncGenerator<ApprovalRequest> {
  const beganAt = await databaseNow(options.context());
  const fresh = createSieve<ApprovalRequest>(beganAt, {
    keyOf: (request) => `${request.id} ${request.status} ${request.updatedAt.getTime()}`,
    atOf: (request) => request.updatedAt,
  });
  const concerns = (item: News) => item.topic === "approval" && (campaignId === null || item.campaignId === campaignId);
  let withOpen = true;
  for await (const _look of watchNews(options.news, concerns)) {
    const found = await findChangedRequests(options.context(), { campaignId, since: fresh.since, withOpen });
    withOpen = false;
    for (const request of fresh.sift(found)) if (!mine || isApprover(request, actor)) yield request;
    fresh.endLook();
  }
}
