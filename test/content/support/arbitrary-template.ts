import fc from "fast-check";

const hostileTexts = [
  "<b>&'\"",
  "');throw 1//",
  '");throw 1//',
  "\u2028",
  "\\",
  "`",
  "}}",
  "%}",
  "<%= 1 %>",
  "__rt",
  "a\r\nb",
  "😀",
  "é",
];

const value = fc.oneof(
  { withCrossShrink: true },
  fc.constantFrom<unknown>(
    "",
    "x",
    "ab",
    "3",
    "-2",
    "12.5",
    0,
    1,
    1.5,
    -2,
    true,
    false,
    null,
    undefined,
    [],
    {},
    ...hostileTexts,
  ),
  fc.string({ maxLength: 4 }),
);
const item = fc.oneof(
  value,
  fc.record({ name: value, price: value, list: fc.array(value, { maxLength: 2 }) }, { requiredKeys: [] }),
);
const attributes = fc.record(
  { a: value, b: value, user: fc.record({ name: value }, { requiredKeys: [] }), list: fc.array(item, { maxLength: 3 }) },
  { requiredKeys: [] },
);

/** Data of a recipient in which anything may be absent, of another type, or look like code. */
export const arbitraryData = fc.record({
  profile: attributes,
  context: attributes,
  message: fc.constant({ id: "m", unsubscribeUrl: "https://x/?a=1&b=2" }),
  now: fc.constant(new Date("2026-01-30T12:00:00Z")),
});

const literalText = fc
  .oneof(fc.constantFrom(...hostileTexts), fc.string({ maxLength: 5 }))
  .map((text) => `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`);
/** An opening brace before a tag would be read as a third one. */
const plainText = fc
  .oneof(fc.constantFrom(...hostileTexts), fc.string({ maxLength: 8 }))
  .map((text) => text.replaceAll("{", "("));

function path(depth: number): fc.Arbitrary<string> {
  const roots = ["profile", "context"].flatMap((root) =>
    ["a", "b", "user.name", "user", "list", "list.name", "list.`0`.name"].map((part) => `${root}.${part}`),
  );
  const aliases = Array.from({ length: depth }, (_, index) => [`x${index}`, `x${index}.name`, `x${index}.list`]).flat();
  const inside = depth > 0 ? ["this", "this.price", "@index"] : [];
  return fc.constantFrom(...roots, "message.id", "one", "two", "two.name", ...aliases, ...inside);
}

/** Of the index of a loop, the review knows that it is a number. */
function untyped(depth: number): fc.Arbitrary<string> {
  return path(depth).filter((name) => name !== "@index");
}

function expression(depth: number, size: number): fc.Arbitrary<string> {
  const leaf = fc.oneof(
    path(depth),
    literalText,
    fc.constantFrom("0", "1.5", "2", "true", "false", "1e21".replace("e21", "0".repeat(22))),
    ...(depth > 0 ? [fc.constantFrom("@first", "@last")] : []),
  );
  if (size === 0) return leaf;
  const inner = expression(depth, size - 1);
  const numeric = fc.oneof(path(depth), fc.constantFrom("1", "0.1", "-3"));
  const binary = (operators: string[], operand: fc.Arbitrary<string>) =>
    fc.tuple(operand, fc.constantFrom(...operators), operand).map(([left, operator, right]) => `(${left} ${operator} ${right})`);
  return fc.oneof(
    leaf,
    binary(["=", "!=", "?:"], inner),
    binary(
      ["and", "or"],
      inner.filter((code) => !/^["\d]/.test(code)),
    ),
    binary([">", ">=", "<", "<="], fc.oneof(path(depth), literalText, fc.constantFrom("1", "0.1", "-3"))),
    binary(["+", "-", "*", "/", "%"], numeric),
    inner.map((operand) => `(not ${operand})`),
    fc
      .tuple(fc.constantFrom("upperCase", "titleCase", "trim", "length", "concat", "isEmpty"), inner)
      .map(([name, operand]) => `${name}(${operand})`),
    fc.tuple(fc.constantFrom("toInt", "sum", "head", "join"), untyped(depth)).map(([name, operand]) => call(name, operand)),
    untyped(depth).map((operand) => `head(${operand}).name`),
    fc.tuple(inner, inner).map(([left, right]) => `concat(${left}, ${right})`),
    fc
      .tuple(fc.constantFrom("concat", "contains", "replace", "includes", "join", "get"), untyped(depth), untyped(depth))
      .map(([name, left, right]) => (name === "replace" ? `replace(${left}, ${right}, "x")` : `${name}(${left}, ${right})`)),
  );
}

/** As a function, or behind its first argument. */
function call(name: string, operand: string): string {
  if (name === "join") return `${operand}.join("-")`;
  return name === "head" ? `${operand}.head()` : `${name}(${operand})`;
}

function node(depth: number, size: number): fc.Arbitrary<string> {
  const value = expression(depth, 2);
  const leaf = fc.oneof(
    plainText,
    path(depth).map((name) => `{{${name}}}`),
    path(depth).map((name) => `{{{ ${name} }}}`),
    value.map((code) => `{%= ${code} %}`),
    value.map((code) => `{% let two = ${code} %}`),
    plainText.map((text) => `{{!-- ${text.replaceAll("-", "")} --}}`),
  );
  if (size === 0) return leaf;
  const inside = (innerDepth: number) => fc.array(node(innerDepth, size - 1), { maxLength: 3 }).map((nodes) => nodes.join(""));
  const list = fc.oneof(untyped(depth), fc.constant('[1, "two", context.a]'));
  return fc.oneof(
    leaf,
    fc
      .tuple(value, inside(depth), value, inside(depth), inside(depth))
      .map(([first, a, second, b, c]) => `{%#if ${first}%}${a}{%else if ${second}%}${b}{%else%}${c}{%/if%}`),
    fc.tuple(value, inside(depth)).map(([code, body]) => `{%#unless ${code}%}${body}{%/unless%}`),
    fc.tuple(list, inside(depth + 1)).map(([code, body]) => `{{#each ${code} as |x${depth}|}}${body}{{/each}}`),
    fc
      .tuple(list, inside(depth + 1), inside(depth))
      .map(([code, body, none]) => `{{#each ${code} as |x${depth}|}}${body}{{else}}${none}{{/each}}`),
    fc.tuple(value, inside(depth), inside(depth)).map(([code, a, b]) => `{{#if ${code}}}${a}{{else}}${b}{{/if}}`),
    fc.tuple(path(depth), inside(depth)).map(([code, body]) => `{{#with ${code} as |one|}}${body}{{/with}}`),
    fc
      .tuple(path(depth), inside(depth), inside(depth))
      .map(([code, body, none]) => `{{#with ${code} as |one|}}${body}{{else}}${none}{{/with}}`),
  );
}

/** A template made by the grammar of the language: it has no fault, unless one of its tags is too long. */
export const arbitraryTemplate = fc
  .tuple(expression(0, 1), expression(0, 1), fc.array(node(0, 2), { minLength: 1, maxLength: 3 }))
  .map(
    ([one, two, nodes]) =>
      `{% let one = ${one.replace(/\b(one|two)\b/g, "context.a")} ?: context.a %}{% let two = ${two.replace(/\btwo\b/g, "one")} ?: context.a %}${nodes.join("")}`,
  );
