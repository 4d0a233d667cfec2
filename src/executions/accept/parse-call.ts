import { createHash } from "node:crypto";
import { configure } from "safe-stable-stringify";
import { type Channel, hasEscapedNul, invalid, isId, isNestedDeeper, isStorableText, nestingMax } from "../../base/index.ts";
import { type RecipientType, recipientTypes } from "../message.ts";

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
};

/** A recipient as checked. Objects are kept as the JSON text that is stored. */
export type CallRecipient = {
  readonly userId: string;
  /** Null takes the campaign's. */
  readonly namespace: string | null;
  readonly type: RecipientType;
  readonly addresses: Readonly<Record<Channel, string | null>>;
  readonly context: string | null;
  readonly profileData: string | null;
};

export type ExecuteCall = {
  readonly campaignId: string;
  readonly requestId: string;
  /** SHA-256 of all arguments, whatever the order of their keys. */
  readonly fingerprint: Buffer;
  readonly executeAt: Date | null;
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

/** Checks a call before anything is read from the database: its faults fail it as a whole. */
export function parseCall(input: ExecuteCampaignInput, limits: { readonly recipientsMax: number }): ExecuteCall {
  if (!isId(input.campaignId))
    throw invalid("INPUT_INVALID", "campaignId must be the id of a campaign.", { field: "campaignId" });
  if (!isText(input.requestId, requestIdMax))
    throw invalid("INPUT_INVALID", `requestId must have 1 to ${requestIdMax} characters and no NUL.`, { field: "requestId" });
  if (input.audienceId)
    throw invalid("INPUT_INVALID", "audienceId: this server has no audiences yet; send recipients.", { field: "audienceId" });
  if (input.context !== null && input.context !== undefined)
    throw invalid("INPUT_INVALID", "context beside recipients belongs to an audience: give each recipient its own context.", {
      field: "context",
    });
  const recipients = parseRecipients(input.recipients ?? [], limits.recipientsMax);
  const executeAt = input.executeAt ?? null;
  return { campaignId: input.campaignId, requestId: input.requestId, fingerprint: fingerprint(input), executeAt, recipients };
}

function fingerprint(input: ExecuteCampaignInput): Buffer {
  const text = stringify({ recipients: input.recipients, executeAt: input.executeAt?.toISOString() ?? null });
  return createHash("sha256")
    .update(text ?? "")
    .digest();
}

export function parseRecipients(inputs: readonly RecipientInput[], max: number): CallRecipient[] {
  if (inputs.length === 0) throw invalid("INPUT_INVALID", "A call needs at least one recipient.", { field: "recipients" });
  if (inputs.length > max)
    throw invalid(
      "RECIPIENTS_TOO_MANY",
      `A call may carry ${max} recipients, this one has ${inputs.length}. Split it, each part with its own requestId.`,
      {
        max,
        given: inputs.length,
      },
    );
  const recipients = inputs.map(parseRecipient);
  refuseRepeated(recipients);
  return recipients;
}

function refuseRepeated(recipients: readonly CallRecipient[]): void {
  const first = new Map<string, number>();
  for (const [index, { userId }] of recipients.entries()) {
    const earlier = first.get(userId);
    if (earlier !== undefined)
      throw invalid(
        "RECIPIENTS_DUPLICATED",
        `recipients.${index} has the same userId as recipients.${earlier}: name each person once in a call.`,
        {
          indexes: [earlier, index],
        },
      );
    first.set(userId, index);
  }
}

export function parseRecipient(input: RecipientInput, index: number): CallRecipient {
  const path = `recipients.${index}`;
  if (!isText(input.userId, userIdMax))
    throw invalid("INPUT_INVALID", `${path}.userId must have 1 to ${userIdMax} characters and no NUL.`, { index });
  if (typeof input.namespace === "string" && !namespacePattern.test(input.namespace))
    throw invalid("INPUT_INVALID", `${path}.namespace must start with a letter and have up to 64 letters, digits, _ or -.`, {
      index,
    });
  return {
    userId: input.userId,
    namespace: input.namespace ?? null,
    type: input.type ?? recipientTypes.PROFILE,
    addresses: {
      EMAIL: parseAddress(input.channelData?.emailAddress, `${path}.channelData.emailAddress`),
      SMS: parseAddress(input.channelData?.mobilePhoneNumber, `${path}.channelData.mobilePhoneNumber`),
      PUSH: parseAddress(input.channelData?.pushToken, `${path}.channelData.pushToken`),
    },
    context: parseContext(input.context, `${path}.context`),
    profileData: parseObject(input.profile, `${path}.profile`, profileBytesMax),
  };
}

function parseAddress(text: string | null | undefined, path: string): string | null {
  if (text === null || text === undefined || text === "") return null;
  if (!isText(text, addressMax)) throw invalid("INPUT_INVALID", `${path} must have up to ${addressMax} characters and no NUL.`);
  return text;
}

function parseContext(value: unknown, path: string): string | null {
  if (isObject(value) && Object.hasOwn(value, reservedContextKey))
    throw invalid("CONTEXT_RESERVED", `${path}.${reservedContextKey} is reserved: choose another name for this value.`, { path });
  return parseObject(value, path, contextBytesMax);
}

function parseObject(value: unknown, path: string, bytesMax: number): string | null {
  if (value === null || value === undefined) return null;
  if (!isObject(value)) throw invalid("INPUT_INVALID", `${path} must be a JSON object.`, { path });
  if (isNestedDeeper(value)) throw invalid("INPUT_INVALID", `${path} may be nested at most ${nestingMax} deep.`, { path });
  const json = JSON.stringify(value);
  if (json.length * 3 > bytesMax && Buffer.byteLength(json) > bytesMax)
    throw invalid("CONTEXT_TOO_LARGE", `${path} has ${Buffer.byteLength(json)} bytes; ${bytesMax} are allowed for a recipient.`, {
      path,
      bytesMax,
    });
  if (hasEscapedNul(json))
    throw invalid("INPUT_INVALID", `${path} holds a NUL character (\\u0000), which cannot be stored. Remove it.`, { path });
  return json;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isText(text: unknown, max: number): text is string {
  return typeof text === "string" && text.length > 0 && text.length <= max && isStorableText(text);
}
