import { createHmac, timingSafeEqual } from "node:crypto";

/** Standard Webhooks 1.0: an HMAC over id, instant and body. The receiver knows by it who called, and a repetition by the id. */
export type Signed = { readonly id: string; readonly timestamp: string; readonly body: string | Buffer };

const prefix = "whsec_";
const keyBytes = { min: 24, max: 64 };
const toleranceSeconds = 300;

/** One secret, or two while one replaces the other: what is signed is signed with both, and either is believed. */
export function keysOf(secrets: string): Buffer[] {
  return secrets.split(" ").map((secret) => Buffer.from(secret.slice(prefix.length), "base64"));
}

export function areSigningSecrets(text: string): boolean {
  const secrets = text.split(" ");
  return (
    secrets.length <= 2 && secrets.every((secret) => /^whsec_[A-Za-z0-9+/]+={0,2}$/.test(secret)) && keysOf(text).every(isStrong)
  );
}

const isStrong = ({ length }: Buffer): boolean => length >= keyBytes.min && length <= keyBytes.max;

export function signatureHeaders(keys: readonly Buffer[], { id, timestamp, body }: Signed): Record<string, string> {
  const signature = keys.map((key) => `v1,${mac(key, { id, timestamp, body }).toString("base64")}`).join(" ");
  return { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signature };
}

/** Null when the call was signed with one of the keys, and lately; else why not. Pure. */
export function signatureFault(
  keys: readonly Buffer[],
  headers: Readonly<Record<string, string | undefined>>,
  { body, now }: { readonly body: Buffer; readonly now: Date },
): string | null {
  const { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signatures } = headers;
  if (!id || !timestamp || !signatures) return "It is not signed.";
  if (!/^\d{1,12}$/.test(timestamp) || Math.abs(now.getTime() / 1000 - Number(timestamp)) > toleranceSeconds)
    return "It was signed too long ago, or a clock goes wrong.";
  const given = signatures.split(" ").flatMap((one) => (one.startsWith("v1,") ? [Buffer.from(one.slice(3), "base64")] : []));
  const expected = keys.map((key) => mac(key, { id, timestamp, body }));
  const fits = expected.some((right) => given.some((one) => one.length === right.length && timingSafeEqual(one, right)));
  return fits ? null : "It was signed with another secret.";
}

function mac(key: Buffer, { id, timestamp, body }: Signed): Buffer {
  return createHmac("sha256", key).update(`${id}.${timestamp}.`).update(body).digest();
}
