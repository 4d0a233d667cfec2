import type { Campaign, CampaignVersion } from "../../../campaigns/index.ts";
import type { SampleData } from "../../../content/index.ts";

export type SampleRequestInput = {
  readonly campaign: Pick<Campaign, "id" | "channel">;
  readonly version: Pick<CampaignVersion, "namespace">;
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
  const { campaign, requestId } = input;
  const variables = { input: { campaignId: campaign.id, requestId, recipients: [sampleRecipient(input)] } };
  const body = JSON.stringify({ query, variables }, null, 2);
  return [
    `curl -sSg ${quoted(`${input.publicUrl}/graphql`)}`,
    `-H "authorization: Bearer $ENVOI_KEY"`,
    "-H 'content-type: application/json'",
    `--data-binary ${quoted(body)}`,
  ].join(" \\\n  ");
}

/** EXTERNAL: looked up nowhere, so that the call can be tried before anybody has a profile, and makes none. */
function sampleRecipient({ campaign: { channel }, version, sampleData: { profile, context } }: SampleRequestInput): object {
  return {
    ...addresses[channel](version.namespace),
    type: "EXTERNAL",
    ...(Object.keys(profile).length > 0 ? { profile } : {}),
    ...(Object.keys(context).length > 0 ? { context } : {}),
  };
}

/** Nobody's: a domain and a range of numbers that are kept for examples (RFC 2606; ARCEP: 06 39 98). */
const [email, phone] = ["ada@example.com", "+33639980001"];

/** The userId is the address where the namespace is the channel's own. */
const addresses: Readonly<Record<Campaign["channel"], (namespace: string) => object>> = {
  EMAIL: (namespace) => (namespace === "email" ? { userId: email } : { userId: "ada", channelData: { emailAddress: email } }),
  SMS: (namespace) => (namespace === "phone" ? { userId: phone } : { userId: "ada", channelData: { mobilePhoneNumber: phone } }),
  PUSH: () => ({ userId: "ada", channelData: { pushToken: "token-of-the-device" } }),
};

/** One word to every POSIX shell, whatever it holds. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
