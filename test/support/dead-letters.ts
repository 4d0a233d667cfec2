import { execute, recipients } from "./campaigns.ts";
import type { Data, GraphqlClient } from "./graphql-client.ts";
import { anSmtpCampaign } from "./smtp-campaigns.ts";
import { type Answer, refusal, type SmtpSink, startSmtpSink } from "./smtp-sink.ts";
import { until } from "./until.ts";

/** A server whose answer to the next messages a test chooses. */
export type MoodySink = SmtpSink & { answer: (address: string) => Answer };

export async function startMoodySink(): Promise<MoodySink> {
  const mood: Pick<MoodySink, "answer"> = { answer: () => null };
  const sink = await startSmtpSink({ onMessage: ({ recipients: [address = ""] }) => mood.answer(address) });
  return Object.defineProperty(sink, "answer", {
    get: () => mood.answer,
    set: (answer: MoodySink["answer"]) => {
      mood.answer = answer;
    },
  }) as MoodySink;
}

export const refused = (): Answer => refusal(550, "5.1.1 no such user");
export const cut = (): Answer => "cut";

export const statsFields = "accepted queued claimed sending sent delivered bounced failed uncertain excluded";

const executionDocument = `query ($id: ID!) { execution(id: $id) { id status finishedAt erasedAt stats { ${statsFields} }
  messages(first: 500) { edges { node {
    id userId address status attempts error errorCode exclusionDetail providerMessageId replayableUntil timeline { at status attempt error }
  } } } } }`;

export async function readExecution(client: GraphqlClient, id: string): Promise<Data> {
  const { execution } = await client.expectData(executionDocument, { id });
  return { ...execution, messages: execution.messages.edges.map((edge: Data) => edge.node) };
}

export async function untilFinished(client: GraphqlClient, id: string): Promise<Data> {
  return until(
    "the execution is FINISHED",
    async () => {
      const execution = await readExecution(client, id);
      return execution.status === "FINISHED" && execution;
    },
    40,
  );
}

/** A campaign over `sink`, and one execution of it that is FINISHED with nobody reached. */
export async function aFailedExecution(
  client: GraphqlClient,
  sink: MoodySink,
  options: { readonly count?: number; readonly answer?: MoodySink["answer"]; readonly fields?: object } = {},
): Promise<{ readonly campaignId: string; readonly execution: Data }> {
  sink.answer = options.answer ?? refused;
  const { id: campaignId } = await anSmtpCampaign(client, { port: sink.port }, { ...options.fields });
  const { execution } = await execute(client, { campaignId, requestId: "only", recipients: recipients(options.count ?? 3) });
  return { campaignId, execution: await untilFinished(client, execution.id) };
}

const retryDocument = `mutation ($campaignId: ID!, $executionId: ID, $statuses: [MessageStatus!]!) {
  retryMessages(campaignId: $campaignId, executionId: $executionId, statuses: $statuses) }`;

type Retry = { readonly campaignId: string; readonly executionId?: string; readonly statuses: readonly string[] };

export async function retry(client: GraphqlClient, variables: Retry): Promise<number> {
  return (await client.expectData(retryDocument, variables)).retryMessages;
}

export async function retryRefused(client: GraphqlClient, code: string, variables: Retry): Promise<string> {
  return (await client.expectCode(code, retryDocument, variables)).message;
}

export async function resolve(client: GraphqlClient, ids: readonly string[], as: string): Promise<number> {
  const document = "mutation ($ids: [ID!]!, $as: MessageStatus!) { resolveUncertain(ids: $ids, as: $as) }";
  return (await client.expectData(document, { ids, as })).resolveUncertain;
}
