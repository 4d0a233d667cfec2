import { constants, createServer, type Http2Session, type IncomingHttpHeaders, type ServerHttp2Stream } from "node:http2";
import { startGateway } from "./gateway.ts";

/** As of the gateway, and what HTTP/2 alone can do. */
export type FcmPlay =
  | "TAKE"
  | "CUT_EARLY"
  | "CUT_LATE"
  | "CUT_ANSWER"
  | "SILENT"
  /** It takes this one and those below it, and says that it processes none above. */
  | "GOAWAY"
  | "REFUSED_STREAM"
  | {
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
      readonly isTaken?: boolean;
    };

export type FcmCall = { readonly path: string; readonly headers: IncomingHttpHeaders; readonly body: string };

export type FcmServer = {
  readonly url: string;
  readonly tokenUrl: string;
  readonly taken: FcmCall[];
  /** Those that access tokens were asked for with. */
  readonly assertions: string[];
  readonly streamsMax: number;
  refuseTokens(): void;
  streamsAtOnce(): number;
  sessions(): number;
  stop(): Promise<void>;
};

const streamsMax = 30;

/** FCM's HTTP v1 API and Google's token endpoint on this machine: HTTP/2 without encryption, and HTTP/1.1. */
export async function startFcmServer(play: (body: string) => FcmPlay): Promise<FcmServer> {
  const [taken, assertions]: [FcmCall[], string[]] = [[], []];
  const sessions = new Set<Http2Session>();
  /** From this stream on nothing of a session is processed. */
  const ends = new Map<Http2Session, number>();
  let [sessionCount, open, most, refusesTokens] = [0, 0, 0, false];

  const tokens = await startGateway({
    play: ({ body }) => {
      assertions.push(new URLSearchParams(body).get("assertion") ?? "");
      return refusesTokens
        ? { status: 400, body: '{"error":"invalid_grant","error_description":"Invalid JWT Signature."}' }
        : "TAKE";
    },
    answer: () => ({ status: 200, body: JSON.stringify({ access_token: `access-${assertions.length}`, expires_in: 3599 }) }),
  });

  const hear = (stream: ServerHttp2Stream, headers: IncomingHttpHeaders, body: string): void => {
    const { session, id = 0 } = stream;
    if (!session || id > (ends.get(session) ?? Number.POSITIVE_INFINITY)) return;
    const playing = play(body);
    if (isTaken(playing)) taken.push({ path: String(headers[":path"]), headers, body });
    if (playing === "GOAWAY") {
      ends.set(session, id);
      session.goaway(constants.NGHTTP2_NO_ERROR, id);
    }
    perform(playing, stream, JSON.stringify({ name: `projects/shop-1/messages/${taken.length}` }));
  };

  const server = createServer({ settings: { maxConcurrentStreams: streamsMax } });
  server.on("session", (session) => {
    sessionCount += 1;
    sessions.add(session);
    session.on("close", () => sessions.delete(session)).on("error", () => undefined);
  });
  server.on("stream", (stream, headers) => {
    open += 1;
    most = Math.max(most, open);
    const chunks: Buffer[] = [];
    stream
      .on("error", () => undefined)
      .on("close", () => {
        open -= 1;
      });
    stream.on("data", (chunk: Buffer) => chunks.push(chunk));
    stream.on("end", () => hear(stream, headers, Buffer.concat(chunks).toString("utf8")));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`,
    tokenUrl: `${tokens.url}/token`,
    ...{ taken, assertions, streamsMax },
    refuseTokens: () => {
      refusesTokens = true;
    },
    streamsAtOnce: () => most,
    sessions: () => sessionCount,
    async stop() {
      for (const session of sessions) session.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await tokens.stop();
    },
  };
}

const closings: ReadonlyMap<FcmPlay, number> = new Map([
  ["REFUSED_STREAM", constants.NGHTTP2_REFUSED_STREAM],
  ["CUT_EARLY", constants.NGHTTP2_INTERNAL_ERROR],
  ["CUT_LATE", constants.NGHTTP2_INTERNAL_ERROR],
]);

function isTaken(play: FcmPlay): boolean {
  return typeof play === "string" ? play !== "REFUSED_STREAM" && play !== "CUT_EARLY" : play.isTaken === true;
}

function perform(play: FcmPlay, stream: ServerHttp2Stream, good: string): void {
  const closing = closings.get(play);
  if (closing !== undefined) stream.close(closing);
  if (closing !== undefined || play === "SILENT") return;
  const { status, body = "", headers = {} } = typeof play === "object" ? play : { status: 200, body: good };
  stream.respond({ ":status": status, "content-type": "application/json", ...headers });
  if (play === "CUT_ANSWER") stream.write(body.slice(0, 5), () => stream.close(constants.NGHTTP2_INTERNAL_ERROR));
  else stream.end(body);
}
