import { connect, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";

export type LoadOptions = {
  readonly url: string;
  readonly key: string;
  readonly connections: number;
  /** Ready-made JSON; every connection takes the next when its last was answered. */
  readonly bodies: Iterable<Buffer>;
  /** /graphql unless said. */
  readonly path?: string;
  /** 200 unless said. */
  readonly status?: number;
  /** Bodies a second that begin at even instants, however long the answers take; as fast as they are answered unless said. */
  readonly perSecond?: number;
};

export type Loaded = {
  readonly answers: number;
  readonly seconds: number;
  /** When it began, in milliseconds since 1970: where a pace was asked for, a body was due at its share of it. */
  readonly startedAt: number;
  readonly latencyMilliseconds: readonly number[];
};

/**
 * POSTs bodies over a few kept connections. The client shares the machine with what it measures, so it is as cheap as
 * one can be: bare sockets, ready-made bytes, and of an answer only its status, its length and whether it names errors.
 */
export async function postAll(options: LoadOptions): Promise<Loaded> {
  const latencyMilliseconds: number[] = [];
  const startedAt = performance.now();
  const bodies = dueBodies(options, startedAt);
  await Promise.all(Array.from({ length: options.connections }, () => converse(options, bodies, latencyMilliseconds)));
  const seconds = (performance.now() - startedAt) / 1000;
  return { answers: latencyMilliseconds.length, seconds, latencyMilliseconds, startedAt: performance.timeOrigin + startedAt };
}

type Due = { readonly body: Buffer; readonly dueAt: number | null };

function* dueBodies({ bodies, perSecond }: LoadOptions, startedAt: number): Generator<Due> {
  let index = 0;
  for (const body of bodies) {
    yield { body, dueAt: perSecond === undefined ? null : startedAt + (index * 1000) / perSecond };
    index += 1;
  }
}

async function converse(options: LoadOptions, bodies: Iterator<Due>, latencies: number[]): Promise<void> {
  const { hostname, port } = new URL(options.url);
  const socket = connect({ host: hostname, port: Number(port), noDelay: true });
  const answers = readAnswers(socket);
  const { path = "/graphql", status = 200 } = options;
  const head = `POST ${path} HTTP/1.1\r\nhost: ${hostname}:${port}\r\nauthorization: Bearer ${options.key}\r\ncontent-type: application/json\r\n`;
  try {
    for (let next = bodies.next(); !next.done; next = bodies.next()) {
      const { body, dueAt } = next.value;
      const early = (dueAt ?? 0) - performance.now();
      if (early > 0) await pause(early);
      const sentAt = performance.now();
      socket.cork();
      socket.write(`${head}content-length: ${body.length}\r\n\r\n`, "latin1");
      socket.write(body);
      socket.uncork();
      checkAnswer(await answers(), status);
      // Whoever comes late because the one before was not answered has waited since it was due.
      latencies.push(performance.now() - (dueAt ?? sentAt));
    }
  } finally {
    socket.destroy();
  }
}

type Answer = { readonly head: string; readonly body: Buffer };

function checkAnswer({ head, body }: Answer, status: number): void {
  if (!head.startsWith(`HTTP/1.1 ${status}`) || body.includes('"errors"'))
    throw new Error(`${head}\n\n${body.toString().slice(0, 2000)}`);
}

/** Answers one after the other; each has a content-length. */
function readAnswers(socket: Socket): () => Promise<Answer> {
  let received: Buffer = Buffer.alloc(0);
  let wanted: { resolve(answer: Answer): void; reject(error: Error): void } | null = null;
  const fail = (error: Error): void => wanted?.reject(error);
  socket.on("error", fail);
  socket.on("close", () => fail(new Error("the server closed the connection")));
  socket.on("data", (chunk: Buffer) => {
    received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
    const answer = takeAnswer(received);
    if (!answer) return;
    received = received.subarray(answer.end);
    const reader = wanted;
    wanted = null;
    reader?.resolve(answer);
  });
  return () =>
    new Promise((resolve, reject) => {
      wanted = { resolve, reject };
    });
}

function takeAnswer(received: Buffer): (Answer & { readonly end: number }) | null {
  const headEnd = received.indexOf("\r\n\r\n");
  if (headEnd < 0) return null;
  const head = received.toString("latin1", 0, headEnd);
  const length = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1]);
  const end = headEnd + 4 + length;
  return received.length < end ? null : { head, body: received.subarray(headEnd + 4, end), end };
}
