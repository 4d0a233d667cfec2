import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { invalid } from "../base/index.ts";

const nonceBytes = 12;
const tagBytes = 16;

/** Seals texts with AES-256-GCM under the server's secret. `purpose` is authenticated: a text opens only for what it was sealed for. */
export type Sealer = {
  seal(purpose: string, text: string): Buffer;
  /** Null when it was sealed by another secret, for another purpose, or altered. */
  open(purpose: string, sealed: Uint8Array): string | null;
};

export function createSealer(secret: Buffer): Sealer {
  return {
    seal(purpose, text) {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv("aes-256-gcm", secret, nonce).setAAD(Buffer.from(purpose));
      return Buffer.concat([nonce, cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()]);
    },
    open(purpose, sealed) {
      if (sealed.length < nonceBytes + tagBytes) return null;
      const bytes = Buffer.from(sealed);
      const decipher = createDecipheriv("aes-256-gcm", secret, bytes.subarray(0, nonceBytes)).setAAD(Buffer.from(purpose));
      decipher.setAuthTag(bytes.subarray(-tagBytes));
      try {
        return decipher.update(bytes.subarray(nonceBytes, -tagBytes), undefined, "utf8") + decipher.final("utf8");
      } catch {
        return null;
      }
    },
  };
}

/** ENVOI_SECRET, or the secret made on the first start and kept in `folder` for its owner alone. */
export function loadSecret(folder: string, secretHex: string | null): Buffer {
  if (secretHex) return Buffer.from(secretHex, "hex");
  const file = join(folder, "secret.key");
  if (!existsSync(file)) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(file, `${randomBytes(32).toString("hex")}\n`, { mode: 0o600, flag: "wx" });
  }
  const secret = Buffer.from(readFileSync(file, "utf8").trim(), "hex");
  if (secret.length !== 32)
    throw invalid("INPUT_INVALID", `${file} must hold 64 hexadecimal digits. Restore it from your backup.`);
  return secret;
}
