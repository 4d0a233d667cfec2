import { describe, expect, test } from "vitest";
import { checkContent } from "../../src/content/index.ts";
import { htmlOf, locate } from "./support/render.ts";

function htmlFaultsOf(html: string): string[] {
  const { issues } = checkContent("EMAIL", { email: { subject: "s", html, text: "t" } });
  return issues.map(locate);
}

describe("a value stands in html where escaping holds it", () => {
  test.each([
    "<p>{{profile.a}}</p>",
    "<p title=\"{{profile.a}} and {%= trim(profile.b) %}\" lang='{{profile.c}}'>x</p>",
    "<title>{{profile.a}}</title><textarea>{{profile.b}}</textarea>",
    "<!-- {{profile.a}} -->",
    "<style>p { color: red }</style><script>1 < 2</script>{{profile.a}}",
    "<STYLE>p</STYLE >{{profile.a}}",
    "<p {%#if profile.a%}class=\"b\"{%else%}class='c'{%/if%}>",
    "<option value='a'{%#if profile.a%} selected{%/if%}>",
    '<td{%#if profile.a%} class="b"{%else if profile.b%} hidden{%/if%} id="c">',
    '<p {%#if profile.a%}hidden{%else%}id="b"{%/if%}>',
    '<p style="{%#if profile.a%}color:red{%else%}color:blue{%/if%}">',
    '{%#if profile.a%}<a href="https://x.example/{{profile.b}}">{%/if%}x{%#if profile.a%}</a>{%/if%}',
    '{{#each context.items as |x|}}<li title="{{x.a}}">{{x.b}}</li>{{/each}}',
    '<a title="1 > 0 {{profile.a}}">',
    "1 < 2 {{profile.a}} <3 {{profile.b}} < {{profile.c}}",
    '<a onion-ring="x" data-on="{{profile.a}}">',
    "<a {{! a comment }} class='b'>",
    '<p style="color:{{profile.a}};background-color: #{{profile.b}};width:{{profile.c}}px">',
    '<p style="{%#if profile.a%}color:{{profile.a}}{%else%}margin:0 {{profile.b}}{%/if%};padding:{{profile.c}}">',
    "<td style=\"background:#fff url('{{profile.a}}') no-repeat;background-image:url(https://x.example/{{profile.b}}.png)\">",
    "<style>@media (max-width:{{profile.w}}px) { .a { color: {{profile.a}}; } }</style>",
    '<p style="color:rgb({{profile.r}}, {{profile.g}}, 0)">',
    '<script type="application/ld+json">{"a": "{{profile.a}}", "b": {{profile.b}}}</script>',
    "<svg><title>Logo</title><style>a{}</style></svg>{{profile.a}}",
    "<script><!-- 1 < 2 //--></script>{{profile.a}}",
    "{%#if profile.a%}<!--[if mso]>{%#if profile.b%}<p>{%/if%}{{profile.b}}<![endif]-->{%/if%}",
    '<meta name="author" content="{{profile.a}}">',
    '<svg><animate attributeName="width" to="{{profile.a}}" values="1;{{profile.b}}"/></svg>',
  ])("%s", (html) => {
    expect(htmlFaultsOf(html)).toEqual([]);
  });

  test.each([
    ["<p class={{profile.a}}>", ["ATTRIBUTE_UNQUOTED 1:10"]],
    ["<p class=a{{profile.a}}b>", ["ATTRIBUTE_UNQUOTED 1:11"]],
    ["<p\n class = {{profile.a}} id={{profile.b}}>", ["ATTRIBUTE_UNQUOTED 2:10", "ATTRIBUTE_UNQUOTED 2:27"]],
    ["<p {{profile.a}}>", ["EXPRESSION_IN_TAG 1:4"]],
    ['<p {{profile.a}}="b">', ["EXPRESSION_IN_TAG 1:4"]],
    ["<{{profile.a}}>", ["EXPRESSION_IN_TAG 1:2"]],
    ["<!{{profile.a}}>", ["EXPRESSION_IN_TAG 1:3"]],
    ["<!-- {{profile.a}}> -->", ["EXPRESSION_IN_TAG 1:6"]],
    ["</ {{profile.a}}>", ["EXPRESSION_IN_TAG 1:4"]],
    ["<h{{profile.a}}></h{{profile.a}}>", ["EXPRESSION_IN_TAG 1:3", "EXPRESSION_IN_TAG 1:20"]],
    ['<p title="a"{{profile.a}}>', ["EXPRESSION_IN_TAG 1:13"]],
    ['<p title="{{profile.a}}', ["EXPRESSION_IN_TAG 1:11"]],
    ["<p {{profile.a}}", ["EXPRESSION_IN_TAG 1:4"]],
    ["<script>let a = '{{profile.a}}'</script>{{profile.b}}", ["EXPRESSION_IN_SCRIPT 1:18"]],
    ["<SCRIPT async\n>{%= profile.a %}", ["EXPRESSION_IN_SCRIPT 2:2"]],
    ["<script>'</scrip>{{profile.a}}</script >", ["EXPRESSION_IN_SCRIPT 1:18"]],
    ["<script/>{{profile.a}}", ["EXPRESSION_IN_SCRIPT 1:10"]],
    ["<style>p { {{profile.a}}: red }</style>", ["EXPRESSION_IN_STYLE 1:12"]],
    ["<style>{{profile.a}} { color: red }</style>", ["EXPRESSION_IN_STYLE 1:8"]],
    ["<style>@import url({{profile.a}});</style>", ["EXPRESSION_IN_STYLE 1:20"]],
    ["<style>p{background:url({{profile.a}})}</style>", ["EXPRESSION_IN_STYLE 1:25"]],
    ['<p style="{{profile.a}}">', ["EXPRESSION_IN_STYLE 1:11"]],
    ['<p style="color:red;{{profile.a}}:blue">', ["EXPRESSION_IN_STYLE 1:21"]],
    [`<p style="font-family:'{{profile.a}}'">`, ["EXPRESSION_IN_STYLE 1:24"]],
    ['<p style="color:/* {{profile.a}} */red">', ["EXPRESSION_IN_STYLE 1:20"]],
    ['<p style="color:\\{{profile.a}}">', ["EXPRESSION_IN_STYLE 1:18", "BACKSLASH_PRINTED 1:17"]],
    ['<p style="behavior:url({{profile.a}})">', ["EXPRESSION_IN_STYLE 1:24"]],
    ['<p style="background:u{%#if profile.b%}r{%/if%}l({{profile.a}})">', ["EXPRESSION_IN_STYLE 1:50"]],
    ['<p style="background:u\\72l({{profile.a}})">', ["EXPRESSION_IN_STYLE 1:28"]],
    ['<p style="background:url({{profile.a}}:{{profile.b}})">', ["EXPRESSION_IN_STYLE 1:39", "EXPRESSION_IN_STYLE 1:40"]],
    ['<p style="background:url(javascript:{{profile.a}})">', ["EXPRESSION_IN_STYLE 1:37"]],
    ['<p style="{%#if profile.a%}color:{%/if%}{{profile.b}}">', ["EXPRESSION_IN_STYLE 1:34"]],
    [`<p style="{%#if profile.a%}x:'{%else%}y:{%/if%}{{profile.b}}">`, ["EXPRESSION_IN_STYLE 1:41"]],
    [
      '<script type="application/ld+json">{"a": "\\{{profile.a}}"}</script>',
      ["EXPRESSION_IN_SCRIPT 1:44", "BACKSLASH_PRINTED 1:43"],
    ],
    ['<script type="application/ld+json">{%#if profile.a%}"{%/if%}{{profile.b}}</script>', ["EXPRESSION_IN_SCRIPT 1:54"]],
    ['<script type="module">{{profile.a}}</script>', ["EXPRESSION_IN_SCRIPT 1:23"]],
    [
      '<script {%#if profile.a%}type="application/ld+json"{%else%}type="module"{%/if%}>{{profile.b}}</script>',
      ["EXPRESSION_IN_SCRIPT 1:81"],
    ],
    ['<script type="application/ld+json{{profile.a}}">{{profile.b}}</script>', ["EXPRESSION_IN_SCRIPT 1:49"]],
    ["<p onclick=\"a('{{profile.a}}')\">", ["EXPRESSION_IN_HANDLER 1:16"]],
    ["<p ONLOAD={{profile.a}}>", ["ATTRIBUTE_UNQUOTED 1:11", "EXPRESSION_IN_HANDLER 1:11"]],
    ['<iframe srcdoc="{{profile.a}}">', ["EXPRESSION_IN_SCRIPT 1:17"]],
    ['<p title=""onclick="{{profile.a}}">', ["EXPRESSION_IN_HANDLER 1:21"]],
    ['<p/onclick="{{profile.a}}">', ["EXPRESSION_IN_HANDLER 1:13"]],
    ["<!--[if mso]><p class={{profile.a}}><![endif]-->", ["ATTRIBUTE_UNQUOTED 1:23"]],
    ["<!--[if mso]><!--[if mso]>{{profile.a}}<p id={{profile.b}}-->", []],
    [
      "<script><!--<script></script>{{profile.a}}</script>{{profile.b}}",
      ["EXPRESSION_IN_SCRIPT 1:30", "EXPRESSION_IN_SCRIPT 1:52"],
    ],
    ['<svg><title><a onclick="{{profile.a}}"></title>', ["EXPRESSION_IN_SCRIPT 1:25"]],
    ["<svg><style><p onclick='</style>{{profile.a}}'>", ["EXPRESSION_IN_SCRIPT 1:33"]],
    ["<svg><title/><p onclick='{{profile.a}}'>", ["EXPRESSION_IN_SCRIPT 1:26"]],
    ["<![CDATA[ > <p onclick='{{profile.a}}'> ]]>", ["EXPRESSION_IN_SCRIPT 1:25"]],
    ["<![CDATA[ > <p onclick='{{profile.a}}'>", ["EXPRESSION_IN_SCRIPT 1:25"]],
    ['<meta http-equiv="refresh" content="0;url={{profile.a}}">', ["URL_SCHEME_UNSAFE 1:43"]],
    ['<meta content="0;url={{profile.a}}" http-equiv="{{profile.b}}">', ["URL_SCHEME_UNSAFE 1:22", "URL_SCHEME_UNSAFE 1:49"]],
    ['<svg><a><set attributeName="xlink:href" to="{{profile.a}}"/>', ["URL_SCHEME_UNSAFE 1:45"]],
    [
      '<animate attributeName="hr{%#if profile.a%}x{%/if%}ef" values="a;{{profile.a}}" from="{{profile.b}}">',
      ["URL_SCHEME_UNSAFE 1:66", "URL_SCHEME_UNSAFE 1:87"],
    ],
    ["<set attributeName='{{profile.a}}' to='a'>", ["URL_SCHEME_UNSAFE 1:21"]],
    ["a\n{{#each context.a as |x|}}\n<script>{{x}}</script>{{/each}}", ["EXPRESSION_IN_SCRIPT 3:9"]],
  ])("%s", (html, faults) => {
    expect(htmlFaultsOf(html)).toEqual(faults);
  });

  test.each([
    ["{%#if profile.a%}<script>{%/if%}{{profile.b}}</script>", ["EXPRESSION_IN_SCRIPT 1:33", "BLOCK_CUTS_HTML 1:26"]],
    ["{%#if profile.a%}<script>{%else%}</script>{%/if%}{{profile.b}}", ["BLOCK_CUTS_HTML 1:26"]],
    ['<p {%#if profile.a%}onclick="{%else%}title="{%/if%}{{profile.b}}">', ["BLOCK_CUTS_HTML 1:30", "EXPRESSION_IN_TAG 1:52"]],
    ['<p {%#if profile.a%}title{%else%}onclick{%/if%}="{{profile.b}}">', ["BLOCK_CUTS_HTML 1:41"]],
    ['<p on{%#if profile.a%}click{%/if%}="{{profile.b}}">', ["BLOCK_CUTS_HTML 1:28", "EXPRESSION_IN_HANDLER 1:37"]],
    ["<s{%#if profile.a%}cript{%/if%}>{{profile.b}}</script>", ["BLOCK_CUTS_HTML 1:25", "EXPRESSION_IN_SCRIPT 1:33"]],
    ["<script></s{%#if profile.a%}cript{%/if%}>{{profile.b}}", ["BLOCK_CUTS_HTML 1:34"]],
    ['<p title="{%#if profile.a%}" onclick="{%/if%}{{profile.b}}">', ["BLOCK_CUTS_HTML 1:39", "EXPRESSION_IN_HANDLER 1:46"]],
    ["{%#if profile.a%}<!--{%/if%}<p class={{profile.b}}>-->", ["BLOCK_CUTS_HTML 1:22", "EXPRESSION_IN_TAG 1:38"]],
    ["<td class={%#if profile.a%}a{%else%}b{%/if%}>", ["BLOCK_CUTS_HTML 1:11"]],
    ["<{%#if profile.a%}{%/if%}{{profile.b}}", ["BLOCK_CUTS_HTML 1:2", "EXPRESSION_IN_TAG 1:26"]],
    ['<p {%#if profile.a%}a on{%else%} b {%/if%}click="{{profile.b}}">', ["BLOCK_CUTS_HTML 1:36"]],
    ['<p a={%#if profile.a%}"a"{%else%}b c={%/if%}"{{profile.b}}">', ["BLOCK_CUTS_HTML 1:6"]],
    ["<p a='{%#if profile.a%}' a=\"{%/if%}{{profile.b}}\">", ["BLOCK_CUTS_HTML 1:29"]],
    ["<title>{%#if profile.a%}</title>{%/if%}{{profile.b}}", ["BLOCK_CUTS_HTML 1:33"]],
    ["{{#each context.a as |x|}}<p {{/each}}>", ["BLOCK_CUTS_HTML 1:30"]],
    ["{%#if profile.a%}<!--[if mso]>{%/if%}<!--[if mso]><p {{profile.b}}", ["BLOCK_CUTS_HTML 1:31"]],
    ["<!a {%#if profile.a%}><!-- {%/if%}<p class={{profile.b}} id", ["BLOCK_CUTS_HTML 1:28"]],
    ["<!--[if{%#if profile.a%}x{%/if%} mso]><p class={{profile.b}} id>-->", ["BLOCK_CUTS_HTML 1:8"]],
    ["<!--[if mso]{%#if profile.a%}x{%/if%}><p class={{profile.b}} id>-->", ["BLOCK_CUTS_HTML 1:13"]],
    ["<!--[if mso]>{%#if profile.a%}<![endif]-->{%/if%}<![endif]-->", ["BLOCK_CUTS_HTML 1:43"]],
  ])("a block cannot hide where a value stands: %s", (html, faults) => {
    expect(htmlFaultsOf(html).toSorted()).toEqual(faults.toSorted());
  });

  test("all faults come in one pass, those of the language and those of the html, in the order of the text", () => {
    const html =
      "<p class={{profile.a}}>\n{{nobody}}<script>{{context.system}}</script>{%#if true%}\n<a href='data:x' id={{nobody}}>{%= no() %}";
    expect(htmlFaultsOf(html)).toEqual([
      ...["ATTRIBUTE_UNQUOTED 1:10", "VARIABLE_UNKNOWN 2:3", "EXPRESSION_IN_SCRIPT 2:19", "CONTEXT_RESERVED 2:21"],
      ...[
        "TEMPLATE_SYNTAX 2:46",
        "URL_SCHEME_UNSAFE 3:10",
        "ATTRIBUTE_UNQUOTED 3:21",
        "VARIABLE_UNKNOWN 3:23",
        "FUNCTION_UNKNOWN 3:36",
      ],
    ]);
  });

  test("plain text fields are no html", () => {
    const email = { subject: "<p {{profile.a}}>", html: "h", text: "<script>{{profile.a}}", preheader: "<a b={{profile.a}}>" };
    expect(checkContent("EMAIL", { email }).issues).toEqual([]);
    expect(checkContent("SMS", { sms: { body: "<script>{{profile.a}}" } }).issues).toEqual([]);
  });

  test("in an attribute three braces escape as two do", () => {
    const data = { profile: { a: `"><b onclick='x'>&` } };
    const escaped = "&quot;&gt;&lt;b onclick=&#39;x&#39;&gt;&amp;";
    expect(htmlOf('<p title="{{{profile.a}}}">{{{profile.a}}}', data)).toBe(`<p title="${escaped}">${data.profile.a}`);
    expect(htmlOf('<a href="/{{{profile.a}}}">', data)).toBe(`<a href="/${escaped}">`);
  });
});

describe("an address has a scheme that has business in a message", () => {
  test.each([
    '<a href="https://x.example">',
    '<a href="HTTP://x.example"><a href=" mailto:a@b.example"><a href="tel:+331">',
    '<a href="#top"><a href="/a:b"><a href="?a:b"><a href="a/b:c"><a href><a href="">',
    '<img src="cid:logo"><img srcset="a.png 1x, https://x.example/b.png 2x">',
    '<img srcset="{{profile.a}} 1x, {{profile.b}} 2x"><img srcset="{{profile.a}} 1x,{{profile.b}} 2x">',
    '<img srcset="https://x.example/w_1,h_{{profile.a}},c:d.png, {{profile.b}} 2x">',
    '<a href="https&#58;//x.example">',
    '<a href="{{profile.a}}"><img src="{{profile.a}}"><form action="{{profile.a}}">',
    '<a href="https://{{profile.host}}:8080/{{profile.a}}?b={{profile.b}}:c">',
    '<a href="{{profile.base}}/a:b"><a href="mailto:{{profile.a}}">',
    '<a href="{%#if profile.a%}https://a.example{%else%}http://b.example{%/if%}:80/x">',
    '<a name="javascript:x">',
  ])("%s", (html) => {
    expect(htmlFaultsOf(html)).toEqual([]);
  });

  test.each([
    ['<a href="javascript:alert(1)">', ["URL_SCHEME_UNSAFE 1:10"]],
    ['<a\n href="JaVaScRiPt:{{profile.a}}">', ["URL_SCHEME_UNSAFE 2:8"]],
    ['<a href=" java\tscript:x"><a href=javascript:x>', ["URL_SCHEME_UNSAFE 1:10", "URL_SCHEME_UNSAFE 1:34"]],
    ['<a href="&#106;avascript&colon;x">', ["URL_SCHEME_UNSAFE 1:25"]],
    ['<img src="data:text/html,x"><a href="cid:a">', ["URL_SCHEME_UNSAFE 1:11", "URL_SCHEME_UNSAFE 1:38"]],
    ['<img src="data:image/svg+xml,x">', ["URL_SCHEME_UNSAFE 1:11"]],
    ['<img src="data:image/png{{profile.a}}">', ["URL_SCHEME_UNSAFE 1:11"]],
    ['<a href="data:image/png;base64,x">', ["URL_SCHEME_UNSAFE 1:10"]],
    ['<img srcset="data:image/png;base64,x 1x">', ["URL_SCHEME_UNSAFE 1:14"]],
    ['<form action="vbscript:x"><button formaction="file:///etc/passwd">', ["URL_SCHEME_UNSAFE 1:15", "URL_SCHEME_UNSAFE 1:47"]],
    ['<a href="{{profile.a}}:alert(1)">', ["URL_SCHEME_UNSAFE 1:23"]],
    ['<a href="java{{profile.a}}:alert(1)">', ["URL_SCHEME_UNSAFE 1:27"]],
    ['<a href="{%#if profile.a%}https://a{%else%}javascript:x{%/if%}">', ["URL_SCHEME_UNSAFE 1:44"]],
    ['<a href="{%#if profile.a%}java{%/if%}script:x">', ["URL_SCHEME_UNSAFE 1:38"]],
    ['<svg><a xlink:href="javascript:x">', ["URL_SCHEME_UNSAFE 1:21"]],
    ['<img srcset="a.png 1x, javascript:x 2x">', ["URL_SCHEME_UNSAFE 1:24"]],
    ['<img srcset="{{profile.a}},{{profile.b}} 2x">', ["URL_SCHEME_UNSAFE 1:28"]],
    ['<img srcset="{{#each context.a as |x|}}{{x}},{{/each}}">', ["URL_SCHEME_UNSAFE 1:40"]],
  ])("%s", (html, faults) => {
    expect(htmlFaultsOf(html)).toEqual(faults);
  });

  test("what is wrong is said in a sentence", () => {
    const messages = (html: string) =>
      checkContent("EMAIL", { email: { subject: "s", html, text: "t" } }).issues.map((issue) => issue.message);
    expect(messages('<a href="javascript:x">')).toEqual([
      'Expected an address with the scheme https, http, mailto or tel, but found "javascript:".',
    ]);
    expect(messages("<a id={{profile.a}}>")[0]).toContain('Expected quotes around the value of id, as in id="..."');
  });
});

describe("a value cannot bring a scheme of its own into an address: # is printed for it", () => {
  test.each([
    ["https://x.example/a:b", "https://x.example/a:b"],
    ["HTTPS://x.example", "HTTPS://x.example"],
    ["mailto:a@b.example", "mailto:a@b.example"],
    ["tel:+331", "tel:+331"],
    ["/a:b", "/a:b"],
    ["?a:b", "?a:b"],
    ["www.example.com", "www.example.com"],
    ["", ""],
    ["javascript:alert(1)", "#"],
    ["JAVASCRIPT:alert(1)", "#"],
    [" \n\tjava\r\nscript\t:alert(1)", "#"],
    ["\u0000javascript:alert(1)", "#"],
    ["javascript\u0000:alert(1)", "#"],
    [`${" ".repeat(1_000)}javascript:alert(1)`, "#"],
    ["data:text/html,<script>", "#"],
    ["vbscript:x", "#"],
    ["cid:a", "#"],
    ["example.com:80", "#"],
    [":alert(1)", "#"],
    ["javascript&colon;alert(1)", "javascript&amp;colon;alert(1)"],
  ])("%j", (value, printed) => {
    for (const tag of ["{{context.a}}", "{{{context.a}}}", "{%= context.a %}"])
      expect(htmlOf(`<a href="${tag}">`, { context: { a: value } })).toBe(`<a href="${printed}">`);
  });

  test("cid is for what is loaded", () => {
    expect(htmlOf('<img src="{{context.a}}">', { context: { a: "cid:logo" } })).toBe('<img src="cid:logo">');
  });

  test.each([
    ['<a href="{{context.a}}{{context.b}}">', { a: "java", b: "script:alert(1)" }, '<a href="java#">'],
    ['<a href="{{context.a}}{{context.b}}">', { a: "javascript", b: ":alert(1)" }, '<a href="javascript#">'],
    ['<a href="{{context.a}}{{context.b}}">', { a: "https://x.example", b: "/p" }, '<a href="https://x.example/p">'],
    ['<a href="java{{context.a}}">', { a: "script:alert(1)" }, '<a href="java#">'],
    ['<a href="{{context.a}}/{{context.b}}">', { a: "x", b: "y:z" }, '<a href="x/y:z">'],
    ['<a href="https:{{context.a}}">', { a: "//x:1" }, '<a href="https://x:1">'],
    ['<a href="{{#each context.a as |x|}}{{x}}{{/each}}">', { a: ["javascript", ":alert(1)"] }, '<a href="javascript#">'],
    [
      '<a href="{%#if context.a%}{{context.a}}{%else%}{{context.b}}{%/if%}">',
      { a: "", b: "https://x.example" },
      '<a href="https://x.example">',
    ],
    ['<a href="{%#if context.a%}https://a.example/{%/if%}{{context.b}}">', { b: "javascript:x" }, '<a href="#">'],
    ['<a href="{% let u = context.a %}{{u}}">', { a: "javascript:x" }, '<a href="#">'],
    [
      '<img srcset="{{context.a}} 1x, {{context.b}} 2x">',
      { a: "https://a", b: "cid:b" },
      '<img srcset="https://a 1x, cid:b 2x">',
    ],
    ['<img srcset="{{context.a}} 1x,{{context.b}} 2x">', { a: "https://a", b: "data:b" }, '<img srcset="https://a 1x,# 2x">'],
    ['<img srcset="{{context.a}}{{context.b}} 2x">', { a: "java", b: "script:b" }, '<img srcset="java# 2x">'],
    [
      '<img srcset="{{#each context.a as |x|}}{{x}} {{@index}}x, {{/each}}{{context.b}}">',
      { a: ["https://a", "data:x", "/c"], b: "https://d" },
      '<img srcset="https://a 0x, # 1x, /c 2x, https://d">',
    ],
    ['<img srcset="{{#each context.a as |x|}}{{x}}{{/each}} 1x">', { a: ["java", "script:x"] }, '<img srcset="java# 1x">'],
    [
      '<img srcset="{{context.a}} 1x{%#if context.b%}, {{context.b}} 2x{%/if%}">',
      { a: "https://a", b: "https://b" },
      '<img srcset="https://a 1x, https://b 2x">',
    ],
  ])("%s", (html, context, printed) => {
    expect(htmlOf(html, { context })).toBe(printed);
  });
});

test("a picture that the author puts into the html itself is a warning, and what is printed into it cannot make it another", () => {
  const html = '<img src="data:image/png;base64,iVBOR{{profile.a}}">';
  const { issues } = checkContent("EMAIL", { email: { subject: "s", html, text: "t" } });
  expect(issues).toMatchObject([{ severity: "WARNING", code: "IMAGE_INLINE", line: 1, column: 11 }]);
  expect(htmlOf(html, { profile: { a: '"><b>,text/html' } })).toBe(
    '<img src="data:image/png;base64,iVBOR&quot;&gt;&lt;b&gt;,text/html">',
  );
  expect(htmlOf('<img src="{{profile.a}}">', { profile: { a: "data:image/png;base64,x" } })).toBe('<img src="#">');
});
