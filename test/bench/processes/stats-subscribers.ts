import { createClient } from "graphql-ws";
import WebSocket from "ws";

/** Many subscribers of one campaign's totals; told that it is over, they say when each had the final ones, and which. */
const [url = "", key = "", campaignId = "", count = "0", total = "0"] = process.argv.slice(2);
const query = `subscription ($campaignId: ID!) {
  deliveryStats(campaignId: $campaignId) {
    accepted queued claimed sending sent delivered bounced failed uncertain excluded exclusions { reason count }
  }
}`;
/** As many as the server lets one socket have. */
const perSocket = 100;

type Stats = { readonly sent: number };
type Subscriber = { last: Stats | null; finalAt: number | null };

const subscribers = Array.from({ length: Number(count) }, (): Subscriber => ({ last: null, finalAt: null }));
const fail = (error: unknown): never => {
  process.stderr.write(`a subscription broke: ${JSON.stringify(error)}\n`);
  process.exit(1);
};

let heard = 0;
function take(subscriber: Subscriber, stats: Stats): void {
  if (!subscriber.last) {
    heard += 1;
    if (heard === subscribers.length) process.send?.({ sockets: Math.ceil(subscribers.length / perSocket) });
  }
  subscriber.last = stats;
  if (stats.sent === Number(total)) subscriber.finalAt ??= Date.now();
}

for (let from = 0; from < subscribers.length; from += perSocket) {
  const socket = createClient({
    url: `${url.replace(/^http/, "ws")}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    connectionParams: { authorization: `Bearer ${key}` },
  });
  for (const subscriber of subscribers.slice(from, from + perSocket))
    socket.subscribe<{ deliveryStats: Stats }>(
      { query, variables: { campaignId } },
      {
        next: ({ data, errors }) => (data ? take(subscriber, data.deliveryStats) : fail(errors)),
        error: fail,
        complete: () => undefined,
      },
    );
}
process.on("message", () => {
  const finalAts = subscribers.map((subscriber) => subscriber.finalAt);
  process.send?.({ finalAts, totals: [...new Set(subscribers.map((subscriber) => JSON.stringify(subscriber.last)))] });
});
process.once("SIGTERM", () => process.exit(0));
process.once("disconnect", () => process.exit(0));
