import { type Dispatcher, Pool } from "undici";
import { toError } from "../../base/index.ts";
import type { PrivateHostRule } from "../host-rules.ts";
import { readOrigin } from "./address-rule.ts";
import { bodyBytesMax, type HttpAnswer } from "./answer.ts";

export type HttpPoolOptions = {
  /** Everything that is called stands below its origin. */
  readonly url: string;
  readonly connections: number;
  readonly timeoutSeconds: number;
  readonly privateHosts: PrivateHostRule;
};

export type HttpRequest = {
  /** With the query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

export type HttpPool = {
  /** Never throws, follows no redirect and repeats nothing: only the engine knows whether that is allowed. */
  post(request: HttpRequest): Promise<HttpAnswer>;
  stop(): Promise<void>;
};

const setupMilliseconds = 10_000;

/** Connections to one origin that are kept open, one request at a time on each. */
export function createHttpPool({ url, connections, timeoutSeconds, privateHosts }: HttpPoolOptions): HttpPool {
  const origin = readOrigin(url, privateHosts);
  const pool = new Pool(origin.url.origin, {
    connections,
    pipelining: 1,
    // Each call has a deadline of its own, over all of it.
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: { timeout: setupMilliseconds, lookup: origin.lookup, noDelay: true },
  });
  const timeoutMilliseconds = timeoutSeconds * 1000;
  return {
    async post(request) {
      if (origin.refusal) return failed(origin.refusal, false);
      return new Promise((resolve) => dispatch(pool, { request, timeoutMilliseconds, resolve }));
    },
    // The engine has waited for what is under way; what is left has no answer.
    stop: () => pool.destroy(),
  };
}

type Call = {
  readonly request: HttpRequest;
  readonly timeoutMilliseconds: number;
  readonly resolve: (answer: HttpAnswer) => void;
};

function dispatch(pool: Pool, { request, timeoutMilliseconds, resolve }: Call): void {
  const call = new Hearer(resolve, timeoutMilliseconds);
  try {
    pool.dispatch({ method: "POST", ...request }, call);
  } catch (error) {
    call.fail(toError(error));
  }
}

/** Hears one call to its end. What is heard after that, or after its time, changes nothing. */
class Hearer implements Dispatcher.DispatchHandler {
  readonly #resolve: (answer: HttpAnswer) => void;
  readonly #timeoutMilliseconds: number;
  readonly #chunks: Buffer[] = [];
  #bytes = 0;
  #head: { readonly status: number; readonly headers: Readonly<Record<string, string | string[] | undefined>> } | null = null;
  #controller: Dispatcher.DispatchController | null = null;
  #timer: NodeJS.Timeout;
  #isOver = false;

  constructor(resolve: (answer: HttpAnswer) => void, timeoutMilliseconds: number) {
    this.#resolve = resolve;
    this.#timeoutMilliseconds = timeoutMilliseconds;
    // Until a connection is free for it, and stands.
    this.#timer = setTimeout(() => this.#giveUp(), timeoutMilliseconds + setupMilliseconds);
  }

  /** Just before its first byte is written. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.#isOver) {
      controller.abort(new Error("It was given up before it was sent."));
      return;
    }
    this.#controller = controller;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#giveUp(), this.#timeoutMilliseconds);
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ) {
    if (status >= 200) this.#head = { status, headers };
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    if (this.#bytes > bodyBytesMax) this.#giveUp();
  }

  onResponseEnd(): void {
    this.#end();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.fail(error);
  }

  fail(error: Error): void {
    if (this.#head) this.#end();
    else this.#settle(failed(error, this.#controller !== null));
  }

  #end(): void {
    const body = Buffer.concat(this.#chunks).subarray(0, bodyBytesMax).toString("utf8");
    if (this.#head) this.#settle({ kind: "answered", ...this.#head, body });
  }

  #giveUp(): void {
    this.fail(Object.assign(new Error("The provider did not answer in time."), { code: "ETIMEDOUT" }));
    this.#controller?.abort(new Error("It was given up."));
  }

  #settle(answer: HttpAnswer): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#resolve(answer);
  }
}

const codes: Readonly<Record<string, string>> = { UND_ERR_CONNECT_TIMEOUT: "ETIMEDOUT", UND_ERR_SOCKET: "ECONNRESET" };

/** Of a failure; the system's word where there is one. */
export function failed(error: Error, isHandedOver: boolean): HttpAnswer {
  const code = "code" in error && typeof error.code === "string" ? error.code : "EFAILED";
  return { kind: "failed", isHandedOver, code: codes[code] ?? code, reason: reasonOf(error, isHandedOver) };
}

function reasonOf({ message }: Error, isHandedOver: boolean): string {
  return `${isHandedOver ? "The provider may have it: " : ""}${message || "the connection failed"}`.slice(0, 500);
}
