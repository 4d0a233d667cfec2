import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { Socket } from "node:net";

/** What a server does with one call. TAKE is left to its maker; the others end without a good answer. */
export type Play =
  | "TAKE"
  /** Nothing is taken, and the connection ends without an answer. */
  | "CUT_EARLY"
  /** It is taken, and the connection ends without an answer. */
  | "CUT_LATE"
  /** It is taken, and the connection ends in the middle of the answer's body. */
  | "CUT_ANSWER"
  /** It is taken, and never answered. */
  | "SILENT"
  | {
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
      readonly isTaken?: boolean;
    };

export type Call = {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
};

export type GatewayOptions = {
  readonly play: (call: Call) => Play;
  /** Every connection ends as soon as a head has come. */
  readonly cutsHeads?: boolean;
  readonly answer: (call: Call) => { readonly status: number; readonly body: string };
};

export type Gateway = {
  readonly url: string;
  readonly calls: Call[];
  /** Those that it acts upon, whether it says so or not. */
  readonly taken: Call[];
  readonly connections: () => number;
  stop(): Promise<void>;
};

/** A real HTTP server that misbehaves as it is told. */
export async function startGateway({ play, answer, cutsHeads = false }: GatewayOptions): Promise<Gateway> {
  const sockets = new Set<Socket>();
  const [calls, taken]: [Call[], Call[]] = [[], []];
  let connections = 0;
  const server = createServer((request, response) => {
    const head = { method: request.method ?? "", path: request.url ?? "", headers: request.headers };
    if (cutsHeads) return void request.socket.destroy();
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const call = { ...head, body: Buffer.concat(chunks).toString("utf8") };
      calls.push(call);
      const playing = play(call);
      if (playing === "CUT_EARLY") return void request.socket.destroy();
      if (typeof playing === "string" || playing.isTaken) taken.push(call);
      perform(playing, response, () => answer(call));
    });
  });
  server.keepAliveTimeout = 60_000;
  server.on("connection", (socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket)).on("error", () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`,
    calls,
    taken,
    connections: () => connections,
    stop: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

function perform(play: Play, response: ServerResponse, answer: () => { status: number; body: string }): void {
  if (play === "SILENT") return;
  if (play === "CUT_LATE") return void response.socket?.destroy();
  const { status, body = "", headers = {} } = typeof play === "object" ? { ...play } : { ...answer(), headers: {} };
  response.writeHead(status, { "content-type": "application/json", ...headers });
  if (play === "CUT_ANSWER") response.write(body.slice(0, 5), () => response.socket?.destroy());
  else response.end(body);
}
