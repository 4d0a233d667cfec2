import { Arg, Ctx, FieldResolver, Int, Query, Resolver, Root, Subscription } from "type-graphql";
import { type AuditEntry, checkHistoryPage, listAuditTrail } from "../../../audit/index.ts";
import { encodeCursor } from "../../../base/index.ts";
import type { Campaign } from "../../../campaigns/index.ts";
import { CampaignType } from "../campaigns/campaign.type.ts";
import { type ConnectionOf, toConnection } from "../shared/connection.ts";
import { NeedsFirst } from "../shared/precondition.ts";
import type { RequestContext } from "../shared/request-context.ts";
import { iterate, type Started } from "../shared/subscription.ts";
import { AuditEntryConnection, AuditEntryType, AuditFilterInputType } from "./audit.type.ts";

type StreamArgs = { readonly filter?: AuditFilterInputType | null; readonly after?: string | null };

@Resolver()
export class AuditResolver {
  @Query(() => AuditEntryConnection, {
    description: "Who changed what, newest first. Large answers: GET /audit.ndjson takes the same filter.",
  })
  async auditTrail(
    @Arg("filter", () => AuditFilterInputType, { nullable: true, description: "Default: everything." })
    filter: AuditFilterInputType | null,
    @Arg("first", () => Int, { nullable: true, description: "1 to 500; default 50." }) first: number | null,
    @Arg("after", () => String, { nullable: true, description: "A cursor: only older entries." }) after: string | null,
    @Ctx() ctx: RequestContext,
  ): Promise<ConnectionOf<AuditEntry>> {
    return toConnection(await listAuditTrail(ctx, { filter, first, after }), after);
  }

  @Subscription(() => AuditEntryType, {
    name: "auditTrail",
    description:
      "Entries as they are committed, in their order. With `after`, the cursor of the last one that was seen, nothing is missed and nothing told twice.",
    subscribe: ({ args, context }: Started<StreamArgs>) =>
      iterate(context, () => context.services.watchAuditTrail(context, args)),
  })
  auditTrailEntry(
    @Root() entry: AuditEntry,
    @Arg("filter", () => AuditFilterInputType, { nullable: true, description: "Default: everything." })
    _filter: AuditFilterInputType | null,
    @Arg("after", () => String, { nullable: true, description: "A cursor: first all newer entries." }) _after: string | null,
  ): AuditEntry {
    return entry;
  }
}

@Resolver(() => AuditEntryType)
export class AuditEntryResolver {
  @FieldResolver(() => String)
  cursor(@Root() entry: AuditEntry): string {
    return encodeCursor(entry.position);
  }
}

@Resolver(() => CampaignType)
export class CampaignHistoryResolver {
  @NeedsFirst((ctx, page) => checkHistoryPage(ctx, page))
  @FieldResolver(() => AuditEntryConnection, {
    description: "Its part of the audit trail, newest first. Needs the permission audit:read.",
  })
  async history(
    @Root() campaign: Campaign,
    @Arg("first", () => Int, { nullable: true, description: "1 to 500; default 50." }) first: number | null,
    @Arg("after", () => String, { nullable: true, description: "A cursor: only older entries." }) after: string | null,
    @Ctx() ctx: RequestContext,
  ): Promise<ConnectionOf<AuditEntry>> {
    return toConnection(await ctx.loaders.historyPage.load({ campaignId: campaign.id, page: { first, after } }), after);
  }
}
