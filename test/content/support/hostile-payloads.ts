/** What people write who want a template to run code, to reach what is not theirs, or to take long. */
const code = `
process.exit()
process.version
process.title
process.env.PATH
process["exit"]()
process?.exit()
process.getBuiltinModule("node:os")
process.mainModule.require("child_process")
process.binding("fs")
global.canary()
globalThis.canary()
globalThis["canary"]()
this.canary()
canary()
canary\`\`
new canary()
new Function("canary()")()
Function("canary()")()
eval("canary()")
setTimeout("canary()")
import("node:child_process")
import("node:fs").then(canary)
import.meta.url
require("child_process").execSync("id")
require("fs").readFileSync("/etc/passwd")
module.exports
exports.x
arguments[0]
arguments.callee.caller
this
this.config
this.config.escapeFunction = s => s
this.config.useWith = true
this.templatesSync
this.render("x", {})
this.constructor
it
it.profile
options
options.async
include("x")
includeAsync("x")
include("/etc/passwd")
layout("x")
block("x", () => canary())
capture(canary)
output("<script>")
__eta
__eta.res
__eta.res = canary()
__eta.e
__eta.layout = "x"
__rt
__rt.profile
__rt.own(process, "version")
__rt.call("canary")
__rt["constructor"]
v1
m1
l1
fetch("https://evil.example")
console.log(1)
Buffer.from("x")
JSON.stringify(this)
Object.assign(Object.prototype, { polluted: 1 })
Object.prototype.polluted
Reflect.construct(Function, ["canary()"])()
Symbol.iterator
Proxy
WebAssembly
() => canary()
(() => canary())()
function () { canary() }
async () => await canary()
function* () { yield canary() }
class { static { canary() } }
await canary()
yield canary()
throw canary()
delete profile.a
void canary()
typeof canary
debugger
with (this) canary()
while (true) {}
for (;;) {}
do {} while (true)
if (1) canary()
return canary()
let x = canary()
var x = canary()
const x = canary()
x = canary()
a => a
...canary()
1, canary()
1; canary()
1 && canary()
1 || canary()
1 ?? canary()
1 ? canary() : 0
!canary()
~canary()
+canary()
-canary()
canary()++
1 == canary()
1 === canary()
1 in this
1 instanceof canary
1 ** 9
1 << 31
1n
0x10
1e999
/(a+)+$/.test("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!")
/x/
/* comment */ canary()
// comment
<!-- canary()
--> canary()
#!canary
@canary
$canary
$\{canary()}
\`$\{canary()}\`
\`
'
'); canary(); //
"); canary(); //
" + canary() + "
' + canary() + '
\\
\\"
\\'); canary(); //
\\u0063anary()
\\x63anary()
\\u{63}anary()
c\\u0061nary()
canary\\u0028\\u0029
pro\\u0063ess.exit()
\u0441anary()
%}{%= canary() %}{%
}}{{canary()}}{{
}}}{{{canary()}}}{{{
<%= canary() %>
<% canary() %>
<%~ canary() %>
<%- canary() %>
%><% canary() %>
-%><%- canary()
{{{{canary()}}}}
{{= canary() }}
{{> canary }}
{{& canary }}
{{#canary}}{{/canary}}
{{^canary}}{{/canary}}
{{else}}
{{!-- canary() --}}
{%! canary() %}
{%~ canary() %}
{%- canary() -%}
{# canary() #}
#{canary()}
$!{canary()}
[[canary()]]
%{canary()}
#set($x = canary())
{{lookup this "constructor"}}
{{#with "constructor" as |c|}}{{c}}{{/with}}
{{helperMissing}}
{{__defineGetter__ "x"}}
{{log "x"}}
{{range.constructor("canary()")()}}
{{config.items()}}
{{self.__init__.__globals__}}
{{''.constructor.constructor("canary()")()}}
{{7*7}}
{{profile|safe}}
{{context | filter: "x"}}
`;

const paths = `
profile.__proto__
profile.__proto__.polluted
profile.\`__proto__\`
profile.a.__proto__.constructor
profile.constructor
profile.constructor.constructor
profile.constructor("canary()")()
profile.prototype
profile.\`constructor\`
profile["constructor"]
profile.a["__proto__"]
profile.a[0]
profile.__defineGetter__
profile.__lookupGetter__
profile.toString
profile.valueOf
profile.hasOwnProperty
profile.a.length
profile.name_
profile.name-
profile.__proto___
profile.__proto__-
profile.constructor_
profile.
profile..a
.profile
profile?.a
profile.a()
profile.a.toString()
profile.a.call(canary)
profile.a = 1
profile.\u0061
profile.a\u0000
profile.a\u200b
profile.\ufeffa
profile.\u2028
profile.𝒂
profile.#a
profile.*
profile.a:b
profile.a/b
profile.\`a\`b\`
profile.\`\${canary()}\`
profile.\`"]; canary(); //\`
profile.\`'); canary(); //\`
profile.\`\\u0022\`
profile
context
context.system
context.system.source.id
context.\`system\`
context.\\u0073ystem
message
message.constructor
message.id.constructor
message.secret
Profile.a
PROFILE.a
xEvent.a
campaign.id
env.PATH
this.constructor
this.__proto__
@root
@index.constructor
@first
../profile.a
true.constructor
false.a
null.a
undefined.a
NaN
Infinity
constructor
__proto__
prototype
hasOwnProperty
upperCase
upperCase.constructor
upperCase.constructor("canary()")
constructor("canary()")
toString()
hasOwnProperty("x")
__proto__("x")
valueOf()
call("x")
own(profile, "a")
concat(process.version)
concat("a", canary())
upperCase(this)
trim(constructor)
upperCase("a")("b")
[canary()]
[].constructor
"".constructor
"a".length
("a").constructor
(1).constructor
`;

const long = [
  "(".repeat(5_000),
  ")".repeat(5_000),
  `${"(".repeat(240)}1${")".repeat(240)}`,
  "[".repeat(5_000),
  "{".repeat(20_000),
  "}".repeat(20_000),
  "{{".repeat(20_000),
  "{%".repeat(20_000),
  '"'.repeat(20_001),
  "`".repeat(20_001),
  `"${'\\"'.repeat(20_000)}`,
  "\\".repeat(20_000),
  "-".repeat(5_000),
  "not ".repeat(5_000),
  `profile${".a".repeat(20_000)}`,
  `profile.${"a".repeat(40_000)}`,
  `1${"+1".repeat(20_000)}`,
  `1${" or 1".repeat(10_000)}`,
  `1${" ?: 1".repeat(10_000)}`,
  `${"upperCase(".repeat(5_000)}`,
  `concat(${"1,".repeat(20_000)}1)`,
  " ".repeat(40_000),
  "\n".repeat(40_000),
  "9".repeat(40_000),
  "<a ".repeat(20_000),
  `<a ${"b='c' ".repeat(10_000)}`,
  "<!--".repeat(10_000),
  "&#".repeat(20_000),
  "😀".repeat(20_000),
  "\u0000".repeat(20_000),
  "{%#if profile.a%}".repeat(3_000),
  "{{#each context.list as |x|}}".repeat(500),
  "{%#if true%}".repeat(8) + "{%/if%}".repeat(9),
  "{% let a = concat(a, a) %}".repeat(1_000),
  `{% let a = "xxxxxxxxxx" %}${"{% let a = concat(a, a, a) %}".repeat(100)}{{a}}`,
  `${"{{#each context.list as |x|}}".repeat(8)}{{x}}${"{{/each}}".repeat(8)}`,
  `{{#each context.list as |x|}}${"{{x}}".repeat(1_500)}{{/each}}`,
];

const lines = (text: string) => text.split("\n").filter((line) => line !== "");

export const hostilePayloads: readonly string[] = [...lines(code), ...lines(paths), ...long];

const literal = (text: string) => text.replaceAll("\\", "\\\\").replaceAll('"', '\\"');

/** Every place of a template that a payload can stand in. */
export const hostileWrappers: readonly { readonly name: string; readonly wrap: (payload: string) => string }[] = [
  { name: "alone", wrap: (payload) => payload },
  { name: "printed", wrap: (payload) => `{{${payload}}}` },
  { name: "printed raw", wrap: (payload) => `{{{${payload}}}}` },
  { name: "an expression", wrap: (payload) => `{%= ${payload} %}` },
  { name: "a trimmed expression", wrap: (payload) => `{%=${payload}_%}{{profile.a-}}` },
  { name: "a condition", wrap: (payload) => `{%#if ${payload}%}a{%else%}b{%/if%}` },
  { name: "a list", wrap: (payload) => `{{#each ${payload} as |x|}}{{x}}{{/each}}` },
  { name: "an alias", wrap: (payload) => `{{#with profile.a as |${payload}|}}{{/with}}` },
  { name: "a let", wrap: (payload) => `{% let v = ${payload} %}{{v}}` },
  { name: "the name of a let", wrap: (payload) => `{% let ${payload} = 1 %}` },
  { name: "an argument", wrap: (payload) => `{%= concat("a", ${payload}) ?: ${payload} %}` },
  { name: "the name of a function", wrap: (payload) => `{%= ${payload}("a") %}` },
  { name: "a text", wrap: (payload) => `{%= "${literal(payload)}" %}` },
  { name: "a quoted name", wrap: (payload) => `{%= context.\`${payload}\` ?: "" %}` },
  { name: "an attribute", wrap: (payload) => `<a title="{{${payload}}}" href="{%= ${payload} %}">` },
];
