import { aLiveCampaign, type Channel } from "./campaigns.ts";
import type { Data, GraphqlClient } from "./graphql-client.ts";

type Fields = Readonly<Record<string, unknown>>;

export const smtpFields = `id name provider concurrency
  smtp { host port security verifyCertificate username fromName fromAddress replyToAddress }`;

/** Saves an SMTP configuration for a server on the loopback; `smtp` overrides its settings. */
export async function anSmtpConfiguration(client: GraphqlClient, smtp: Fields, fields: Fields = {}): Promise<Data> {
  const input = {
    name: `Sink ${smtp.port} ${Math.floor(performance.now() * 1000)}`,
    channel: "EMAIL",
    provider: "smtp",
    concurrency: 10,
    ...fields,
    smtp: { host: "127.0.0.1", security: "NONE", fromName: "Zoë & Söhne", fromAddress: "shop@sender.example", ...smtp },
  };
  const query = `mutation ($input: ChannelConfigurationInput!) { saveChannelConfiguration(input: $input) { ${smtpFields} } }`;
  return (await client.expectData(query, { input })).saveChannelConfiguration;
}

export async function anSmtpCampaign(client: GraphqlClient, smtp: Fields, fields: Fields = {}): Promise<Data> {
  const { id: channelConfigurationId } = await anSmtpConfiguration(client, smtp);
  return aLiveCampaign(client, { channel: "EMAIL" satisfies Channel, channelConfigurationId, ...fields });
}

/** The messages of an execution, up to 500, in the order of its recipients. */
export async function messagesOf(client: GraphqlClient, executionId: string): Promise<Data[]> {
  const query = `query ($id: ID!) { execution(id: $id) { messages(first: 500) { edges { node {
    id userId address status exclusion attempts error timeline { status attempt error }
  } } } } }`;
  const { execution } = await client.expectData(query, { id: executionId });
  return execution.messages.edges.map((edge: Data) => edge.node);
}
