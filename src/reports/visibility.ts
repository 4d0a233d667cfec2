import { isCampaignVisible } from "../campaigns/index.ts";
import { type Actor, type Context, createSharedReader } from "../storage/index.ts";

/** Whether a campaign lies within an actor's reach, as of `since`: asked at every look, of callers who have limits. */
export type Visibility = (actor: Actor, campaignId: string, since: number) => Promise<boolean>;

/** With entity managers of its own: that of a subscription would keep what it has read. */
export function createVisibility(context: () => Context): Visibility {
  const asked = new Map<string, { readonly actor: Actor; readonly campaignId: string }>();
  const answers = createSharedReader<boolean>(async (keys) => {
    const found = new Map<string, boolean>();
    for (const key of keys) {
      const question = asked.get(key);
      asked.delete(key);
      if (question) found.set(key, await isCampaignVisible({ em: context().em, actor: question.actor }, question.campaignId));
    }
    return found;
  });
  return async (actor, campaignId, since) => {
    if (actor.reach === null) return true;
    const { campaignIds, labels } = actor.reach;
    const key = JSON.stringify([campaignId, campaignIds && [...campaignIds], labels]);
    asked.set(key, { actor, campaignId });
    return (await answers.read(key, since)) ?? false;
  };
}
