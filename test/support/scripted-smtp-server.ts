import { createServer, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";

export type Step = "greeting" | "EHLO" | "MAIL" | "RCPT" | "DATA" | "body" | "dot" | "RSET";

/** What was said: of which envelope over all connections, from 0; of greeting and EHLO, on which connection. */
export type Said = { readonly step: Step; readonly line: string; readonly index: number; readonly isGrouped: boolean };

/** What it answers, "cut" to close the connection instead, null to say nothing; undefined answers as a server that is pleased does. */
export type Script = (said: Said) => string | "cut" | null | undefined;

export type ScriptedServer = {
  readonly port: number;
  connectionCount(): number;
  openConnections(): number;
  dropConnections(): void;
  /** Every command as it came, over all connections. */
  readonly commands: readonly string[];
  /** Bodies that came to their final dot, as they came. */
  readonly bodies: readonly string[];
  stop(): Promise<void>;
};

export type ServerOptions = {
  readonly offers?: readonly string[];
  readonly script?: Script;
  /** How what it says is put into packets: together with what is said in the same turn, or octet by octet. */
  readonly packets?: "merged" | "octets";
};

const pleased: Readonly<Record<Step, string>> = {
  greeting: "220 scripted.example",
  EHLO: "",
  MAIL: "250 2.1.0 sender ok",
  RCPT: "250 2.1.5 recipient ok",
  DATA: "354 go on",
  body: "",
  dot: "250 2.0.0 taken",
  RSET: "250 2.0.0 reset",
};

/** A server that says what it is told to say, down to the packet. */
export async function startScriptedServer(options: ServerOptions = {}): Promise<ScriptedServer> {
  const commands: string[] = [];
  const bodies: string[] = [];
  const sockets = new Set<Socket>();
  let envelopes = 0;
  let connectionCount = 0;
  const ehlo = ["250-scripted.example", ...(options.offers ?? []).map((name) => `250-${name}`), "250 HELP"].join("\r\n");

  const answerTo = (step: Step, line: string, isGrouped: boolean): string | null | undefined => {
    if (step === "MAIL") envelopes += 1;
    const index = (step === "greeting" || step === "EHLO" ? connectionCount : envelopes) - 1;
    const answer = options.script?.({ step, line, index, isGrouped });
    return answer === undefined ? (step === "EHLO" ? ehlo : pleased[step]) : answer;
  };

  const server = createServer((socket) => {
    connectionCount += 1;
    sockets.add(socket);
    const conversation = converse(answerTo, { commands, bodies });
    const say = speaker(socket, options.packets);
    socket.on("error", () => undefined);
    socket.on("close", () => sockets.delete(socket));
    say(conversation.greet());
    socket.on("data", (chunk) => say(conversation.hear(chunk.toString("latin1"))));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as { port: number }).port,
    connectionCount: () => connectionCount,
    openConnections: () => sockets.size,
    dropConnections: () => {
      for (const socket of sockets) socket.destroy();
    },
    commands,
    bodies,
    stop: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

type Answers = readonly (string | null)[];

/** Reads what comes, and says what is to be said to it; "cut" among the answers ends it. */
function converse(
  answerTo: (step: Step, line: string, isGrouped: boolean) => string | null | undefined,
  seen: { readonly commands: string[]; readonly bodies: string[] },
) {
  let unread = "";
  /** Of the body that is coming; null when commands are. */
  let pieces: string[] | null = null;

  const hearBody = (coming: string[]): (string | null)[] => {
    // The end may be split over packets: it is looked for from the last octets before.
    const before = coming.at(-1)?.slice(-4) ?? "\r\n";
    const end = `${before}${unread}`.indexOf("\r\n.\r\n");
    if (end === -1) {
      coming.push(unread.length < 4 ? `${coming.pop() ?? "\r\n"}${unread}` : unread);
      unread = "";
      return coming.length === 1 ? [answerTo("body", "", false) ?? null] : [];
    }
    seen.bodies.push(`${coming.join("")}${unread.slice(0, Math.max(0, end + 2 - before.length))}`);
    unread = unread.slice(end + 5 - before.length);
    pieces = null;
    return [answerTo("dot", "", false) ?? null];
  };

  const hearLine = (isGrouped: boolean): (string | null)[] => {
    const end = unread.indexOf("\r\n");
    const line = unread.slice(0, end);
    unread = unread.slice(end + 2);
    seen.commands.push(line);
    const step = line.slice(0, 4).toUpperCase() as Step;
    const answer = answerTo(step, line, isGrouped) ?? null;
    if (step === "DATA" && answer?.includes("354")) pieces = [];
    return [answer];
  };

  return {
    greet: (): Answers => [answerTo("greeting", "", false) ?? null],
    hear(chunk: string): Answers {
      unread += chunk;
      const isGrouped = pieces === null && unread.split("\r\n").length > 2;
      const answers: (string | null)[] = [];
      while (pieces !== null ? unread !== "" : unread.includes("\r\n")) {
        answers.push(...(pieces !== null ? hearBody(pieces) : hearLine(isGrouped)));
        if (answers.at(-1) === "cut") break;
      }
      return answers;
    },
  };
}

function speaker(socket: Socket, packets: ServerOptions["packets"]): (answers: Answers) => void {
  let said = Promise.resolve();
  const sayOctets = async (text: string): Promise<void> => {
    for (const octet of text) {
      if (!socket.destroyed) socket.write(octet);
      await pause(1);
    }
  };
  return (answers) => {
    const isCut = answers.includes("cut");
    const lines = answers.filter((answer) => answer !== null && answer !== "" && answer !== "cut");
    const text = lines.map((line) => `${line}\r\n`).join("");
    if (packets === "octets") said = said.then(() => sayOctets(text));
    else if (isCut && text !== "") socket.end(text);
    else if (text !== "") socket.write(text);
    if (isCut && text === "") socket.destroy();
  };
}
