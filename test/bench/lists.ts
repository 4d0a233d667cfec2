import { aConfiguration, act, aLiveCampaign, callBody, makeProfiles, recipientsJson } from "./support/campaigns.ts";
import { postAll } from "./support/http-load.ts";
import { type BenchOptions, type Line, mustBe, note, type Result } from "./support/line.ts";
import { type Helper, startHelper } from "./support/processes.ts";
import { type Data, type Server, startServer } from "./support/server.ts";

const [few, many] = [10, 500];
const perExecution = 3;
const attempts = 3;

const campaignsQuery = `query ($first: Int!) { page: campaigns(first: $first) { totalCount edges { node {
  id title status stats { accepted queued }
  executions(first: 2) { totalCount edges { node { id stats { accepted } messages(first: 2) { edges { node { userId } } } } } }
} } } }`;
const executionsQuery = `query ($first: Int!, $id: ID!) { campaign(id: $id) { page: executions(first: $first) { totalCount edges { node {
  id status stats { accepted queued }
  messages(first: 2) { totalCount edges { node { userId status timeline { status } } } }
} } } } }`;

/** Statements that the server sends for one page of a list: the same, whatever the page's size. */
export const lists: Line = {
  name: "lists",
  async run(options: BenchOptions): Promise<readonly Result[]> {
    await using server = await startServer(options.nodeFlags);
    const id = await fill(server);
    await using counting = startHelper("counting-server.ts", [server.databaseUrl, server.folder, server.key]);
    await counting.next();
    await ask(counting, { query: campaignsQuery }, few);
    return [
      await compare(counting, "campaigns with totals, executions and messages", { query: campaignsQuery }),
      await compare(counting, "executions with totals and messages", { query: executionsQuery, id }),
    ];
  },
};

/** As many campaigns as the long page has, each with two executions; and one campaign with as many executions. */
async function fill(server: Server): Promise<string> {
  await makeProfiles(server, perExecution);
  const configurationId = await aConfiguration(server, "sandbox");
  const bodies: Buffer[] = [];
  let last = "";
  const execute = (campaignId: string, requestId: number) =>
    bodies.push(callBody(campaignId, `request ${requestId}`, recipientsJson(0, perExecution)));
  for (let index = 0; index < many; index += 1) {
    last = await aLiveCampaign(server, configurationId);
    await act(server, "pauseCampaign", last);
    for (const request of [1, 2]) execute(last, request);
  }
  for (let request = 3; request <= many; request += 1) execute(last, request);
  await postAll({ url: server.url, key: server.key, connections: 8, bodies });
  return last;
}

type List = { readonly query: string; readonly id?: string };

async function compare(counting: Helper, what: string, list: List): Promise<Result> {
  const [short, long] = [await statementsFor(counting, list, few), await statementsFor(counting, list, many)];
  return {
    what: `SQL statements for a page of ${many} ${what}`,
    target: `as many as for a page of ${few}`,
    measured: `${long} statements`,
    yardstick: `${short} statements: a page of ${few}`,
    ratio: long / short,
    isMet: long === short,
    serverMegabytes: null,
  };
}

type Counted = { readonly statements: readonly string[]; readonly answer: { readonly data: Data; readonly errors?: unknown } };

/** The fewest of a few: background work of the same process can only add to a query's own. */
async function statementsFor(counting: Helper, list: List, first: number): Promise<number> {
  const counts: number[] = [];
  for (let attempt = 0; attempt < attempts; attempt += 1) counts.push(await ask(counting, list, first));
  note(`a page of ${first}: ${counts.join(", ")} statements`);
  return Math.min(...counts);
}

async function ask(counting: Helper, { query, id }: List, first: number): Promise<number> {
  counting.tell({ query, variables: { first, id } });
  const { statements, answer } = await counting.next<Counted>();
  mustBe("errors of the list", JSON.stringify(answer.errors), undefined);
  checkPage((answer.data.campaign ?? answer.data).page, first);
  return statements.length;
}

/** Everything that was asked for is in it. */
function checkPage(page: Data, first: number): void {
  mustBe("rows of the page", page.edges.length, first);
  mustBe("rows of the list", page.totalCount, many);
  for (const { node } of page.edges) {
    const executions: Data[] = node.executions ? node.executions.edges.map((edge: Data) => edge.node) : [node];
    for (const { stats, messages } of executions) {
      mustBe("accepted by an execution", stats.accepted, perExecution);
      mustBe("messages of an execution", messages.edges.length, 2);
    }
  }
}
