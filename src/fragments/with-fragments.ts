import type { Channel } from "../base/index.ts";
import { type CampaignContent, type ContentFragment, fragmentNamesOf } from "../content/index.ts";
import { type Context, run } from "../storage/index.ts";
import { selectUsedFragments } from "./sql/select-used-fragments.ts";

/** Null where nothing was written yet. */
export type ContentOfChannel = { readonly channel: Channel; readonly content: CampaignContent | null };

/** Content together with the latest versions of the fragments that it uses. What went live has its own already. */
export async function withFragments(ctx: Pick<Context, "em">, asked: ContentOfChannel): Promise<CampaignContent | null> {
  const [content = null] = await withFragmentsOfAll(ctx, [asked]);
  return content;
}

/** The same for many, in one statement; none when no fragment is named. Each gets all that were found for its channel. */
export async function withFragmentsOfAll(
  ctx: Pick<Context, "em">,
  asked: readonly ContentOfChannel[],
): Promise<(CampaignContent | null)[]> {
  const named = asked.map(({ channel, content }) => (content?.fragments ? [] : fragmentNamesOf(channel, content)));
  const keys = asked.flatMap(({ channel }, index) => (named[index] ?? []).map((name) => ({ channel, name })));
  if (keys.length === 0) return asked.map(({ content }) => content);
  const found = Map.groupBy(await run(ctx, selectUsedFragments(keys)), ({ channel }) => channel);
  return asked.map(({ channel, content }, index) =>
    content && named[index]?.length ? { ...content, fragments: (found.get(channel) ?? []).map(toStored) } : content,
  );
}

function toStored({ fragmentId, name, number, content }: ContentFragment): ContentFragment {
  return { fragmentId, name, number, content };
}

/** Content of a version that went live, for a draft: it sees the latest versions again. */
export function withoutFragments(content: CampaignContent | null): CampaignContent | null {
  if (!content) return null;
  const { fragments: _kept, ...written } = content;
  return written;
}
