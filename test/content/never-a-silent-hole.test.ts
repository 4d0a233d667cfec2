import fc from "fast-check";
import { expect, test } from "vitest";
import { functions } from "../../src/content/functions/registry.ts";
import { checkContent, compileContent } from "../../src/content/index.ts";
import { cases, random } from "../support/random-cases.ts";
import { aRecipient } from "./support/render.ts";

/** What callers send: numbers with commas, dates of five fashions, lists, texts, nothing. Each is there, except the last two. */
const values: Readonly<Record<string, unknown>> = {
  whole: 12,
  fraction: 9.5,
  digits: "12.50",
  comma: "9,99",
  thousands: "1,234.50",
  blank: "",
  word: "Oslo",
  yes: true,
  iso: "2026-03-05T10:00:00Z",
  day: "2026-03-05",
  german: "5.3.2026",
  american: "03/05/2026",
  seconds: 1_772_704_800,
  zone: "Europe/Oslo",
  locale: "nb_NO",
  pattern: "dd.MM.yyyy",
  prices: [5, "9"],
  tags: ["a", "b"],
  mixed: [5, "9,99", null],
  orders: [{ price: 5 }, { price: "9,99" }],
  none: [],
  address: { city: "Oslo" },
  nothing: null,
  // `absent` is not there at all.
};
const names = [...Object.keys(values), "absent", "orders.price", "address.city"];
/** Functions whose result may rightly be an empty text, of texts that are there. */
const mayBeEmpty =
  /^(substr|ampSubstr|trim|leftTrim|rightTrim|replace|replaceAll|join|concat|urlDecode|urlEncode|decode64|encode64|toString|stringToNumber|(upper|lower|title|camel)Case|mask|regexGroup|getUrl\w+)$/;

const variable = fc.constantFrom(...names).map((name) => `context.${name}`);
const literal = fc.constantFrom('"x"', "2", "0", "true", '"2026-03-05"', '"9,99"', "[1, 2]", '"dd/MM/yyyy"', '"en_US"', '"a"');
const definitions = [...functions.values()].filter(({ name }) => name !== "random");

const expression: fc.Arbitrary<string> = fc.letrec<{ value: string; call: string; calculation: string }>((tie) => ({
  value: fc.oneof({ maxDepth: 3 }, variable, literal, tie("call"), tie("calculation")),
  call: fc.constantFrom(...definitions).chain((definition) => {
    const count = Math.min(definition.argumentsMax, Math.max(definition.argumentsMin, definition.argumentTypes.length));
    return fc.tuple(...Array.from({ length: count }, () => tie("value"))).map((args) => `${definition.name}(${args.join(", ")})`);
  }),
  calculation: fc
    .tuple(variable, fc.constantFrom("+", "-", "*", "/", "%", "<", ">="), fc.oneof(variable, fc.constantFrom("2", "0")))
    .map(([left, operator, right]) => `(${left} ${operator} ${right})`),
})).value;

/** Whether an empty text may be what the expression means: it is one of the values, or made of texts. */
function mayPrintNothing(code: string): boolean {
  return code === "context.blank" || mayBeEmpty.test(/^(\w+)\(/.exec(code)?.[1] ?? "");
}

test(
  "of random expressions over typed values, none is sent with a silent hole; what the review could know, it says",
  random,
  () => {
    const seen = { refused: 0, rendered: 0, excluded: 0 };
    fc.assert(
      fc.property(expression, (code) => {
        const content = { sms: { body: `[{%= ${code} %}]` } };
        const isRefused = checkContent("SMS", content).issues.some(({ severity }) => severity === "ERROR");
        if (isRefused) {
          seen.refused += 1;
          return;
        }
        const result = compileContent("SMS", content).render(aRecipient({ context: { ...values } }));
        if (result.kind === "rendered") {
          seen.rendered += 1;
          const text = result.message.channel === "SMS" ? result.message.body : "";
          if (!mayPrintNothing(code)) expect(text, code).not.toBe("[]");
          expect(text).not.toMatch(/undefined|NaN|\[object|Infinity/);
        } else {
          seen.excluded += 1;
          // Without a variable, it comes out so for everybody: the review would have said it.
          expect(code, result.detail).toMatch(/context\.|getCurrentZonedDateTime|currentTimeInMillis|age/);
          if (result.kind === "missing-context") expect(result.paths.length, code).toBeGreaterThan(0);
        }
      }),
      cases,
    );
    expect(seen.rendered).toBeGreaterThan(cases.numRuns / 20);
    expect(seen.excluded).toBeGreaterThan(cases.numRuns / 20);
  },
);
