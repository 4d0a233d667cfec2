import { requirePermission } from "../access/index.ts";
import type { Channel } from "../base/index.ts";
import { type Context, hiddenChange, inTransaction, recordEvent, run } from "../storage/index.ts";
import type { ConsentState } from "./consent.ts";
import { getProfile } from "./find-profile.ts";
import type { Profile } from "./profile.entity.ts";
import { upsertConsents } from "./sql/upsert-profiles.ts";

export type SetConsentInput = {
  readonly namespace: string;
  readonly userId: string;
  readonly channel: Channel;
  readonly consent: ConsentState;
};

/** Binds every MARKETING message that is not yet with the provider, queued ones too. */
export async function setConsent(ctx: Context, input: SetConsentInput): Promise<Profile> {
  requirePermission(ctx, "profiles:write");
  return inTransaction(ctx, async (tx) => {
    const profile = await getProfile(tx, input);
    await run(tx, upsertConsents([{ profileId: profile.id, channel: input.channel, state: input.consent }]));
    await recordEvent(tx, {
      type: "profile.consent-set",
      campaignId: null,
      data: { channel: input.channel },
      changes: [hiddenChange(`consents.${input.channel}`)],
      profileIds: [profile.id],
    });
    return profile;
  });
}
