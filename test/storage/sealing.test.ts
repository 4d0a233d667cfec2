import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { createSealer, loadSecret } from "../../src/storage/index.ts";

const folder = mkdtempSync(join(tmpdir(), "envoi-sealing-"));
afterAll(() => rmSync(folder, { recursive: true }));

const sealer = createSealer(Buffer.alloc(32, 1));

test("what was sealed opens again, and never looks the same twice", () => {
  for (const text of ["", "secret", "ünï ☀", "x".repeat(10_000)]) expect(sealer.open("a", sealer.seal("a", text))).toBe(text);
  expect(sealer.seal("a", "secret").equals(sealer.seal("a", "secret"))).toBe(false);
  expect(sealer.seal("a", "secret").toString("latin1")).not.toContain("secret");
});

test("a single flipped bit, anywhere, is refused", () => {
  const sealed = sealer.seal("a", "secret");
  for (let bit = 0; bit < sealed.length * 8; bit += 1) {
    const altered = Buffer.from(sealed);
    altered.writeUInt8(altered.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
    expect(sealer.open("a", altered), `bit ${bit}`).toBeNull();
  }
});

test("a text cut short, extended or empty is refused", () => {
  const sealed = sealer.seal("a", "secret");
  for (let length = 0; length < sealed.length; length += 1) expect(sealer.open("a", sealed.subarray(0, length))).toBeNull();
  expect(sealer.open("a", Buffer.concat([sealed, Buffer.alloc(1)]))).toBeNull();
});

test("it opens only for the purpose and under the secret that sealed it", () => {
  const sealed = sealer.seal("channel_configuration:1", "secret");
  expect(sealer.open("channel_configuration:2", sealed)).toBeNull();
  expect(sealer.open("", sealed)).toBeNull();
  expect(createSealer(Buffer.alloc(32, 2)).open("channel_configuration:1", sealed)).toBeNull();
});

test("the secret is made once, for its owner alone, and is the same at the next start", () => {
  const made = loadSecret(folder, null);
  expect(made).toHaveLength(32);
  expect(loadSecret(folder, null).equals(made)).toBe(true);
  expect(statSync(join(folder, "secret.key")).mode & 0o777).toBe(0o600);
  expect(readFileSync(join(folder, "secret.key"), "utf8").trim()).toBe(made.toString("hex"));
});

test("ENVOI_SECRET goes before the file; a damaged file is said, not replaced", () => {
  expect(loadSecret(folder, "ab".repeat(32)).equals(Buffer.alloc(32, 0xab))).toBe(true);
  writeFileSync(join(folder, "secret.key"), "damaged");
  expect(() => loadSecret(folder, null)).toThrow("must hold 64 hexadecimal digits");
});
