import { describe, expect, test } from "vitest";
import { nextSecrets } from "../../src/channels/next-secrets.ts";
import { openSecrets } from "../../src/channels/secrets.ts";
import { createSealer } from "../../src/storage/index.ts";

const sealer = createSealer(Buffer.alloc(32, 7));
const [id, name] = ["0190a000-0000-7000-8000-000000000000", "Relay"];
const purpose = `channel_configuration:${id}`;
const sealed = (value: unknown, by = sealer) => ({ id, name, sealedSecrets: by.seal(purpose, JSON.stringify(value)) });
const none = { id, name, sealedSecrets: null };

describe("what is kept of secrets", () => {
  test("those that are not sent stay, an empty text removes one, and the last one removed leaves nothing sealed", () => {
    const first = nextSecrets(sealer, none, { smtp: { password: "a" } });
    const after = (sent: Record<string, Record<string, string>>) =>
      nextSecrets(sealer, { ...none, sealedSecrets: first.sealed as Buffer }, sent);
    expect(after({})).toMatchObject({ sealed: first.sealed, changed: [] });
    const both = after({ other: { key: "b" } });
    expect(openSecrets(sealer, { ...none, sealedSecrets: both.sealed as Buffer })).toEqual({
      smtp: { password: "a" },
      other: { key: "b" },
    });
    expect(both.changed).toEqual(["other.key"]);
    expect([both.has("smtp", "password"), both.has("other", "word")]).toEqual([true, false]);
    expect(after({ smtp: { password: "" } })).toMatchObject({ sealed: null, changed: ["smtp.password"] });
  });

  test("what was sealed with another ENVOI_SECRET stays as it is, is replaced as a whole, and is never mixed with new ones", () => {
    const foreign = sealed({ smtp: { password: "a" } }, createSealer(Buffer.alloc(32, 8)));
    expect(nextSecrets(sealer, foreign, {}).sealed).toBe(foreign.sealedSecrets);
    const replaced = nextSecrets(sealer, foreign, { smtp: { password: "b" } });
    expect(openSecrets(sealer, { ...foreign, sealedSecrets: replaced.sealed as Buffer })).toEqual({ smtp: { password: "b" } });
    expect(() => nextSecrets(sealer, foreign, { unknown: { key: "b" } })).toThrow("Enter all of them again");
  });
});
