import { type ApprovalRequest, findChangedRequests, isApprover } from "../approvals/index.ts";
import { isCampaignVisible } from "../campaigns/index.ts";
import { type Context, databaseNow, type News, type NewsDesk } from "../storage/index.ts";
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
  { campaignId = null, mine, asker }: ApprovalsInput & { readonly asker: Context },
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
    for (const request of fresh.sift(found)) {
      const isWanted = !mine || isApprover(request, asker.actor);
      if (isWanted && (await isCampaignVisible({ em: options.context().em, actor: asker.actor }, request.campaignId)))
        yield request;
    }
    fresh.endLook();
  }
}
