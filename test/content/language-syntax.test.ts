import { describe, expect, test } from "vitest";
import { checkContent } from "../../src/content/index.ts";
import { faultsOf, textOf } from "./support/render.ts";

const anOrder = {
  profile: { firstName: "Ann", vip: true, age: 42, tags: ["a", "b"] },
  context: {
    city: "Oslo",
    count: "3",
    empty: "",
    user: { name: "Bo", address: { zip: "0150" } },
    items: [
      { name: "Pen", price: 1.5, sizes: ["S", "M"] },
      { name: "Ink", price: "2.25", sizes: [] },
    ],
    "first name": "Ada",
    "unit-price": 7,
    "unit-name": "kg",
    "größe:EU-1": 40,
    "my-list": [{ "is-new": "yes" }],
  },
};

function prints(template: string): string {
  return textOf(template, anOrder);
}

describe("a variable", () => {
  test.each([
    ["{{profile.firstName}}", "Ann"],
    ["{{ context.user.address.zip }}", "0150"],
    ["{{{profile.firstName}}}", "Ann"],
    ["{%= profile.age %}", "42"],
    ["{%=profile.vip%}", "true"],
    ["{{context.items.`0`.name}}", "Pen"],
    ["{{context.`first name`}}", "Ada"],
    ["{{message.id}}", "m-1"],
    ["{{\n  profile.firstName\n}}", "Ann"],
    ["{{context.items.length}}", "2"],
    ["{{context.unit-price}} {{{context.unit-price}}} {{context.größe:EU-1}}", "7 7 40"],
    ["{{context.items.0.name}} {{context.items[1].name}} {%= context.items[0].name %}", "Pen Ink Pen"],
    ["{{#each context.my-list as |entry|}}{{entry.is-new}}{{this.is-new}}{{/each}}", "yesyes"],
    ["{{#with context.my-list.0}}{{this.is-new}}{{/with}} {{context.my-list.count()}}", "yes 1"],
    ["{{upperCase(context.`unit-name`)}} {%= context.`unit-price` - 1 %} {%= context.count-1 %}", "KG 6 2"],
    ["{{#each context.none?:context.my-list as |entry|}}{{entry.is-new}}{{/each}}", "yes"],
    ['{%= split(profile.firstName, "n")[0] %}{%= [7, 8][1] %}', "A8"],
  ])("%s prints its value", (template, text) => {
    expect(prints(template)).toBe(text);
  });

  test("text around tags stays as it was written", () => {
    const text = `a { b } c }} d %} e } { f \\ ' " \` \u2028 \${x} <% y %>\r\n\tz`;
    expect(prints(`${text}{{profile.firstName}}${text}`)).toBe(`${text}Ann${text}`);
  });

  test("a missing attribute of the profile prints nothing", () => {
    expect(prints("[{{profile.none}}{{profile.none.deeper}}]")).toBe("[]");
  });
});

describe("a fallback", () => {
  test.each([
    ['{%= profile.none ?: "there" %}', "there"],
    ['{%= context.none ?: "there" %}', "there"],
    ['{%= context.empty ?: "there" %}', "there"],
    ['{%= profile.firstName ?: "there" %}', "Ann"],
    ['{%= profile.none ?: context.none ?: "third" %}', "third"],
    ['{%= upperCase(profile.none ?: "there") %}', "THERE"],
  ])("%s prints %s", (template, text) => {
    expect(prints(template)).toBe(text);
  });
});

describe("a literal", () => {
  test.each([
    ['{%= "say \\"hi\\" \\\\ \\n\\t\\/" %}', 'say "hi" \\ \n\t/'],
    ['{%= "}} %} {{x}} {%" %}', "}} %} {{x}} {%"],
    ["{%= 12 %}{%= 1.50 %}{%= -3 %}", "121.5-3"],
    ["{%= true %}{%= false %}", "truefalse"],
    ["{%= 56L + 1 %}", "57"],
    ['{{#each ["x", "y"] as |letter|}}{{letter}};{{/each}}', "x;y;"],
  ])("%s prints %j", (template, text) => {
    expect(prints(template)).toBe(text);
  });
});

describe("an operator", () => {
  test.each([
    ['profile.firstName = "Ann"', true],
    ['profile.firstName != "Ann"', false],
    ["context.count = 3", true],
    ['profile.age = "42"', true],
    ['profile.vip = "true"', true],
    ["profile.none = context.none", true],
    ['profile.none = ""', false],
    ['context.items.name = "Ink"', true],
    ['context.items.name = "Cap"', false],
    ['context.items.name != "Cap"', true],
    ['"Ink" = context.items.name', true],
    ["context.items.price > 2", true],
    ["context.items.price > 3", false],
    ["profile.age = [1, 42]", true],
    ["context.items = null", false],
    ["profile.none.deeper = 1", false],
    ["context.empty > 1", false],
    ["context.count > 10", false],
    ["context.count >= 3 and context.count <= 3", true],
    ["profile.age < 100 or profile.none", true],
    ['"a" < "b"', true],
    ["profile.none < 1", false],
    ["not profile.vip", false],
    ["not profile.none and not context.empty", true],
    ["not (profile.vip and profile.none)", true],
    ['true or profile.none = "x" and false', true],
    ["1 + 2 * 3 = 7", true],
    ["(1 + 2) * 3 = 9", true],
    ["7 - 2 - 1 = 4", true],
    ["7 % 4 = 3", true],
    ["9 / 2 = 4.5", true],
    ["-profile.age = 0 - 42", true],
    ["0.1 + 0.2 = 0.3", true],
    ["profile.tags", true],
    ["0", false],
  ])("%s is %s", (condition, expected) => {
    expect(prints(`{%#if ${condition}%}yes{%else%}no{%/if%}`)).toBe(expected ? "yes" : "no");
  });

  test("arithmetic with an absent attribute of the profile prints nothing", () => {
    expect(prints("[{%= profile.none * 2 %}{%= -profile.none %}]")).toBe("[]");
  });
});

describe("a condition", () => {
  const template = "{%#if context.count = 1%}one{%else if context.count = 3%}three{%else%}many{%/if%}";

  test("the first branch that is true is printed, and no other", () => {
    expect(textOf(template, { context: { count: 1 } })).toBe("one");
    expect(textOf(template, { context: { count: 3 } })).toBe("three");
    expect(textOf(template, { context: {} })).toBe("many");
  });

  test("without else, nothing is printed when it is false", () => {
    expect(prints("a{%#if profile.none%}b{%/if%}c")).toBe("ac");
  });

  test("unless prints when its condition is false", () => {
    expect(prints("{%#unless profile.none%}a{%/unless%}{%#unless profile.vip%}b{%else%}c{%/unless%}")).toBe("ac");
  });
});

describe("conditions stand between either braces", () => {
  test.each([
    ["{{#if profile.vip}}yes{{else}}no{{/if}}", "yes"],
    ['{{#if profile.firstName = "Bo"}}yes{{else if profile.age > 40}}older{{else}}no{{/if}}', "older"],
    ["{{#unless profile.none}}yes{{/unless}}", "yes"],
    ["{{#if profile.none}}yes{%else%}no{%/if%}", "no"],
  ])("%s prints %s", (template, text) => {
    expect(prints(template)).toBe(text);
  });
});

describe("what stands behind a value", () => {
  test.each([
    ["{%= head(context.items).name %}", "Pen"],
    ["{%= context.items.head().name %}", "Pen"],
    ["{%= context.items.count() %}", "2"],
    ["{%= distinct(context.items.name).count() > 1 %}", "true"],
    ['{%= context.user.get("address").zip %}', "0150"],
    ["{{upperCase(profile.firstName)}}", "ANN"],
    ["{{head(context.items).name}}", "Pen"],
    ["{%= (profile.none ?: context.user).name %}", "Bo"],
    ['{%= context.items.name.join(" and ") %}', "Pen and Ink"],
    ["{%= sum(context.items.price) %}", "3.75"],
    ["{{#each topN(context.items, price, 1) as |i|}}{{i.name}}{{/each}}", "Ink"],
    ["{%= count(context.items.sizes) %}", "2"],
    ['{%= profile.none.get("a") ?: "none" %}', "none"],
  ])("%s prints %s", (template, text) => {
    expect(prints(template)).toBe(text);
  });

  test.each(["{%= head(context.items).constructor %}", "{%= 1.name %}", "{%= true.name %}", "{{1}}", "{%= a.b() %}"])(
    "%s is a fault",
    (template) => {
      expect(faultsOf(template).length).toBeGreaterThan(0);
    },
  );
});

describe("a loop", () => {
  test.each([
    ["{{#each context.items as |item|}}{{item.name}},{{/each}}", "Pen,Ink,"],
    ["{{#each context.items}}{{this.name}},{{/each}}", "Pen,Ink,"],
    ["{{#each profile.tags as |tag|}}{{@index}}{{tag}}{{this}} {{/each}}", "0aa 1bb "],
    [
      "{{#each context.items as |i|}}{{#each i.sizes as |s|}}{{i.name}}{{s}}{{@index}} {{/each}}{{@index}}/{{/each}}",
      "PenS0 PenM1 0/1/",
    ],
    ["{{#each context.items as |i|}}{%#if i.price > 2%}{{i.name}}{%/if%}{{/each}}", "Ink"],
    ["{{#each context.items as |i|}}{%#if @index > 0%}, {%/if%}{{i.name}}{{/each}}", "Pen, Ink"],
    ["{{#each profile.tags as |t|}}{{#if @first}}<{{/if}}{{t}}{{#unless @last}}, {{else}}>{{/unless}}{{/each}}", "<a, b>"],
    ["{{#each profile.tags}}{{@first}}{{@last}} {%= not @last and @index = 0 %} {{/each}}", "truefalse true falsetrue false "],
    [
      "{{#each context.items as |i|}}{{#each i.sizes as |s|}}{{s}}{{#if @last}}!{{/if}}{{/each}}{{#if @last}}.{{/if}}{{/each}}",
      "SM!.",
    ],
    ["{{#each [1] as |n|}}{{#if @first and @last}}only{{/if}}{{/each}}", "only"],
    ["[{{#each profile.none as |x|}}x{{/each}}]", "[]"],
    ["{{#each context.items as |i|}}{{i.name}}{{else}}none{{/each}}", "PenInk"],
    ["{{#each profile.none as |i|}}{{i.name}}{{else}}none{{/each}}", "none"],
    [
      "{{#each context.items as |i|}}{{#each i.sizes as |s|}}{{s}}{{else}}{{i.name}} has none{{/each}} {{/each}}",
      "SM Ink has none ",
    ],
    ["{{#each context.items as |i|}}{{#with i as |i|}}{{i.name}}{{/with}}{{/each}}", "PenInk"],
  ])("%s prints %s", (template, text) => {
    expect(prints(template)).toBe(text);
  });
});

describe("with", () => {
  test.each([
    ["{{#with context.user as |u|}}{{u.name}} {{u.address.zip}}{{/with}}", "Bo 0150"],
    ["{{#with context.user.address}}{{this.zip}}{{/with}}", "0150"],
    ["[{{#with profile.none as |n|}}{{n.name}}never{{/with}}]", "[]"],
    ["{{#with profile.none as |n|}}{{n.name}}never{{else}}nobody{{/with}}", "nobody"],
    ["{{#with context.user as |u|}}{{u.name}}{{else}}nobody{{/with}}", "Bo"],
  ])("%s prints %s", (template, text) => {
    expect(prints(template)).toBe(text);
  });
});

describe("let", () => {
  test.each([
    ["{% let name = profile.firstName %}{{name}}", "Ann"],
    ['{%let greeting = concat("Hi ", profile.firstName)%}{{greeting}}{%= upperCase(greeting) %}', "Hi AnnHI ANN"],
    ["{% let user = context.user %}{{user.address.zip}}", "0150"],
    ["{% let sum = 0 %}{{#each context.items as |i|}}{% let sum = sum + i.price %}{{/each}}{{sum}}", "3.75"],
    ['{% let a = "x" %}{%#if true%}{% let a = "y" %}{% let b = a %}{{b}}{%/if%}{{a}}', "yy"],
    ["{% let items = context.items %}{{#each items as |i|}}{{i.name}}{{/each}}", "PenInk"],
    ["{{#each profile.tags as |t|}}{% let t = 1 %}{{t}}{{/each}}", "11"],
  ])("%s prints %s", (template, text) => {
    expect(prints(template)).toBe(text);
  });
});

test("a comment prints nothing, whatever is in it and however long it is", () => {
  expect(prints(`a{{!-- {{profile.firstName}} }} {%#if%} --}}b{{! note }}c{{!--${"x".repeat(5_000)}--}}d`)).toBe("abcd");
});

describe("null is what is absent", () => {
  test.each([
    ["{%= profile.none = null %} {%= profile.none != null %}", "true false"],
    ["{%= profile.a = null %} {%= profile.a != null %} {%= null = null %}", "false true true"],
    ["[{%= null %}{%= null + 1 %}{%= upperCase(null) %}{%= profile.none ?: null %}]", "[]"],
    ["{%#if null%}yes{%else%}no{%/if%}{%= countOnlyNull([null, 1]) %}{%= isNull(null) %}", "no1true"],
  ])("%s prints %s", (template, expected) => {
    expect(textOf(template, { profile: { a: "A" } })).toBe(expected);
  });

  test("it is no name", () => {
    expect(faultsOf("{% let null = 1 %}")).toEqual(["TEMPLATE_SYNTAX 1:8"]);
  });
});

test("a function of elsewhere is told what to do instead", () => {
  const messageOf = (body: string) => checkContent("SMS", { sms: { body } }).issues[0]?.message;
  expect(messageOf('{%#if inAudience("x")%}a{%/if%}')).toContain("There is no function inAudience. Audiences choose who");
});
