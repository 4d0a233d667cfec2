import { createHash } from "node:crypto";
import { configure } from "safe-stable-stringify";
import {
  type AppError,
  type Channel,
  hasEscapedNul,
  invalid,
  isId,
  isNestedDeeper,
  isStorableText,
  keyOf,
  nestingMax,
  together,
} from "../../base/index.ts";
import { type RecipientType, recipientTypes } from "../message.ts";
import type { CallKind } from "./call-kind.ts";
import { type JsonText, toJsonText } from "./json-text.ts";

/** Shapes as the API hands them over; everything below checks them without trusting a type. */
export type RecipientInput = {
  readonly userId: string;
  readonly namespace?: string | null | undefined;
  readonly type?: RecipientType | null | undefined;
  readonly channelData?: ChannelDataInput | null | undefined;
  readonly profile?: unknown;
  readonly context?: unknown;
};

export type ChannelDataInput = {
  readonly emailAddress?: string | null | undefined;
  readonly mobilePhoneNumber?: string | null | undefined;
  readonly pushToken?: string | null | undefined;
};

export type ExecuteCampaignInput = {
  readonly campaignId: string;
  readonly requestId: string;
  readonly recipients?: readonly RecipientInput[] | null | undefined;
  readonly audienceId?: string | null | undefined;
  readonly context?: unknown;
  readonly executeAt?: Date | null | undefined;
  /** Which campaigns may be meant; no argument of the caller's, and so no part of the fingerprint. Default ANY. */
  readonly kind?: CallKind | undefined;
};

/** A recipient as checked. */
export type CallRecipient = {
  readonly userId: string;
  /** Null takes the campaign's. */
  readonly namespace: string | null;
  readonly type: RecipientType;
  readonly addresses: Readonly<Record<Channel, string | null>>;
  readonly context: JsonText | null;
  readonly profileData: JsonText | null;
};

export type ExecuteCall = {
  readonly campaignId: string;
  readonly requestId: string;
  /** SHA-256 of all arguments, whatever the order of their keys. */
  readonly fingerprint: Buffer;
  readonly executeAt: Date | null;
  readonly kind: CallKind;
  readonly recipients: readonly CallRecipient[];
};

const userIdMax = 512;
const requestIdMax = 255;
const addressMax = 4096;
const contextBytesMax = 200 * 1024;
const profileBytesMax = 200 * 1024;
const reservedContextKey = "system";
const namespacePattern = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/;
const stringify = configure({ deterministic: true, bigint: false });

/**
 * Checks a call before anything is read from the database: its faults fail it as a whole, and all are told at once. Those of
 * the call itself come first, then those of its recipients.
 */
export function parseCall(input: ExecuteCampaignInput, limits: { readonly recipientsMax: number }): ExecuteCall {
  const faults: AppError[] = [];
  if (!isId(input.campaignId))
    faults.push(invalid("INPUT_INVALID", "campaignId must be the id of a campaign.", { field: "campaignId" }));
  if (!isText(input.requestId, requestIdMax))
    faults.push(
      invalid("INPUT_INVALID", `requestId must have 1 to ${requestIdMax} characters and no NUL.`, { field: "requestId" }),
    );
  if (input.audienceId)
    faults.push(
      invalid("INPUT_INVALID", "audienceId: this server has no audiences yet; send recipients.", { field: "audienceId" }),
    );
  if (input.context !== null && input.context !== undefined)
    faults.push(
      invalid("INPUT_INVALID", "context beside recipients belongs to an audience: give each recipient its own context.", {
        field: "context",
      }),
    );
  const recipients = parseRecipients(input.recipients ?? [], { max: limits.recipientsMax, faults });
  refuse(faults);
  const { campaignId, requestId, executeAt = null, kind = "ANY" } = input;
  return { campaignId, requestId, fingerprint: fingerprint(input), executeAt, kind, recipients };
}

function refuse([first, ...others]: readonly AppError[]): void {
  if (first) throw together([first, ...others]);
}

/** Recipient by recipient: a text of the whole call would take as much memory again as the call. */
function fingerprint({ recipients, executeAt }: ExecuteCampaignInput): Buffer {
  const hash = createHash("sha256").update(stringify({ executeAt: executeAt?.toISOString() ?? null }) ?? "");
  for (const recipient of recipients ?? []) hash.update(stringify(meant(recipient)) ?? "");
  return hash.digest();
}

/** What is left out, null, or said as it would be anyway is the same: one door names what another leaves out. */
function meant({ type, channelData, ...recipient }: RecipientInput): object {
  return withoutNulls({
    ...recipient,
    type: type === recipientTypes.PROFILE ? null : type,
    channelData: channelData && withoutNulls(channelData),
  });
}

function withoutNulls(values: object): object {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null && value !== undefined));
}

type RecipientsCheck = { readonly max: number; readonly faults: AppError[] };

function parseRecipients(inputs: readonly RecipientInput[], { max, faults }: RecipientsCheck): CallRecipient[] {
  if (inputs.length === 0) faults.push(invalid("INPUT_INVALID", "A call needs at least one recipient.", { field: "recipients" }));
  if (inputs.length > max) {
    const message = `A call may carry ${max} recipients, this one has ${inputs.length}. Split it, each part with its own requestId.`;
    faults.push(invalid("RECIPIENTS_TOO_MANY", message, { max, given: inputs.length }));
    return [];
  }
  const recipients = inputs.map((input, index) => readRecipient(input, { index, faults }));
  findRepeated(recipients, faults);
  return recipients;
}

function findRepeated(recipients: readonly CallRecipient[], faults: AppError[]): void {
  const first = new Map<string, number>();
  for (const [index, { userId }] of recipients.entries()) {
    const earlier = first.get(userId);
    if (earlier === undefined) first.set(userId, index);
    // An empty userId is a fault already.
    else if (userId)
      faults.push(
        invalid(
          "RECIPIENTS_DUPLICATED",
          `recipients.${index} has the same userId as recipients.${earlier}: name each person once in a call.`,
          { indexes: [earlier, index] },
        ),
      );
  }
}

/** One recipient outside a call. */
export function parseRecipient(input: RecipientInput): CallRecipient {
  const faults: AppError[] = [];
  const recipient = readRecipient(input, { index: 0, faults });
  refuse(faults);
  return recipient;
}

type RecipientCheck = { readonly index: number; readonly faults: AppError[] };
type FieldCheck = { readonly path: string; readonly faults: AppError[] };

/** What is faulty is told in `faults`, and what is returned then is for nobody. */
function readRecipient(input: RecipientInput, { index, faults }: RecipientCheck): CallRecipient {
  const path = `recipients.${index}`;
  const { userId, namespace, channelData } = input;
  const about = { index, ...keyOf(userId) };
  if (!isText(userId, userIdMax))
    faults.push(invalid("INPUT_INVALID", `${path}.userId must have 1 to ${userIdMax} characters and no NUL.`, about));
  if (typeof namespace === "string" && !namespacePattern.test(namespace)) {
    const message = `${path}.namespace must start with a letter and have up to 64 letters, digits, _ or -.`;
    faults.push(invalid("INPUT_INVALID", message, about));
  }
  const given = (name: keyof ChannelDataInput) =>
    readAddress(channelData?.[name], { path: `${path}.channelData.${name}`, faults });
  return {
    userId,
    namespace: namespace ?? null,
    type: input.type ?? recipientTypes.PROFILE,
    addresses: { EMAIL: given("emailAddress"), SMS: given("mobilePhoneNumber"), PUSH: given("pushToken") },
    context: readContext(input.context, { path: `${path}.context`, faults }),
    profileData: readObject(input.profile, { path: `${path}.profile`, faults }, profileBytesMax),
  };
}

function readAddress(text: string | null | undefined, { path, faults }: FieldCheck): string | null {
  if (text === null || text === undefined || text === "") return null;
  if (isText(text, addressMax)) return text;
  faults.push(invalid("INPUT_INVALID", `${path} must have up to ${addressMax} characters and no NUL.`, { path }));
  return null;
}

function readContext(value: unknown, check: FieldCheck): JsonText | null {
  if (!isObject(value) || !Object.hasOwn(value, reservedContextKey)) return readObject(value, check, contextBytesMax);
  const { path, faults } = check;
  const message = `${path}.${reservedContextKey} is reserved: choose another name for this value.`;
  faults.push(invalid("CONTEXT_RESERVED", message, { path }));
  return null;
}

function readObject(value: unknown, { path, faults }: FieldCheck, bytesMax: number): JsonText | null {
  if (value === null || value === undefined) return null;
  if (!isObject(value) || isNestedDeeper(value)) {
    faults.push(shapeFault(value, path));
    return null;
  }
  const json = JSON.stringify(value);
  const fault = textFault(json, { path, bytesMax });
  if (fault) faults.push(fault);
  return fault ? null : toJsonText(value, json);
}

function shapeFault(value: unknown, path: string): AppError {
  const message = isObject(value) ? `${path} may be nested at most ${nestingMax} deep.` : `${path} must be a JSON object.`;
  return invalid("INPUT_INVALID", message, { path });
}

function textFault(json: string, { path, bytesMax }: { readonly path: string; readonly bytesMax: number }): AppError | null {
  if (json.length * 3 > bytesMax && Buffer.byteLength(json) > bytesMax) {
    const message = `${path} has ${Buffer.byteLength(json)} bytes; ${bytesMax} are allowed for a recipient.`;
    return invalid("CONTEXT_TOO_LARGE", message, { path, bytesMax });
  }
  if (!hasEscapedNul(json)) return null;
  return invalid("INPUT_INVALID", `${path} holds a NUL character (\\u0000), which cannot be stored. Remove it.`, { path });
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isText(text: unknown, max: number): text is string {
  return typeof text === "string" && text.length > 0 && text.length <= max && isStorableText(text);
}
