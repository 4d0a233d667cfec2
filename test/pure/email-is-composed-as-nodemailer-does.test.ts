import { buffer } from "node:stream/consumers";
import fc from "fast-check";
import MailComposer from "nodemailer/lib/mail-composer";
import DataStream from "nodemailer/lib/smtp-connection/data-stream";
import PostalMime from "postal-mime";
import { describe, expect, test } from "vitest";
import { readEmailAddress } from "../../src/channels/email-address.ts";
import { displayName, headerText } from "../../src/channels/providers/smtp/header-text.ts";
import { addressOnWire } from "../../src/channels/providers/smtp/smtp-address.ts";
import { composeEmail, type Email } from "../../src/channels/providers/smtp/smtp-compose.ts";

/**
 * The judge: nodemailer's composer, and its stream that writes what follows DATA. Two headers are ours in both: nodemailer passes
 * words on that look encoded, and folds no word.
 */
async function asNodemailerWritesIt({ sender, to, boundary: _, ...email }: Email): Promise<string> {
  const composed = new MailComposer({
    ...email,
    text: email.text ?? undefined,
    from: { name: sender.name ?? "", address: sender.address },
    to: { name: "", address: to },
    ...(sender.replyTo ? { replyTo: { name: "", address: sender.replyTo } } : {}),
  }).compile();
  const encode = composed.encodeHeaderValue.bind(composed);
  composed.encodeHeaderValue = (key, value) => {
    if (key === "From") return `${displayName(sender.name ?? "")}<${sender.address}>`;
    return key === "Subject" ? headerText(String(value)) : encode(key, value);
  };
  const stuffed = composed.createReadStream().pipe(new DataStream());
  return (await buffer(stuffed)).toString("latin1");
}

/** The boundary is chance on either side. */
const withoutBoundary = (written: string): string => {
  const boundary = /boundary="([^"]+)"/.exec(written)?.[1];
  return boundary === undefined ? written : written.replaceAll(boundary, "BOUNDARY");
};

const theSame = async (email: Email): Promise<void> => {
  const own = composeEmail(email).toString("latin1");
  expect(withoutBoundary(own)).toBe(withoutBoundary(await asNodemailerWritesIt(email)));
};

const pieces = fc.oneof(
  fc.string({ maxLength: 90 }),
  fc.string({ unit: "binary", maxLength: 30 }),
  fc.string({ unit: "grapheme", maxLength: 40 }),
  fc.constantFrom(
    "\r\n",
    "\n",
    "\r",
    "\n\r",
    "\r\n.\r\n",
    "\n.",
    "\r.",
    ".",
    "..",
    "\r\n..",
    "\n.\n",
    " \r\n",
    "\t\n",
    "  ",
    "\t",
  ),
  fc.constantFrom(
    "=",
    "=3D",
    "=\r\n",
    "Zoë",
    "日本語",
    "👩‍👩‍👧‍👦",
    "\0",
    "\ud800",
    "\udfff",
    "\u2028",
    "\u0085",
    "\u007f",
    "\ufeff",
    "From ",
  ),
  fc.constantFrom(
    "x".repeat(75),
    "x".repeat(76),
    "x".repeat(77),
    "word ".repeat(30),
    "é".repeat(80),
    "1234567890".repeat(12),
    "a".repeat(1200),
  ),
  fc.constantFrom("<p>Your order</p>\n", "<a href='https://shop.example/?a=1&b=2'>Shop</a>", "<!doctype html>\r\n"),
);
const someText = fc.array(pieces, { maxLength: 14 }).map((found) => found.join(""));
const oneLine = someText.map((text) => text.replace(/[\r\n]+/g, " ").slice(0, 900));
const addresses = fc.constantFrom(
  ...[
    "ann@example.com",
    "zoë@example.com",
    "用户@例子.广告",
    "a@bücher.example",
    '"a..b"@docomo.ne.jp',
    "o'neil+x=y@example.com",
  ],
  ...[`${"l".repeat(64)}@${"d".repeat(60)}.example`, "%&*{}|~@example.com", '".ü"@xn--bcher-kva.example'],
);

const emails: fc.Arbitrary<Email> = fc.record({
  sender: fc.record({
    name: fc.option(oneLine.map((text) => text.slice(0, 200))),
    address: fc.constantFrom("shop@sender.example", `${"s".repeat(60)}@xn--bcher-kva.example`),
    replyTo: fc.option(fc.constantFrom("answers@sender.example", '"a..b"@docomo.ne.jp')),
  }),
  to: addresses.map((address) => addressOnWire(readEmailAddress(address)?.sendTo ?? "")),
  subject: fc.oneof(oneLine, fc.constantFrom("", " ", "s".repeat(67), "s".repeat(66), "word ".repeat(40), "Grüße ☀")),
  html: fc.oneof({ weight: 9, arbitrary: someText }, { weight: 1, arbitrary: fc.constant("") }),
  text: fc.oneof({ weight: 8, arbitrary: someText }, { weight: 2, arbitrary: fc.constantFrom("", null) }),
  messageId: fc.constantFrom(
    "<0190a000-0000-7000-8000-000000000000@sender.example>",
    `<${"k".repeat(36)}@${"d".repeat(60)}.example>`,
  ),
  date: fc.date({ min: new Date("1990-01-01"), max: new Date("2200-01-01"), noInvalidDate: true }),
  boundary: fc.constant("--_Part-0190a000-0000-7000-8000-000000000000"),
});

test("1,000 generated emails are composed octet for octet as nodemailer composes and sends them, but for the boundary", async () => {
  await fc.assert(fc.asyncProperty(emails, theSame), { numRuns: 1000 });
});

test("what follows DATA holds no end of the message before its own, and no line break but CRLF", async () => {
  await fc.assert(
    fc.property(emails, (email) => {
      const whole = composeEmail(email).toString("latin1");
      expect(whole.endsWith("\r\n.\r\n")).toBe(true);
      const written = whole.slice(0, -".\r\n".length);
      expect(written).not.toMatch(/(?<!\r)\n|\r(?!\n)/);
      expect(written).not.toMatch(/(?:^|\n)\.(?!\.)/);
      for (const line of written.split("\r\n")) expect(line.length).toBeLessThanOrEqual(999);
    }),
    { numRuns: 500 },
  );
});

describe("an email of megabytes", () => {
  test.each([
    ["letters", "Zoë orders a lamp, and a lamp comes.\n"],
    ["another script", "日本語の本文が続きます。\n"],
    ["one line", "lamp "],
  ])("of %s is read as it was written", async (_what, piece) => {
    const html = piece.repeat(Math.ceil(2_000_000 / piece.length)).trim();
    const [email] = fc.sample(emails, { numRuns: 1, seed: 1 }) as [Email];
    const written = composeEmail({ ...email, html, text: "T" })
      .toString("latin1")
      .replaceAll("\r\n..", "\r\n.");
    expect((await PostalMime.parse(Buffer.from(written, "latin1"))).html?.trim().replaceAll("\r\n", "\n")).toBe(html);
  });
});
