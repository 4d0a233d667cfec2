import { Arg, Ctx, FieldResolver, ID, Int, Query, Resolver, Root } from "type-graphql";
import { type Channel, channels, decodeCursor, invalid, memoise, pageSize, toPage } from "../../../base/index.ts";
import { parseContent, type Review, reviewContent } from "../../../campaigns/index.ts";
import type { RenderedMessage } from "../../../content/index.ts";
import {
  type ExecuteCampaignInput,
  previewContent,
  type RecipientInput,
  type RecipientVerdict,
  type Simulation,
  simulateExecution,
} from "../../../executions/index.ts";
import { CampaignContentInput } from "../campaigns/content.type.ts";
import { type ConnectionOf, toConnection } from "../shared/connection.ts";
import { ReviewType } from "../shared/issue.type.ts";
import type { RequestContext } from "../shared/request-context.ts";
import { ExecuteCampaignInputType, RecipientInputType } from "./execution.input.ts";
import { RecipientVerdictConnection, RecipientVerdictType, SimulationType } from "./execution.type.ts";
import { RenderedContentType, toRendered } from "./rendered-content.type.ts";

@Resolver(() => SimulationType)
export class SimulationResolver {
  @Query(() => SimulationType, { description: "Everything that executeCampaign would do, without storing or sending." })
  simulateExecution(
    @Arg("input", () => ExecuteCampaignInputType) input: ExecuteCampaignInputType,
    @Ctx() ctx: RequestContext,
  ): Promise<Simulation> {
    return simulateExecution(ctx, input as ExecuteCampaignInput, ctx.services.simulate);
  }

  @Query(() => ReviewType, { description: "Every fault in a content, saved or not, and the variables that it uses." })
  checkContent(
    @Arg("channel", () => channels) channel: Channel,
    @Arg("content", () => CampaignContentInput) content: CampaignContentInput,
    @Ctx() ctx: RequestContext,
  ): Promise<Review> {
    return reviewContent(ctx, channel, parseContent(content));
  }

  @Query(() => RenderedContentType, {
    description: "What one recipient would get: from the draft if there is one, else from the live version.",
  })
  async previewContent(
    @Arg("campaignId", () => ID) campaignId: string,
    @Arg("sample", () => RecipientInputType) sample: RecipientInputType,
    @Ctx() ctx: RequestContext,
  ) {
    const preview = await previewContent(ctx, { campaignId, sample: sample as RecipientInput }, ctx.services.simulate);
    return toRendered(preview.message, preview.issues);
  }

  @FieldResolver(() => RecipientVerdictConnection, { description: "A verdict for each recipient, in the order of the call." })
  recipients(
    @Root() simulation: Simulation,
    @Arg("first", () => Int, { nullable: true }) first: number | null,
    @Arg("after", () => String, { nullable: true }) after: string | null,
  ): ConnectionOf<object> {
    const size = pageSize({ first });
    const from = decodeIndex(after) + 1;
    // Of the whole page at once, and only when somebody asks for it.
    const messages = memoise(() => simulation.messages(from, size));
    const rows = simulation.verdicts.slice(from, from + size + 1).map((verdict, index) => ({
      ...toVerdict(verdict),
      index: from + index,
      render: async () => (await messages())[index] ?? null,
    }));
    return toConnection(
      toPage(
        rows,
        size,
        (row) => String(row.index),
        async () => simulation.verdicts.length,
      ),
      after,
    );
  }
}

type ShownVerdict = { readonly render: () => Promise<RenderedMessage | null> };

@Resolver(() => RecipientVerdictType)
export class RecipientVerdictResolver {
  @FieldResolver(() => RenderedContentType, { nullable: true })
  async rendered(@Root() { render }: ShownVerdict) {
    const message = await render();
    return message && toRendered(message, []);
  }
}

function toVerdict(verdict: RecipientVerdict) {
  const { userId, address, exclusion } = verdict;
  return {
    userId,
    address,
    exclusion: exclusion?.reason ?? null,
    exclusionDetail: exclusion?.detail ?? null,
  };
}

/** A verdict has no id: its cursor is its place in the call. */
function decodeIndex(cursor: string | null): number {
  const place = decodeCursor(cursor) ?? "-1";
  if (!/^(-1|\d{1,6})$/.test(place))
    throw invalid("INPUT_INVALID", "after must be a cursor taken from an earlier page.", { field: "after" });
  return Number(place);
}
