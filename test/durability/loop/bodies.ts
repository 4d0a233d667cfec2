import { ask, type Load, post, times } from "./load.ts";

const document = "mutation ($input: ExecuteCampaignInput!) { executeCampaign(input: $input) { acceptedCount } }";
const callOf = (campaignId: string, requestId: string, recipients: readonly object[]): string =>
  JSON.stringify({ query: document, variables: { input: { campaignId, requestId, recipients } } });

/** 63 MB: 50,000 people with 1.2 kB of context. */
export const largestBody: Load = (loaded, round) => {
  const context = { name: "x".repeat(1_200) };
  const people = times(50_000, (index) => ({ userId: `p${index}@b.example`, context }));
  return post(loaded, callOf(loaded.email, `largest ${round}`, people));
};

const phones = (count: number, round: number) =>
  times(count, (index) => ({ userId: `+49151${10_000_000 + round * count + index}` }));

export const phoneNumbers: Load = (loaded, round) => post(loaded, callOf(loaded.sms, `phones ${round}`, phones(50_000, round)));

/** The dearest body that the loop reads itself. */
export const largestOfTheLoop: Load = (loaded, round) => post(loaded, callOf(loaded.sms, `few ${round}`, phones(2_200, round)));

const nested = (depth: number): unknown => (depth === 0 ? 1 : { a: nested(depth - 1) });

export const deepContexts: Load = (loaded, round) => {
  const context = { x: times(10, () => nested(18)) };
  return post(
    loaded,
    callOf(
      loaded.email,
      `deep ${round}`,
      times(5_000, (index) => ({ userId: `p${index}@b.example`, context })),
    ),
  );
};

export const largeProfiles: Load = (loaded, round) => {
  const attributes = { name: "Ada", note: "x".repeat(8_000), list: times(100, (index) => index) };
  const profiles = times(5_000, (index) => ({ namespace: "email", userId: `a${round}b${index}@b.example`, attributes }));
  return ask(loaded, "mutation ($profiles: [ProfileInput!]!) { upsertProfiles(profiles: $profiles) { createdCount } }", {
    profiles,
  });
};
