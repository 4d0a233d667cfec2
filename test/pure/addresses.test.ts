import { describe, expect, test } from "vitest";
import { foldCase } from "../../src/base/index.ts";
import { readAddress, readEmailDomain } from "../../src/channels/index.ts";
import { mailboxPairs, numberPairs } from "../support/spellings.ts";

const signs = (): string[] =>
  Array.from({ length: 0x110000 }, (_, code) => String.fromCodePoint(code)).filter((sign) => sign.isWellFormed());
const hasSpellings = (sign: string): boolean => /[\p{CWU}\p{CWL}\p{M}]/u.test(sign) || sign !== sign.normalize("NFD");
const keyOf = (text: string): string | undefined => readAddress("EMAIL", text)?.key;
const numberOf = (text: string): string | undefined => readAddress("SMS", text)?.key;

describe("one mailbox has one key", () => {
  test("700 mailboxes and 300 numbers, each in two spellings, have 1,000 keys", () => {
    const mails = mailboxPairs(700, "p").map((pair) => [keyOf(pair.one), keyOf(pair.other)]);
    const numbers = numberPairs(300, 0).map((pair) => [numberOf(pair.one), numberOf(pair.other)]);
    for (const [one, other] of [...mails, ...numbers]) expect(other).toBe(one);
    const keys = new Set([...mails, ...numbers].map(([one]) => one));
    expect(keys.size).toBe(1000);
    expect(keys).not.toContain(undefined);
  });

  test("a key is the key of itself, and of the address that is sent to", () => {
    for (const { one, other } of mailboxPairs(700, "p")) {
      const read = readAddress("EMAIL", other);
      expect([read?.key, read?.sendTo].map((text) => keyOf(text ?? ""))).toEqual([keyOf(one), keyOf(one)]);
    }
  });

  test("every letter of Unicode is one with its capital, its small letter and both ways to type its accents", () => {
    for (const letter of signs().filter(hasSpellings)) {
      const folded = foldCase(letter);
      const spelled = [letter.toUpperCase(), letter.toLowerCase(), letter.normalize("NFD"), letter.normalize("NFC"), folded];
      for (const spelling of spelled)
        if (foldCase(spelling) !== folded) expect.fail(`${JSON.stringify(letter)} is not one with ${JSON.stringify(spelling)}`);
    }
  });

  test("digits of every script make the same number", () => {
    const found = signs().filter((sign) => /\p{Nd}/u.test(sign));
    expect(found.length).toBeGreaterThan(600);
    for (const [index, sign] of found.entries()) expect(numberOf(`+336123456${sign}8`)).toBe(`+336123456${index % 10}8`);
  });
});

describe("what is sent to", () => {
  test.each([
    ["Ann.Lee@Example.COM", "Ann.Lee@example.com"],
    ["RENE\u0301E@bücher.example", "RENÉE@xn--bcher-kva.example"],
    ["ｄｏｔ＠ｅｘａｍｐｌｅ．ｃｏｍ", "dot@example.com"],
    ["dot@example\u3002com", "dot@example.com"],
    ["用户@例子.广告", "用户@xn--fsqu00a.xn--4rr70v"],
    ['"a..b"@docomo.ne.jp', '"a..b"@docomo.ne.jp'],
    ['".a"@docomo.ne.jp', '".a"@docomo.ne.jp'],
    ['"a."@ezweb.ne.jp', '"a."@ezweb.ne.jp'],
    ['"plain"@docomo.ne.jp', "plain@docomo.ne.jp"],
  ])("%s: %s, with the local part as it was written", (text, sendTo) => {
    expect(readAddress("EMAIL", text)?.sendTo).toBe(sendTo);
  });

  test.each([
    ...["", "@", "a@", "@b.example", "nothing", "a@b@c.example", "a..b@docomo.ne.jp", ".a@b.example", "a.@b.example"],
    ...["a@b.example,c@d.example", "a@b.example;c@d.example", "Ann <a@b.example>", "<a@b.example>", "a(b)@c.example"],
    ...['"a b"@c.example', '"a@b"@c.example', '"a,b"@c.example', '"a\\"b"@c.example', '"a\r\nb"@c.example', '""@c.example'],
    ...["a\u00ad@b.example", "a\u200bb@c.example", "a@b\u200bc.example", "a b@c.example", "a\0@b.example", "a\ud800@b.example"],
    ...["a@-b.example", "a@b-.example", "a@b..example", "a@b.example.", "a@b_c.example", "a@[192.0.2.1]", "a@192.0.2.1", "a@1"],
    ...["a@exa%6dple.com", "a@b.example:25", "a@b.example/c", "a@xn--zzzzzz-.example"],
    ...[
      `${"a".repeat(65)}@b.example`,
      `${"é".repeat(33)}@b.example`,
      `a@${"b".repeat(64)}.example`,
      `a@${"b.".repeat(126)}example`,
    ],
  ])("%j is no address", (text) => {
    expect(readAddress("EMAIL", text)).toBeNull();
  });

  test.each([
    "0612345678",
    "+1",
    "+15551234567;ext=5",
    "tel:+15551234567;ext=5",
    "+1 555 1234567 ext. 5",
    "+1555CALLNOW",
    "++33612345678",
  ])("%s is no number", (text) => {
    expect(readAddress("SMS", text)).toBeNull();
  });
});

test("a domain has one spelling too", () => {
  const spellings = [
    "bücher.example",
    "@BÜCHER.example",
    "xn--bcher-kva.example",
    "bu\u0308cher\u3002example",
    " \uff42ücher.example",
  ];
  expect(spellings.map(readEmailDomain)).toEqual(spellings.map(() => "xn--bcher-kva.example"));
  expect(["a@b.example", "", "b..example", "b c.example"].map(readEmailDomain)).toEqual([null, null, null, null]);
});

test("50,000 addresses are read in less time than it takes to store them, also hostile ones", () => {
  const began = process.cpuUsage();
  for (let index = 0; index < 50_000; index += 1) readAddress("EMAIL", `person${index}@example.com`);
  const everyday = process.cpuUsage(began).user / 1000;
  // 20 ms on a quiet machine; storing them takes 1,100.
  expect(everyday).toBeLessThan(300);
  const blanks = `${"\u200b".repeat(500)}x${"\u200b ".repeat(1700)}x`;
  const again = process.cpuUsage();
  for (let index = 0; index < 100; index += 1) readAddress("EMAIL", blanks);
  expect(process.cpuUsage(again).user / 1000).toBeLessThan(500);
});
