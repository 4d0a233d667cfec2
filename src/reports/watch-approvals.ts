import { type ApprovalRequest, findChangedRequests, isApprover } from "../approvals/index.ts";
import { type Context, databaseNow, type News, type NewsDesk } from "../storage/index.ts";
import { pagesOf } from "./pages-of.ts";
import { createSieve } from "./sieve.ts";
import { watchNews } from "./watch.ts";

export type ApprovalsInput = {
  readonly campaignId?: string | null;
  /** Only those of which the reader is an approver. */
  readonly mine?: boolean | null;
};

type WatchOptions = { readonly news: NewsDesk; readonly context: () => Context };

const requestsPerPage = 500;

/** The open requests, then every request whenever it changed; several changes at once are one. */
export async function* watchApprovals(
  options: WatchOptions,
  { campaignId = null, mine, asker }: ApprovalsInput & { readonly asker: Context },
): AsyncGenerator<ApprovalRequest> {
  const beganAt = await databaseNow(options.context());
  const fresh = createSieve<ApprovalRequest>(beganAt, {
    keyOf: (request) => `${request.id} ${request.status} ${request.updatedAt.getTime()}`,
    atOf: (request) => request.updatedAt,
    isShownFirst: (request) => request.status === "OPEN",
  });
  const concerns = (item: News) => item.topic === "approval" && (campaignId === null || item.campaignId === campaignId);
  let withOpen = true;
  for await (const _look of watchNews(options.news, concerns)) {
    const looking = { campaignId, since: fresh.since, withOpen, limit: requestsPerPage };
    const pages = pagesOf<ApprovalRequest>(requestsPerPage, (last) =>
      findChangedRequests({ em: options.context().em, actor: asker.actor }, { ...looking, last }),
    );
    for await (const page of pages)
      for (const request of fresh.sift(page)) if (!mine || isApprover(request, asker.actor)) yield request;
    withOpen = false;
    fresh.endLook();
  }
}
