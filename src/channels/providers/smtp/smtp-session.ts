import { toError } from "../../../base/index.ts";
import type { Outcome } from "../../outcome.ts";
import type { Dialogue } from "./smtp-dialogue.ts";
import { type Envelope, envelopeCommands, isPositive, judgeEnvelope, needsSmtpUtf8, type Verdict } from "./smtp-envelope.ts";
import { type SmtpFaultCode, smtpFault } from "./smtp-fault.ts";
import type { Turn } from "./smtp-hand-overs.ts";
import { smtpOutcome } from "./smtp-outcome.ts";
import type { Reply } from "./smtp-replies.ts";

/** Its octets end with the final dot. */
export type WireEmail = Envelope & { readonly messageId: string; readonly octets: Buffer };

/** How a server is spoken to, over all connections to it. */
export type Manners = {
  /** Off once it has offered PIPELINING (RFC 2920) and did not keep to it. */
  mayPipeline: boolean;
};

export type Session = { readonly dialogue: Dialogue; readonly extensions: ReadonlySet<string>; readonly manners: Manners };

/** "Bad sequence of commands". They are in order: it is how they came that such a server cannot take. */
const badSequence = 503;
const dot = Buffer.from(".\r\n");
/** What the system takes at once. Of more the final dot is written when it has taken the rest: until then nothing can have left. */
const octetsAtOnceMax = 16_384;

/** Where a local part has letters outside ASCII, RFC 6531 asks for a server that takes them. There is no other spelling of it. */
const notInternational: Outcome = {
  kind: "rejected",
  reason: "The server does not take addresses with letters outside ASCII (SMTPUTF8, RFC 6531). Nothing was handed over.",
  code: "SMTPUTF8",
};

/** Hands one email over. The session can be used for the next one when its dialogue has no fault afterwards. */
export async function deliver(session: Session, email: WireEmail, turn: Turn): Promise<Outcome> {
  if (needsSmtpUtf8(email) && !session.extensions.has("SMTPUTF8")) return notInternational;
  const isPipelined = session.manners.mayPipeline && session.extensions.has("PIPELINING");
  const replies: Reply[] = [];
  try {
    await sayEnvelope(session.dialogue, email, isPipelined, replies);
  } catch (error) {
    return unfinished(session, toError(error), isPipelined, replies);
  }
  const verdict = judgeEnvelope(replies);
  if (verdict.kind === "open") return deliverBody(session.dialogue, email, turn);
  if (verdict.kind === "unfinished") return smtpOutcome(smtpFault("ECONNECTION", "Connection closed unexpectedly"), false);
  if (isPipelined && verdict.reply.code === badSequence) return oneByOne(session, email, turn, verdict);
  await leaveEnvelope(session.dialogue, verdict);
  return refusal("EENVELOPE", verdict.reply);
}

async function sayEnvelope(dialogue: Dialogue, email: WireEmail, isPipelined: boolean, replies: Reply[]): Promise<void> {
  const commands = envelopeCommands(email);
  if (isPipelined) return dialogue.ask(`${commands.join("\r\n")}\r\n`, commands.length, replies);
  for (const command of commands) {
    await dialogue.ask(`${command}\r\n`, 1, replies);
    if (judgeEnvelope(replies).kind !== "unfinished") return;
  }
}

/** A refusal that came before the connection broke settles the matter all the same. */
function unfinished({ manners }: Session, error: Error, isPipelined: boolean, replies: readonly Reply[]): Outcome {
  const verdict = judgeEnvelope(replies);
  if (verdict.kind === "refused" && !(isPipelined && verdict.reply.code === badSequence))
    return refusal("EENVELOPE", verdict.reply);
  const outcome = smtpOutcome(error, false);
  // It may have thrown away what came with its first command.
  if (isPipelined && replies.length > 0 && "code" in outcome && outcome.code === "ETIMEDOUT") manners.mayPipeline = false;
  return outcome;
}

/** Nothing was handed over yet: the same email again over the same connection, each command after the reply to the one before. */
async function oneByOne(session: Session, email: WireEmail, turn: Turn, verdict: Refused): Promise<Outcome> {
  session.manners.mayPipeline = false;
  if (verdict.kind === "refused" && (await clear(session.dialogue))) return deliver(session, email, turn);
  session.dialogue.fail(smtpFault("EPROTOCOL", "The server did not keep to PIPELINING."));
  return { ...refusal("EENVELOPE", verdict.reply), kind: "deferred" } as Outcome;
}

type Refused = Exclude<Verdict, { readonly kind: "open" | "unfinished" }>;

/** Leaves the session ready for the next envelope, or closed. */
async function leaveEnvelope(dialogue: Dialogue, { kind }: Refused): Promise<void> {
  if (kind === "astray") return dialogue.fail(smtpFault("EPROTOCOL", "The server takes a body without a sender."));
  if (kind === "open for nobody") await dialogue.ask(dot, 1, []).catch(() => undefined);
  await clear(dialogue);
}

async function clear(dialogue: Dialogue): Promise<boolean> {
  const replies: Reply[] = [];
  await dialogue.ask("RSET\r\n", 1, replies).catch(() => undefined);
  const [reply] = replies;
  if (reply && isPositive(reply)) return true;
  dialogue.fail(smtpFault("EPROTOCOL", "Could not reset the session."));
  return false;
}

async function deliverBody(dialogue: Dialogue, { octets, messageId }: WireEmail, turn: Turn): Promise<Outcome> {
  turn.isBodyBegun = true;
  const replies: Reply[] = [];
  try {
    await sayBody(dialogue, octets, turn, replies);
  } catch (error) {
    return smtpOutcome(toError(error), turn.mayHaveLeft);
  }
  const [reply] = replies;
  if (reply && isPositive(reply)) return { kind: "sent", providerMessageId: messageId };
  await clear(dialogue);
  return refusal("EMESSAGE", reply);
}

async function sayBody(dialogue: Dialogue, octets: Buffer, turn: Turn, replies: Reply[]): Promise<void> {
  const found = dialogue.fault();
  if (found) throw found;
  if (octets.length <= octetsAtOnceMax) {
    turn.mayHaveLeft = true;
    return dialogue.ask(octets, 1, replies);
  }
  const end = octets.length - dot.length;
  await dialogue.ask(octets.subarray(0, end), 1, replies, () => {
    if (replies.length > 0) return;
    turn.mayHaveLeft = true;
    dialogue.goOn(octets.subarray(end));
  });
  if (turn.mayHaveLeft) return;
  const [early] = replies;
  const fault = smtpFault("EPROTOCOL", "The server answered before the end of the message.");
  dialogue.fail(fault);
  if (early && isPositive(early)) throw fault;
}

function refusal(code: SmtpFaultCode, reply: Reply | undefined): Outcome {
  return smtpOutcome(smtpFault(code, "Refused", reply?.text), false);
}
