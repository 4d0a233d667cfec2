import { connect, type Socket } from "node:net";

export type LoadOptions = {
  readonly url: string;
  readonly key: string;
  readonly connections: number;
  /** Ready-made JSON; every connection takes the next when its last was answered. */
  readonly bodies: Iterable<Buffer>;
};

export type Loaded = {
  readonly answers: number;
  readonly seconds: number;
  readonly latencyMilliseconds: readonly number[];
};

/**
 * POSTs bodies over a few kept connections. The client shares the machine with what it measures, so it is as cheap as
 * one can be: bare sockets, ready-made bytes, and of an answer only its status, its length and whether it names errors.
 */
export async function postAll(options: LoadOptions): Promise<Loaded> {
  const bodies = options.bodies[Symbol.iterator]();
  const latencyMilliseconds: number[] = [];
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: options.connections }, () => converse(options, bodies, latencyMilliseconds)));
  const seconds = (performance.now() - startedAt) / 1000;
  return { answers: latencyMilliseconds.length, seconds, latencyMilliseconds };
}

async function converse(options: LoadOptions, bodies: Iterator<Buffer>, latencies: number[]): Promise<void> {
  const { hostname, port } = new URL(options.url);
  const socket = connect({ host: hostname, port: Number(port), noDelay: true });
  const answers = readAnswers(socket);
  const head = `POST /graphql HTTP/1.1\r\nhost: ${hostname}:${port}\r\nauthorization: Bearer ${options.key}\r\ncontent-type: application/json\r\n`;
  try {
    for (let next = bodies.next(); !next.done; next = bodies.next()) {
      const sentAt = performance.now();
      socket.cork();
      socket.write(`${head}content-length: ${next.value.length}\r\n\r\n`, "latin1");
      socket.write(next.value);
      socket.uncork();
      checkAnswer(await answers());
      latencies.push(performance.now() - sentAt);
    }
  } finally {
    socket.destroy();
  }
}

type Answer = { readonly head: string; readonly body: Buffer };

function checkAnswer({ head, body }: Answer): void {
  if (!head.startsWith("HTTP/1.1 200") || body.includes('"errors"'))
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
