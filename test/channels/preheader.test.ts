import { describe, expect, test } from "vitest";
import { withPreheader } from "../../src/channels/email/email-message.ts";
import { cpuMilliseconds } from "../support/cpu-milliseconds.ts";

const hidden = '<div style="display:none;max-height:0;overflow:hidden">P</div>';

describe("the preheader stands first in the body", () => {
  test.each([
    ["<html><body><p>x</p></body></html>", "<html><body>|<p>x</p></body></html>"],
    ['<BODY class="a"\n>x', '<BODY class="a"\n>|x'],
    ["<body title=\"a > b\" lang='>'>x", "<body title=\"a > b\" lang='>'>|x"],
    ["<!-- <body> --><body>x", "<!-- <body> --><body>|x"],
    ["<!--[if mso]><body class=a><![endif]--><body>x", "<!--[if mso]><body class=a><![endif]--><body>|x"],
    ["<title><body></title><style>/*<body>*/</style><body>x", "<title><body></title><style>/*<body>*/</style><body>|x"],
    ["<bodyguard><body/>x", "<bodyguard><body/>|x"],
    ['<body class="a>x', '<body class="a>|x'],
    ["<p>x</p>", "|<p>x</p>"],
    ["<!-- <body>", "|<!-- <body>"],
    ["x<body", "|x<body"],
    ["<!doctype html><p>x</p>", "<!doctype html>|<p>x</p>"],
    ["\ufeff<!DOCTYPE html>\n<!-- a -->\nx", "\ufeff<!DOCTYPE html>\n<!-- a -->|\nx"],
    [
      "<html><head><title>a > b</title><style>p > b {}</style></head>x",
      "<html><head><title>a > b</title><style>p > b {}</style></head>|x",
    ],
    ['<!doctype html><meta content=">"><link href="a"/><center>x', '<!doctype html><meta content=">"><link href="a"/>|<center>x'],
    ["<?xml version='1.0'?><!doctype html><html lang='>'>x", "<?xml version='1.0'?><!doctype html><html lang='>'>|x"],
    ["<!doctype html><title>x", "<!doctype html>|<title>x"],
    ["<headline>x", "|<headline>x"],
  ])("%s", (html, expected) => {
    expect(withPreheader(html, "P")).toBe(expected.replace("|", hidden));
  });

  test("escaped, and not at all when there is none", () => {
    expect(withPreheader("<body>", "<b>&\"'")).toContain(">&lt;b&gt;&amp;&quot;&#39;<");
    expect(withPreheader("<body>", null)).toBe("<body>");
    expect(withPreheader("<body>", "")).toBe("<body>");
  });
});

test.each([
  "<body",
  "<body ",
  "<body '",
  "<body \"'",
  "<!--",
  "<title>",
  "<style></style>",
  "<",
  "</title",
  "<body a='",
  "<!x>",
  "<meta>",
  "<meta '",
  "<script></script>",
  "<!doctype ",
  " ",
])("2 MB of %s take under 50 ms", (piece) => {
  const html = piece.repeat(Math.floor((2 * 1024 * 1024) / piece.length));
  expect(cpuMilliseconds(() => withPreheader(html, "P"))).toBeLessThan(50);
});
