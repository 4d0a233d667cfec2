import fc from "fast-check";

/** Texts that break programs: Unicode of every sort, NUL, halves of pairs, names of built-in properties, and long ones. */
const strangeText = fc.oneof(
  { weight: 6, arbitrary: fc.string({ unit: "grapheme", maxLength: 30 }) },
  { weight: 4, arbitrary: fc.string({ unit: "binary", maxLength: 30 }) },
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      ...[
        "",
        " ",
        "\0",
        "a\0b",
        "\ud800",
        "x\udc00y",
        "\u202eabc",
        "\ufeff",
        "e\u0301",
        "\u{1f469}\u200d\u{1f680}",
        "İ",
        "\\u0000",
        "\\",
        '"',
      ],
      ...[
        "__proto__",
        "constructor",
        "prototype",
        "toString",
        "hasOwnProperty",
        "{{context.name}}",
        "'; drop table message; --",
        "%s%n",
        "NaN",
        "null",
      ],
      ...["a\r\nBcc: b@c.example", "<script>alert(1)</script>", "../../etc/passwd", "2026-02-30T25:61:61Z", "1e999"],
    ),
  },
  { weight: 1, arbitrary: fc.constantFrom("x".repeat(1000), "é".repeat(100_000), "x".repeat(1_000_000)) },
);

const key = fc.oneof(
  fc.string({ maxLength: 8 }),
  fc.constantFrom("__proto__", "constructor", "system", "", "a.b", "\0", "\ud800", "名前", "0", "-1", "length"),
);

const { value } = fc.letrec((again) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    strangeText,
    fc.constantFrom(null, true, false, 0, -1, 1.5, 1e308, 5e-324, Number.MAX_SAFE_INTEGER, 2 ** 63),
    fc.array(again("value"), { maxLength: 3 }),
    fc.array(fc.tuple(key, again("value")), { maxLength: 4 }).map(toObject),
  ),
}));

/** As JSON.parse makes them: also `__proto__` is a key like any other. */
function toObject(entries: [string, unknown][]): object {
  return JSON.parse(`{${entries.map(([name, item]) => `${JSON.stringify(name)}:${JSON.stringify(item)}`).join(",")}}`);
}

const calmText = fc.string({ unit: "grapheme-ascii", minLength: 1, maxLength: 20 });
const anObject = fc.array(fc.tuple(key, value), { maxLength: 4 }).map(toObject);
const often = <T, U>(likely: fc.Arbitrary<T>, other: fc.Arbitrary<U>) =>
  fc.oneof({ weight: 12, arbitrary: likely }, { weight: 1, arbitrary: other });

/** One recipient of an executeCampaign call, addressed by what it brings. */
export const strangeRecipient = fc.record(
  {
    userId: fc.oneof({ weight: 3, arbitrary: calmText }, { weight: 1, arbitrary: strangeText }),
    type: fc.constant("EXTERNAL"),
    channelData: often(fc.constant({ emailAddress: "someone@example.com" }), value),
    context: often(anObject, value),
    profile: often(anObject, value),
    namespace: often(fc.constant(null), strangeText),
  },
  { requiredKeys: ["userId", "type", "channelData", "context"] },
);

export const strangeRequestId = fc.oneof({ weight: 8, arbitrary: fc.uuid() }, { weight: 1, arbitrary: strangeText });
