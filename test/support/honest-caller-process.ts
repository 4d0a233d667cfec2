import { Agent, request } from "node:http";
import { text } from "node:stream/consumers";

/**
 * The process behind `startHonestCaller`: triggers a campaign for one person, twenty times a second whatever became of the calls
 * before, in a process of its own so that nothing but the server makes it wait. Ends with its parent.
 */
type Calling = { readonly url: string; readonly key: string; readonly campaignId: string; readonly name: string };

const everyMilliseconds = 50;
const { url, key, campaignId, name } = JSON.parse(process.argv[2] ?? "{}") as Calling;
const query = "mutation ($input: ExecuteCampaignInput!) { executeCampaign(input: $input) { acceptedCount } }";
/** So that whoever counts the server's sockets knows how many are these. */
const agent = new Agent({ keepAlive: true, maxSockets: 30 });
let waits: number[] = [];
let faults: string[] = [];
let count = 0;
const underWay = new Set<Promise<void>>();

function post(body: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = { "content-type": "application/json", authorization: `Bearer ${key}` };
    const sent = request(`${url}/graphql`, { agent, method: "POST", headers }, (answer) => {
      text(answer).then((said) => resolve(`${answer.statusCode} ${said}`), reject);
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

async function call(): Promise<void> {
  count += 1;
  const recipients = [{ userId: `${name}-${count}@example.com`, context: { name } }];
  const variables = { input: { campaignId, requestId: `${name}-${count}`, recipients } };
  const startedAt = performance.now();
  const said = await post(JSON.stringify({ query, variables })).catch(String);
  waits.push(performance.now() - startedAt);
  if (!said.startsWith("200 ") || said.includes('"errors"')) faults.push(said.slice(0, 300));
}

setInterval(() => {
  const calling: Promise<void> = call().finally(() => underWay.delete(calling));
  underWay.add(calling);
}, everyMilliseconds);

process.on("message", async () => {
  await Promise.all(underWay);
  process.send?.({ waits, faults });
  waits = [];
  faults = [];
});
process.on("disconnect", () => process.exit());
process.send?.("calls");
