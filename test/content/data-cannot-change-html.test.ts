import fc from "fast-check";
import { type DefaultTreeAdapterTypes, parse } from "parse5";
import { expect, test } from "vitest";
import { readHtmlTokens } from "../../src/content/html-tokens.ts";
import { checkContent, compileContent } from "../../src/content/index.ts";
import { cases, random } from "../support/random-cases.ts";
import { aRecipient } from "./support/render.ts";

const pieces = [
  ...["<p>", "</p>", "<a ", "<img ", "<p ", ">", "/>", "<", "</", "<!--", "-->", "<!", "<?", "<!--[if mso]>", "<![endif]-->"],
  ...["<script>", "</script>", "<style>", "</style>", "<title>", "</title>", "<textarea>", "</textarea>", "<![CDATA[", "]]>"],
  ...["<script><!--<script>", "<svg>", "</svg>", "<math>", "<set ", "<meta ", "<noscript>", "<table>", "<select>", "</"],
  ...[
    '<script type="application/ld+json">',
    '{"a":',
    '"b"',
    "}",
    "\\",
    ' style="color:',
    ' style="background:url(',
    "<style>a{color:",
  ],
  ...[")", "url('", ";", "/*", "*/", "{", "background:"],
  ...[' srcset="', "1x, ", ",", ' attributeName="href" to="', ' http-equiv="refresh" content="0;url='],
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
  ...["red;}", "url(javascript:x)", "x')", "*/", '\\"', "</script><!--<script>", "}b{background:url(//x)", "\n", "%"],
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
    .map(schemeOf);
}

function schemeOf(address: string): string {
  return /^([a-z][a-z0-9+.-]*):/i.exec(address.replace(/[\0-\x20]/g, ""))?.[1]?.toLowerCase() ?? "https";
}

type Found = { readonly at: number; readonly shape: string; readonly addresses: readonly string[] };

/**
 * What a browser's parser makes of the html: another program than the one that the check reads with. Elements that it
 * adds by itself do not count, nor does where in the tree it puts them.
 */
function readAsBrowser(html: string): { shape: string[]; schemes: string[] } {
  const found = new Map<number, Found>();
  const pending: DefaultTreeAdapterTypes.Node[] = [parse(html, { sourceCodeLocationInfo: true, scriptingEnabled: false })];
  for (let node = pending.pop(); node; node = pending.pop()) {
    const at = node.sourceCodeLocation?.startOffset;
    if (at !== undefined && node.nodeName === "#comment") found.set(at, { at, shape: "comment", addresses: [] });
    if (at !== undefined && "tagName" in node) found.set(at, readElement(node, at));
    if ("childNodes" in node) pending.push(...node.childNodes);
    if ("content" in node) pending.push(node.content);
  }
  const inOrder = [...found.values()].sort((one, other) => one.at - other.at);
  return { shape: inOrder.map(({ shape }) => shape), schemes: inOrder.flatMap(({ addresses }) => addresses.map(schemeOf)) };
}

function readElement({ tagName, attrs, childNodes }: DefaultTreeAdapterTypes.Element, at: number): Found {
  const names = attrs.map(({ name, prefix }) => (prefix ? `${prefix}:${name}` : name));
  const code =
    tagName === "script" || tagName === "style" ? childNodes.map((child) => ("value" in child ? child.value : "")) : [];
  const type = attrs.find(({ name }) => name === "type")?.value;
  const isJson = tagName === "script" && type === "application/ld+json";
  const styles = [
    ...(tagName === "style" ? code : []),
    ...attrs.filter(({ name }) => name === "style").map(({ value }) => value),
  ];
  const read = tagName === "style" ? [] : isJson ? code.map(shapeOfJson) : code;
  const handlers = attrs.filter(({ name }) => name.startsWith("on")).map(({ value }) => value);
  const addresses = attrs.flatMap(({ name, value }) => addressesOf(tagName, name, value));
  const shape = [tagName, ...names, ...read, ...styles.map(shapeOfCss), ...handlers].join(" ");
  return { at, shape, addresses: [...addresses, ...styles.flatMap(addressesInCss)] };
}

/** All but what texts hold, and which simple value stands somewhere. */
function shapeOfJson(code: string): string {
  return code.replace(/"(?:[^"\\]|\\(?:[\s\S]|$))*(?:"|$)|null|true|false|-?\d+(?:\.\d+)?/g, '""');
}

const cssAddress = /url\(['"]?([A-Za-z0-9<>:/?#[\]@!$&+,=._~%-]*)/g;

/** All but colours, and addresses that hold nothing but letters of addresses. */
function shapeOfCss(code: string): string {
  return code.replace(cssAddress, "url(").replaceAll(/unset|red/g, "");
}

function addressesInCss(code: string): string[] {
  return [...code.matchAll(cssAddress)].map(([, address]) => address ?? "");
}

function addressesOf(element: string, name: string, value: string): string[] {
  if (name === "href" || name === "src") return [value];
  if (name === "srcset") return value.split(/,\s|\s,/).map((one) => one.trim());
  if (name === "to" && element === "set") return [value];
  return name === "content" ? [/url=(.*)/is.exec(value)?.[1] ?? ""] : [];
}

const ways = [
  { yes: true, no: false, list: [1, 2] },
  { yes: false, no: true, list: [] },
  { yes: false, no: false, list: [1] },
];

test("whatever the check lets pass, a recipient's data changes no tag, no attribute and no scheme of the html", random, () => {
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
        const harmless = print({ v: "x", w: "x" });
        expect(shapeOf(hostile)).toEqual(shapeOf(harmless));
        expect(schemesOf(hostile).filter((scheme) => scheme !== "https")).toEqual([]);
        const browser = readAsBrowser(hostile);
        const expected = readAsBrowser(harmless);
        expect(browser.shape).toEqual(expected.shape);
        // What the author wrote behind the end of what is read here may be of any scheme, but is so for everybody.
        expect(browser.schemes.filter((scheme, index) => scheme !== "https" && scheme !== expected.schemes[index])).toEqual([]);
      }
    }),
    cases,
  );
  expect(passed).toBeGreaterThan(cases.numRuns / 10);
});
