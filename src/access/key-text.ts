import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

/**
 * The text of a key: `envoi_<id>_<secret>`. The prefix lets secret scanners find it, the id finds its row,
 * the secret has 256 random bits, so a plain SHA-256 of it can be stored.
 */
const pattern = /^envoi_([0-9a-f]{32})_([A-Za-z0-9_-]{43})$/;

export type KeyParts = { readonly id: string; readonly secret: string };

export function writeKey(parts: KeyParts): string {
  return `envoi_${parts.id.replaceAll("-", "")}_${parts.secret}`;
}

/** Null when `text` is not of a key's form. */
export function readKey(text: string): KeyParts | null {
  const [, compactId, secret] = pattern.exec(text) ?? [];
  if (!compactId || !secret) return null;
  return { id: compactId.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5"), secret };
}

export function createSecret(): string {
  return randomBytes(32).toString("base64url");
}

export function hashSecret(secret: string): Buffer {
  return createHash("sha256").update(secret).digest();
}

export function isSameHash(one: Uint8Array, other: Uint8Array): boolean {
  return timingSafeEqual(one, other);
}
