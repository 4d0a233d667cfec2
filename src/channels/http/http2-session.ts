import { type ClientHttp2Session, connect as connectHttp2, constants } from "node:http2";
import { connect as connectPlain, type LookupFunction } from "node:net";
import { connect as connectTls } from "node:tls";
import { toError } from "../../base/index.ts";
import { bodyBytesMax, type HttpAnswer } from "./answer.ts";
import type { HttpRequest } from "./http-pool.ts";

export type Http2Session = {
  /** How many more streams may be opened; none once it is going away. */
  readonly room: number;
  readonly isOver: boolean;
  post(request: HttpRequest, timeoutMilliseconds: number): Promise<HttpAnswer>;
  destroy(): void;
};

const setupMilliseconds = 10_000;
/** Of a server that does not say: what RFC 9113 recommends as the least. */
const streamsUnlessSaid = 100;

/** Opens a session. Rejects while nothing was said on it; later faults are answers of its streams. */
export async function openHttp2Session(target: URL, lookup: LookupFunction): Promise<Http2Session> {
  const session = connectHttp2(target.origin, { createConnection: () => openSocket(target, lookup) });
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => session.destroy(timedOut("The provider cannot be reached in time.")), setupMilliseconds);
    session.once("error", reject);
    session.once("close", () =>
      reject(Object.assign(new Error("The connection ended before it stood."), { code: "ECONNRESET" })),
    );
    session.once("remoteSettings", resolve);
    session.once("close", () => clearTimeout(timer)).once("remoteSettings", () => clearTimeout(timer));
  });
  return new Session(session);
}

function openSocket({ protocol, hostname, port }: URL, lookup: LookupFunction) {
  const host = hostname.replace(/^\[(.*)\]$/, "$1");
  const common = { host, lookup, noDelay: true };
  if (protocol === "http:") return connectPlain({ ...common, port: Number(port || 80) });
  return connectTls({ ...common, port: Number(port || 443), servername: host, ALPNProtocols: ["h2"] });
}

class Session implements Http2Session {
  readonly #session: ClientHttp2Session;
  #open = 0;
  #isLeaving = false;
  /** Streams above it were not processed. */
  #lastStreamId = Number.POSITIVE_INFINITY;

  constructor(session: ClientHttp2Session) {
    this.#session = session;
    session.on("error", () => undefined);
    session.on("goaway", (_code, lastStreamId) => {
      this.#isLeaving = true;
      this.#lastStreamId = lastStreamId ?? 0;
    });
  }

  get isOver(): boolean {
    return this.#isLeaving || this.#session.closed || this.#session.destroyed;
  }

  get room(): number {
    const max = Math.min(1000, this.#session.remoteSettings.maxConcurrentStreams ?? streamsUnlessSaid);
    return this.isOver ? 0 : Math.max(0, max - this.#open);
  }

  async post(request: HttpRequest, timeoutMilliseconds: number): Promise<HttpAnswer> {
    this.#open += 1;
    try {
      return await this.#exchange(request, timeoutMilliseconds);
    } finally {
      this.#open -= 1;
    }
  }

  #exchange({ path, headers, body }: HttpRequest, timeoutMilliseconds: number): Promise<HttpAnswer> {
    return new Promise((resolve) => {
      const stream = this.#session.request({ ":method": "POST", ":path": path, ...headers });
      const chunks: Buffer[] = [];
      let bytes = 0;
      let head: { status: number; headers: Record<string, string | string[] | undefined> } | null = null;
      let fault = Object.assign(new Error("The connection ended without an answer."), { code: "ECONNRESET" });
      const timer = setTimeout(() => {
        fault = timedOut("The provider did not answer in time.");
        // A connection that has grown silent would hold the next ones, too.
        this.#isLeaving = true;
        stream.close(constants.NGHTTP2_CANCEL);
        this.#session.close();
      }, timeoutMilliseconds);
      stream.on("response", ({ ":status": status, ...rest }) => {
        head = { status: Number(status), headers: rest as Record<string, string | string[] | undefined> };
      });
      stream.on("data", (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes <= bodyBytesMax) chunks.push(chunk);
      });
      stream.on("error", (error) => {
        if (fault.code !== "ETIMEDOUT") fault = Object.assign(toError(error), { code: "ECONNRESET" });
      });
      stream.on("close", () => {
        clearTimeout(timer);
        // What a server that goes away says of its streams may come with the end of this one.
        setImmediate(() => {
          if (head) return resolve({ kind: "answered", ...head, body: Buffer.concat(chunks).toString("utf8") });
          const isHandedOver = stream.rstCode !== constants.NGHTTP2_REFUSED_STREAM && (stream.id ?? 0) <= this.#lastStreamId;
          const { message, code } = fault;
          resolve({
            kind: "failed",
            isHandedOver,
            code,
            reason: isHandedOver ? `The provider may have it: ${message}` : message,
          });
        });
      });
      stream.end(body);
    });
  }

  destroy(): void {
    this.#session.destroy();
  }
}

function timedOut(message: string) {
  return Object.assign(new Error(message), { code: "ETIMEDOUT" });
}
