import { type Fault, faultsFound, keyOf } from "../../base/index.ts";
import type { ExecuteCampaignInput, RecipientInput, RecipientType } from "../../executions/index.ts";
import { callHead, calls, type RestCallKind, type RestRecipient } from "./call-schema.ts";
import { faultsOf } from "./fields.ts";

/** So many are looked for: a call may have fifty thousand people with three faults each. */
const faultsMax = 20;

const types: Readonly<Record<RestRecipient["type"], RecipientType>> = { aep: "PROFILE", external: "EXTERNAL" };

type Limits = { readonly recipientsMax: number };

/** A body as the use case takes it. Only shapes are looked at here; all the rest is for the use case. */
export function readCall(kind: RestCallKind, body: unknown, { recipientsMax }: Limits): ExecuteCampaignInput {
  const head = callHead.safeParse(body);
  const faults: Fault[] = head.success ? [] : faultsOf(head.error);
  const given = recipientsOf(body);
  // Too many are counted by the use case, and read by nobody.
  const recipients = given.length > recipientsMax ? (given as RecipientInput[]) : readRecipients(kind, given, faults);
  if (!head.success || faults.length > 0) throw faultsFound(faults.slice(0, faultsMax));
  return { campaignId: head.data.campaignId, requestId: head.data.requestId, recipients, kind };
}

function recipientsOf(body: unknown): readonly unknown[] {
  const { recipients } = (body ?? {}) as { readonly recipients?: unknown };
  return Array.isArray(recipients) ? recipients : [];
}

function readRecipients(kind: RestCallKind, given: readonly unknown[], faults: Fault[]): RecipientInput[] {
  const { recipient } = calls[kind];
  const recipients: RecipientInput[] = [];
  for (const [index, entry] of given.entries()) {
    if (faults.length >= faultsMax) break;
    const parsed = recipient.safeParse(entry);
    if (parsed.success) recipients.push(toRecipient(parsed.data));
    else {
      const named = keyOf((entry as { readonly userId?: unknown } | null)?.userId);
      faults.push(...faultsOf(parsed.error, ["recipients", index]).map((fault) => ({ ...fault, ...named })));
    }
  }
  return recipients;
}

function toRecipient({ type, userId, namespace, channelData, profile, context }: RestRecipient): RecipientInput {
  const { emailAddress, mobilePhoneNumber, pushInfo } = channelData ?? {};
  return {
    type: types[type],
    userId,
    namespace,
    ...(channelData ? { channelData: { emailAddress, mobilePhoneNumber, pushToken: pushInfo?.token } } : {}),
    profile,
    context,
  };
}
