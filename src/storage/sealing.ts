import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { invalid } from "../base/index.ts";
import { writePrivateFile } from "./private-file.ts";

const nonceBytes = 12;
const tagBytes = 16;
const secretBytes = 32;

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
  const present = findSecret(folder, secretHex);
  if (present) return present;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const made = randomBytes(secretBytes);
  writePrivateFile(fileIn(folder), `${made.toString("hex")}\n`);
  return made;
}

/** Null before the first start. */
export function findSecret(folder: string, secretHex: string | null): Buffer | null {
  if (secretHex) return Buffer.from(secretHex, "hex");
  const file = fileIn(folder);
  if (!existsSync(file)) return null;
  const secret = Buffer.from(readFileSync(file, "utf8").trim(), "hex");
  if (secret.length !== secretBytes)
    throw invalid("INPUT_INVALID", `${file} must hold 64 hexadecimal digits. Restore it from your backup.`);
  return secret;
}

const fileIn = (folder: string): string => join(folder, "secret.key");
