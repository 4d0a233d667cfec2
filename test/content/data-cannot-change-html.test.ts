import fc from "fast-check";
import { expect, test } from "vitest";
import { readHtmlTokens } from "../../src/content/html-tokens.ts";
import { checkContent, compileContent } from "../../src/content/index.ts";
import { aRecipient } from "./support/render.ts";

const pieces = [
  ...["<p>", "</p>", "<a ", "<img ", "<p ", ">", "/>", "<", "</", "<!--", "-->", "<!", "<?", "<!--[if mso]>", "<![endif]-->"],
  ...["<script>", "</script>", "<style>", "</style>", "<title>", "</title>", "<textarea>", "</textarea>", "<![CDATA[", "]]>"],
  ...[
    'href="',
    "href='",
    "href=",
    'src="',
    ' title="',
    " title='",
    " class=",
    ' onclick="',
    ' style="',
    "on",
    "href",
    "=",
    '"',
    "'",
    '">',
    "'>",
  ],
  ...[
    "java",
    "script",
    "javascript:",
    "https://x.example",
    "https",
    ":",
    "/",
    "?",
    "#",
    "&",
    "&colon;",
    ";",
    "x",
    "b c",
    " ",
    "\n",
  ],
];
const prints = ["{{profile.v}}", "{%= profile.v %}", '{%= profile.w ?: "y" %}', "{{#with profile.v as |z|}}{{z}}{{/with}}"];

const leaf = fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...pieces) }, { weight: 1, arbitrary: fc.constantFrom(...prints) });
const { body } = fc.letrec<{ body: string }>((tie) => ({
  body: fc
    .array(fc.oneof({ weight: 8, arbitrary: leaf }, { weight: 1, arbitrary: block(tie("body")) }), { maxLength: 6 })
    .map((parts) => parts.join("")),
}));

function block(inside: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.oneof(
    inside.map((a) => `{%#if profile.yes%}${a}{%/if%}`),
    fc.tuple(inside, inside).map(([a, b]) => `{%#if profile.yes%}${a}{%else%}${b}{%/if%}`),
    fc.tuple(inside, inside, inside).map(([a, b, c]) => `{%#if profile.yes%}${a}{%else if profile.no%}${b}{%else%}${c}{%/if%}`),
    inside.map((a) => `{{#each profile.list as |item|}}${a}{{/each}}`),
  );
}

const template = fc.array(fc.oneof(body, fc.constantFrom(...pieces)), { maxLength: 4 }).map((parts) => parts.join(""));

const hostileValues = [
  ...[
    `" onmouseover="x`,
    "' onmouseover='x",
    " onmouseover=x ",
    "><script>x</script>",
    "</script><b>",
    "</style><b>",
    "--><b id=c>",
  ],
  ...[
    "javascript:x",
    "script:x",
    ":x",
    "java",
    "data:text/html,x",
    " \tjava\nscript:x",
    "=",
    "/",
    ">",
    "<",
    "",
    "&quot;",
    "]]>",
    "x",
  ],
];

/** The names of everything in the html, without texts and values. */
function shapeOf(html: string): string[] {
  return readHtmlTokens(html).map((token) => {
    if (token.kind !== "tag") return token.kind;
    return [html.slice(token.from, token.nameTo).toLowerCase(), ...token.attributes.map((attribute) => attribute.name)].join(" ");
  });
}

function schemesOf(html: string): string[] {
  const attributes = readHtmlTokens(html).flatMap((token) => (token.kind === "tag" ? token.attributes : []));
  return attributes
    .filter(({ name, value }) => value && (name === "href" || name === "src"))
    .map(({ value }) => (value?.pieces ?? []).map((piece) => piece.text).join(""))
    .map((address) => /^([a-z][a-z0-9+.-]*):/i.exec(address.replace(/[\0-\x20]/g, ""))?.[1]?.toLowerCase() ?? "https");
}

const ways = [
  { yes: true, no: false, list: [1, 2] },
  { yes: false, no: true, list: [] },
  { yes: false, no: false, list: [1] },
];

test("whatever the check lets pass, a recipient's data changes no tag, no attribute and no scheme of the html", () => {
  let passed = 0;
  fc.assert(
    fc.property(template, fc.constantFrom(...hostileValues), fc.constantFrom(...hostileValues), (html, v, w) => {
      const email = { subject: "s", html: `.${html}` };
      if (!html.includes("{") || checkContent("EMAIL", { email }).issues.some((issue) => issue.severity === "ERROR")) return;
      passed += 1;
      const content = compileContent("EMAIL", { email });
      for (const way of ways) {
        const print = (values: object): string => {
          const result = content.render(aRecipient({ profile: { ...way, ...values } }));
          return result.kind === "rendered" && result.message.channel === "EMAIL" ? result.message.html : "";
        };
        const hostile = print({ v, w });
        expect(shapeOf(hostile)).toEqual(shapeOf(print({ v: "x", w: "x" })));
        expect(schemesOf(hostile).filter((scheme) => scheme !== "https")).toEqual([]);
      }
    }),
    { numRuns: 20_000, seed: 1_100 },
  );
  expect(passed).toBeGreaterThan(2_000);
});
