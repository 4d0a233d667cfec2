import type { Campaign, CampaignVersion } from "../../../campaigns/index.ts";
import type { SampleData } from "../../../content/index.ts";

export type SampleRequestInput = {
  readonly campaign: Pick<Campaign, "id" | "channel" | "category">;
  readonly version: Pick<CampaignVersion, "namespace" | "highThroughput">;
  /** What the live content reads. */
  readonly sampleData: SampleData;
  /** Where this server is reached. */
  readonly publicUrl: string;
  readonly requestId: string;
};

const query =
  "mutation ($input: ExecuteCampaignInput!) { executeCampaign(input: $input) { replayed acceptedCount excludedCount execution { id } } }";

/** A call that triggers the campaign for one made-up person, to be run as it stands with a key in ENVOI_KEY. Pure. */
export function graphqlCurl(input: SampleRequestInput): string {
  const { userId, address } = samplePerson(input);
  const named = address === null ? { userId } : { userId, channelData: { [graphqlFields[input.campaign.channel]]: address } };
  const recipients = [{ ...named, type: "EXTERNAL", ...valuesOf(input) }];
  const call = { campaignId: input.campaign.id, requestId: input.requestId, recipients };
  return curl(`${input.publicUrl}/graphql`, { query, variables: { input: call } });
}

/** The same over REST, which executes TRANSACTIONAL campaigns only: null for others. Pure. */
export function restCurl(input: SampleRequestInput): string | null {
  const { campaign, version, requestId } = input;
  if (campaign.category !== "TRANSACTIONAL") return null;
  const { userId, address } = samplePerson(input);
  const channelData = address === null ? {} : { channelData: restChannelData[campaign.channel](address) };
  const recipients = [{ type: "external", namespace: version.namespace, userId, ...channelData, ...valuesOf(input) }];
  const path = version.highThroughput ? "highthroughput" : "unitary";
  return curl(`${input.publicUrl}/im/executions/${path}`, { requestId, campaignId: campaign.id, recipients });
}

function curl(url: string, body: object): string {
  return [
    `curl -sSg ${quoted(url)}`,
    `-H "authorization: Bearer $ENVOI_KEY"`,
    "-H 'content-type: application/json'",
    `--data-binary ${quoted(JSON.stringify(body, null, 2))}`,
  ].join(" \\\n  ");
}

/** Nobody's: a domain and a range of numbers that are kept for examples (RFC 2606; ARCEP: 06 39 98). */
const samples: Readonly<Record<Campaign["channel"], { readonly address: string; readonly namespace: string | null }>> = {
  EMAIL: { address: "ada@example.com", namespace: "email" },
  SMS: { address: "+33639980001", namespace: "phone" },
  PUSH: { address: "token-of-the-device", namespace: null },
};

/**
 * EXTERNAL in both calls: looked up nowhere, so that the call can be tried before anybody has a profile, and makes none. Where
 * the namespace is the channel's own, the userId is the address.
 */
function samplePerson({ campaign: { channel }, version }: SampleRequestInput) {
  const { address, namespace } = samples[channel];
  return namespace === version.namespace ? { userId: address, address: null } : { userId: "ada", address };
}

function valuesOf({ sampleData: { profile, context } }: SampleRequestInput): object {
  return {
    ...(Object.keys(profile).length > 0 ? { profile } : {}),
    ...(Object.keys(context).length > 0 ? { context } : {}),
  };
}

const graphqlFields = { EMAIL: "emailAddress", SMS: "mobilePhoneNumber", PUSH: "pushToken" } as const;

const restChannelData: Readonly<Record<Campaign["channel"], (address: string) => object>> = {
  EMAIL: (emailAddress) => ({ emailAddress }),
  SMS: (mobilePhoneNumber) => ({ mobilePhoneNumber }),
  PUSH: (token) => ({ pushInfo: { token } }),
};

/** One word to every POSIX shell, whatever it holds. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
