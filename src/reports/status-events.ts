import type { CampaignStatus } from "../campaigns/index.ts";
import { type Context, outlast, parseInstant, run } from "../storage/index.ts";
import { pagesOf } from "./pages-of.ts";
import { selectStatusEvents } from "./sql/select-status-events.ts";

/** A campaign went from one status to another. */
export type StatusEvent = {
  /** Its place in the trail: a decimal number. */
  readonly position: string;
  readonly campaignId: string;
  readonly from: CampaignStatus;
  readonly to: CampaignStatus;
  readonly reason: string | null;
  readonly at: Date;
  readonly actor: string;
};

/** What lies after one place in the trail, up to another. Null is every campaign. */
export type StatusStretch = {
  readonly campaignId: string | null;
  readonly after: string;
  readonly until: string;
  readonly limit: number;
};

const pageRows = 500;

/** Changes of campaigns within the actor's reach, oldest first, however many. */
export function findStatusEvents(
  { context, ending }: { readonly context: () => Pick<Context, "em" | "actor">; readonly ending: AbortSignal },
  stretch: Omit<StatusStretch, "limit">,
): AsyncGenerator<StatusEvent[]> {
  return pagesOf(pageRows, async (last) => {
    const page = { ...stretch, after: last?.position ?? stretch.after, limit: pageRows };
    const rows = await outlast(ending, () => {
      const ctx = context();
      return run(ctx, selectStatusEvents(page, ctx.actor));
    });
    return rows.map((row) => ({ ...row, at: parseInstant(row.at) }));
  });
}
