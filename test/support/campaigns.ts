import type { Data, GraphqlClient } from "./graphql-client.ts";
import { until } from "./until.ts";

export type Channel = "EMAIL" | "SMS" | "PUSH";
type Fields = Readonly<Record<string, unknown>>;

const contents = {
  EMAIL: { email: { subject: "Hello {{context.name}}", html: "<p>Hello {{context.name}}</p>", text: "Hello {{context.name}}" } },
  SMS: { sms: { body: "Hello {{context.name}}" } },
  PUSH: { push: { title: "Hello {{context.name}}", body: "How are you?" } },
};

/** The sandbox configuration of a channel. */
export async function sandboxOf(client: GraphqlClient, channel: Channel): Promise<string> {
  const { channelConfigurations } = await client.expectData("{ channelConfigurations { id channel provider } }");
  return channelConfigurations.find((found: Data) => found.channel === channel && found.provider === "sandbox").id;
}

/** A DRAFT with valid content: TRANSACTIONAL, EMAIL, sandbox, createProfiles on, unless said otherwise. */
export async function aCampaign(client: GraphqlClient, fields: Fields = {}): Promise<Data> {
  const channel = (fields.channel ?? "EMAIL") as Channel;
  const input = {
    title: "A campaign",
    category: "TRANSACTIONAL",
    channel,
    channelConfigurationId: fields.channelConfigurationId ?? (await sandboxOf(client, channel)),
    createProfiles: true,
    content: contents[channel],
    ...fields,
  };
  const query = "mutation ($input: CreateCampaignInput!) { createCampaign(input: $input) { id revision status } }";
  return (await client.expectData(query, { input })).createCampaign;
}

export async function aLiveCampaign(client: GraphqlClient, fields: Fields = {}): Promise<Data> {
  const { id } = await aCampaign(client, fields);
  return act(client, "activateCampaign", id);
}

/** One of the mutations that take a campaign's id and answer the campaign. */
export async function act(client: GraphqlClient, mutation: string, id: string): Promise<Data> {
  return (await client.expectData(`mutation ($id: ID!) { ${mutation}(id: $id) { id status revision } }`, { id }))[mutation];
}

/** `count` people with an address and a context of their own. */
export function recipients(count: number, prefix = "person"): { userId: string; context: { name: string } }[] {
  return Array.from({ length: count }, (_, index) => ({
    userId: `${prefix}${index}@example.com`,
    context: { name: `Name ${index}` },
  }));
}

export const executeDocument = `mutation ($input: ExecuteCampaignInput!) {
  executeCampaign(input: $input) {
    replayed acceptedCount excludedCount toSendCount
    execution { id requestId status acceptedAt plannedFinishAt stats { accepted queued claimed sending sent failed excluded exclusions { reason count } } }
  }
}`;

export async function execute(client: GraphqlClient, input: Fields): Promise<Data> {
  return (await client.expectData(executeDocument, { input })).executeCampaign;
}

const totals =
  "accepted queued claimed sending sent delivered bounced failed uncertain excluded ratePerSecond exclusions { reason count }";

export async function statsOf(client: GraphqlClient, id: string): Promise<Data> {
  return (await client.expectData(`query ($id: ID!) { campaign(id: $id) { stats { ${totals} } } }`, { id })).campaign.stats;
}

/** Every message of the mailbox, page after page. */
export async function mailbox(client: GraphqlClient, campaignId: string): Promise<Data[]> {
  const query = `query ($campaignId: ID!, $after: String) {
    sandboxMessages(campaignId: $campaignId, first: 500, after: $after) {
      edges { node { id key channel address userId executionId subject html text body title at handOvers } }
      pageInfo { hasNextPage endCursor }
    }
  }`;
  const found: Data[] = [];
  for (let after: string | null = null; ; ) {
    const { sandboxMessages: page }: Data = await client.expectData(query, { campaignId, after });
    for (const edge of page.edges) found.push(edge.node);
    if (!page.pageInfo.hasNextPage) return found;
    after = page.pageInfo.endCursor;
  }
}

/** A subscription begun later on the same socket has answered, so those begun before it listen. */
export async function listens(client: GraphqlClient, campaignId: string): Promise<void> {
  const probe = client.subscribe("subscription ($id: ID!) { deliveryStats(campaignId: $id) { accepted } }", { id: campaignId });
  await until("the socket listens", () => probe.values.length > 0);
  probe.stop();
}
