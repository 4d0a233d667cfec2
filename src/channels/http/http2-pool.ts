import { toError } from "../../base/index.ts";
import { readOrigin } from "./address-rule.ts";
import type { HttpAnswer } from "./answer.ts";
import { failed, type HttpPool, type HttpPoolOptions, type HttpRequest } from "./http-pool.ts";
import { type Http2Session, openHttp2Session } from "./http2-session.ts";

/** How many times a request is given to another session because the first surely did not process it. */
const movesMax = 3;

/**
 * Sessions of HTTP/2 to one origin, with as many streams as the server allows. One that goes away (GOAWAY) gets no new streams;
 * what it surely did not process moves to another, for nothing of it was taken. Nothing else is repeated.
 */
export function createHttp2Pool({ url, connections, timeoutSeconds, privateHosts }: HttpPoolOptions): HttpPool {
  const origin = readOrigin(url, privateHosts);
  const sessions = new Set<Http2Session>();
  const waiting: (() => void)[] = [];
  let opening: Promise<unknown> | null = null;
  let isStopped = false;

  const open = async (): Promise<void> => {
    const session = await openHttp2Session(origin.url, origin.lookup);
    if (isStopped) session.destroy();
    else sessions.add(session);
  };

  const findFree = (): Http2Session | undefined => {
    for (const session of sessions) if (session.isOver) sessions.delete(session);
    return [...sessions].find(({ room }) => room > 0);
  };

  /** A session with room: one that there is, a new one, or whichever has room again first. */
  const find = async (): Promise<Http2Session> => {
    while (!isStopped) {
      const free = findFree();
      if (free) return free;
      if (sessions.size < connections) {
        opening ??= open().finally(() => {
          opening = null;
        });
        await opening;
      } else await new Promise<void>((resolve) => waiting.push(resolve));
    }
    throw Object.assign(new Error("The connections are closed."), { code: "ESTOPPED" });
  };

  const attempt = async (request: HttpRequest): Promise<HttpAnswer> => {
    try {
      const session = await find();
      return await session.post(request, timeoutSeconds * 1000);
    } catch (error) {
      // Thrown before a stream was opened: later faults are answers.
      return failed(toError(error), false);
    } finally {
      waiting.shift()?.();
    }
  };

  return {
    async post(request) {
      if (origin.refusal) return failed(origin.refusal, false);
      let answer = await attempt(request);
      for (let moves = 0; moves < movesMax && isUnprocessed(answer) && !isStopped; moves += 1) answer = await attempt(request);
      return answer;
    },
    async stop() {
      isStopped = true;
      for (const session of sessions) session.destroy();
      for (const wake of waiting.splice(0)) wake();
    },
  };
}

/** Refused by a session that stood: another one may take it. */
function isUnprocessed(answer: HttpAnswer): boolean {
  return answer.kind === "failed" && !answer.isHandedOver && /^(ECONNRESET|ERR_HTTP2_.*)$/.test(answer.code);
}
