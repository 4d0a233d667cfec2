import { type HttpAnswer, jsonObjectOf } from "../../http/answer.ts";
import { codeIn, textIn, type Verdict, type Words } from "../../http/outcome.ts";

/** What FCM's own codes mean. UNREGISTERED: the app is gone from that device, for good. */
const verdicts: Readonly<Record<string, { readonly verdict: Verdict; readonly pauseSeconds?: number }>> = {
  UNREGISTERED: { verdict: "REJECTED" },
  INVALID_ARGUMENT: { verdict: "REJECTED" },
  SENDER_ID_MISMATCH: { verdict: "REJECTED" },
  QUOTA_EXCEEDED: { verdict: "THROTTLED", pauseSeconds: 60 },
  UNAVAILABLE: { verdict: "THROTTLED" },
  INTERNAL: { verdict: "UNKNOWN" },
  THIRD_PARTY_AUTH_ERROR: { verdict: "DOWN" },
};

/** The code of FCM itself stands in the details; what is in its place otherwise is that of any of Google's services. */
export function fcmCode(answer: HttpAnswer): string | undefined {
  if (answer.kind === "failed") return undefined;
  const details = errorIn(answer.body).details;
  const found = Array.isArray(details) ? details.find((detail) => typeof detail?.errorCode === "string") : undefined;
  return codeIn(found?.errorCode);
}

export function fcmWords(answer: HttpAnswer): Words {
  if (answer.kind === "failed") return {};
  const { name } = jsonObjectOf(answer.body);
  const { status, message } = errorIn(answer.body);
  const code = fcmCode(answer) ?? codeIn(status);
  return { id: textIn(name), code, reason: textIn(message), ...(code && Object.hasOwn(verdicts, code) ? verdicts[code] : {}) };
}

function errorIn(body: string): Readonly<Record<string, unknown>> {
  const { error } = jsonObjectOf(body);
  return typeof error === "object" && error !== null ? { ...error } : {};
}
