import { describe, expect, test } from "vitest";
import { checkContent } from "../../src/content/index.ts";
import { faultsOf, textOf } from "./support/render.ts";

function messageOf(template: string): string | undefined {
  return checkContent("SMS", { sms: { body: template } }).issues[0]?.message;
}

describe("a syntax error says where it is and what was expected", () => {
  test.each([
    ["Hi {{profile.name", "1:4", 'Expected "}}" to close the tag that begins here.'],
    ["a\nb {{profile.}}", "2:13", "Expected a name after the dot"],
    ["{{profile.name upper}}", "1:16", 'Expected "}}" after the variable'],
    ['{{profile.name ?: "x"}}', "1:16", "{%= ... %}"],
    ["{{}}", "1:3", "Expected a variable, such as profile.name"],
    ["{{{profile.a}}", "1:13", 'Expected a name, a value or "}}}"'],
    ["{{{#each profile.a}}}", "1:4", "Expected a variable"],
    ["{%= %}", "1:5", "Expected a value"],
    ["{%= 1 + %}", "1:9", "Expected a value"],
    ["{%= (1 + 2 %}", "1:12", 'Expected ")"'],
    ["{%= [1, 2 %}", "1:11", 'Expected "]"'],
    ["{%= trim(1 %}", "1:12", 'Expected ")"'],
    ["{%= 1 2 %}", "1:7", 'Expected "%}"'],
    ['{%= "abc %}', "1:5", 'Expected a closing "'],
    ['{%= "a\\qb" %}', "1:8", "after a backslash"],
    ["{%= 'abc' %}", "1:5", "double quotes"],
    ["{{context.`a}}", "1:11", "Expected a closing `"],
    ["{{context.``}}", "1:11", "Expected a name between the backticks"],
    ["{%= context.0 %}", "1:13", "backticks"],
    ["{{context.[a]}}", "1:11", "backticks"],
    ['{%= context["a"] %}', "1:13", "the number of an item"],
    ["{%= context.items[1.5] %}", "1:19", "the number of an item"],
    ["{{context.items[0}}", "1:18", 'Expected "]"'],
    ['{%= "a" + "b" %}', "1:5", "concat(a, b)"],
    [`{%= ${"9".repeat(400)} %}`, "1:5", "smaller number"],
    ["{%#if%}a{%/if%}", "1:6", "Expected a value"],
    ["{%#if true%}a", "1:1", "Expected {%/if%} to close the {%#if%} that begins here."],
    ["a{%/if%}", "1:2", "{%/if%} closes nothing"],
    ["{{#each profile.a as |x|}}{%#if true%}{{/each}}", "1:39", "Expected {%/if%}, but found {{/each}}."],
    ["{{#each profile.a as |x|}}{%/unless%}{{/each}}", "1:27", "Expected {{/each}}, but found {%/unless%}."],
    ["{%else%}", "1:1", "belongs between"],
    ["{{#with profile.a as |x|}}{{else if true}}{{/with}}", "1:27", "belongs between"],
    ["{{#with profile.a as |x|}}{%else%}{%else%}{{/with}}", "1:35", "cannot follow {%else%}"],
    ["{{#each profile.a as |x|}}{{else if true}}{{/each}}", "1:27", "belongs between"],
    ["{{#each profile.a as |x|}}{{else}}{{else}}{{/each}}", "1:35", "cannot follow {%else%}"],
    ["{%#if true%}{%else%}{%else if true%}{%/if%}", "1:21", "cannot follow {%else%}"],
    ["{%else if true%}", "1:1", "belongs between"],
    ["{%#each profile.a as |x|%}{{/each}}", "1:1", "Expected {{#each}}"],
    ["{%#for x%}", "1:4", "Expected if, unless, each or with"],
    ["{% endif %}", "1:4", "Expected =, #if"],
    ["{{#each profile.a as x}}{{/each}}", "1:22", 'Expected "|" before the alias'],
    ["{{#each profile.a as |profile|}}{{/each}}", "1:23", "choose another name"],
    ["{% let context = 1 %}", "1:8", "choose another name"],
    ["{% let a 1 %}", "1:10", 'Expected "=" after the name'],
    ["{{!-- open }}", "1:1", 'Expected "--}}"'],
    ["{{! open", "1:1", 'Expected "}}"'],
    ["{%= profile.a ; 1 %}", "1:15", "but found ;"],
  ])("%s", (template, position, sentence) => {
    expect(faultsOf(template)[0]).toBe(`TEMPLATE_SYNTAX ${position}`);
    expect(messageOf(template)).toContain(sentence);
  });

  test("one slip is one fault", () => {
    for (const template of [
      "{%#if (%}a{%else%}b{%/if%}",
      "{%#each profile.a as |x|%}{{/each}}",
      "{{#each profile.a as |x|}}{%#if true%}{{/each}}",
      "{{profile.a",
      "{%= 1 + %}{{profile.b}}",
    ])
      expect(faultsOf(template).filter((fault) => fault.startsWith("TEMPLATE_SYNTAX"))).toHaveLength(
        template.startsWith("{{#if") ? 2 : 1,
      );
  });
});

describe("whoever knows another language is told what is written here", () => {
  test.each([
    ['{%#if profile.a == "b"%}a{%/if%}', 'One "=" compares.'],
    ["{%#if profile.a && !profile.b%}a{%/if%}", 'joined by "and"'],
    ["{%#if profile.a || profile.b%}a{%/if%}", 'joined by "or"'],
    ["{%#if !profile.b%}a{%/if%}", '"not" turns'],
    ['{%= profile.a ?? "b" %}', '"?:" gives a fallback'],
    ['{%= profile.a ? "b" : "c" %}', "A choice is"],
    ["{{profile.a | upper}}", "There are no filters"],
    ["{{~profile.a}}", "never trimmed"],
    ["{{{{raw}}}}", "Braces are printed by"],
    ["{%= “a” %}", "double quotes"],
    ["{% if profile.a %}", "A condition is {%#if"],
    ["{%#if profile.a%}b{%elseif profile.c%}d{%/if%}", "{%else if condition%}"],
    ["{{each profile.a as |b|}}", "A loop is {{#each"],
    ["{{let a = 1}}", "{% let name = value %}"],
    ["{{upperCase profile.a}}", "write upperCase(text)"],
    ["{%= profile.a in [1] %}", "write in(value, list)"],
    ["{%= now() %}", "getCurrentZonedDateTime()"],
    ["{%= 2026-01-30 %}", 'A date is a text: "2026-01-30".'],
    ["{%= profile.unit-price %}", "between backticks"],
    ["{{../profile.a}}", "without ../"],
    ["{{#each profile.a}}{{@key}}{{/each}}", "@index, @first and @last"],
    ["{{fragment id='ajo:a/b' mode='inline'}}", "{{> name}}"],
    ['{{datasetLookup datasetId="a" id="b" result="c" required=false}}', "send the value in the context"],
    ['{{executionMetadata key="a" value=profile.b}}', "message.id"],
    ['{{encrypt profile.a keyName="k" version="1" result="e"}}', "encrypted value"],
    ['{{#inline "sport"}}sports{{/inline}}', "sent in the context"],
    ["{{offers.text.a.b.content}}", "send the value in the context"],
    ["{{xEvent.a}}", "send the value in the context"],
  ])("%s", (template, hint) => {
    expect(messageOf(template)).toContain(hint);
  });
});

describe("a name that means nothing is found", () => {
  test.each([
    ["{{firstName}}", "1:3"],
    ["{{xEvent.a}}", "1:3"],
    ["a\n  {%= campaign.id %}", "2:7"],
    ["{{profile}}", "1:3"],
    ["{{context}}", "1:3"],
    ["{{message}}", "1:3"],
    ["{{message.subject}}", "1:3"],
    ["{{message.id.length}}", "1:3"],
    ["{{this}}", "1:3"],
    ["{{@index}}", "1:3"],
    ["{{#each profile.a as |x|}}{{@key}}{{/each}}", "1:29"],
    ["{{@first}}", "1:3"],
    ["{{#with profile.a as |x|}}{{else}}{{x.y}}{{/with}}", "1:37"],
    ["{{#with profile.a as |x|}}{{@index}}{{/with}}", "1:29"],
    ["{{later}}{% let later = 1 %}", "1:3"],
    ["{%#if true%}{% let inner = 1 %}{%/if%}{{inner}}", "1:41"],
    ["{{#each profile.a as |x|}}{{/each}}{{x}}", "1:38"],
    ["{%#if nothing = 1%}{%/if%}", "1:7"],
  ])("%s", (template, position) => {
    expect(faultsOf(template)).toEqual([`VARIABLE_UNKNOWN ${position}`]);
  });

  test.each([
    ["{{context.system}}", "1:3"],
    ["{{context.system.source.id}}", "1:3"],
    ["{{context.`system`}}", "1:3"],
    ["{%#if context.system%}{%/if%}", "1:7"],
  ])("%s is reserved", (template, position) => {
    expect(faultsOf(template)).toEqual([`CONTEXT_RESERVED ${position}`]);
  });

  test("a name that only begins like a reserved one is free", () => {
    expect(faultsOf("{{context.systems}}{{context.a.system}}{{profile.system}}")).toEqual([]);
  });
});

describe("a function that is not there, or has the wrong number of arguments, is found", () => {
  test.each([
    ["{%= shout(profile.a) %}", "FUNCTION_UNKNOWN 1:5", "There is no function shout."],
    ["{%= constructor(1) %}", "FUNCTION_UNKNOWN 1:5", "There is no function constructor."],
    ["{%= upperCase() %}", "FUNCTION_ARITY 1:5", "upperCase takes 1 argument, but has 0 here."],
    ['{%= upperCase("a", "b") %}', "FUNCTION_ARITY 1:5", "upperCase takes 1 argument, but has 2 here."],
    ["{%= concat() %}", "FUNCTION_ARITY 1:5", "concat takes at least 1 argument, but has 0 here."],
    ["{%= trim(shout(1)) %}", "FUNCTION_UNKNOWN 1:10", "There is no function shout."],
    ["{%= uppercase(profile.a) %}", "FUNCTION_UNKNOWN 1:5", "There is no function uppercase. Did you mean upperCase?"],
    ["{%= random(1) %}", "FUNCTION_ARITY 1:5", "random takes no argument, but has 1 here."],
    ["{%= substr(profile.a) %}", "FUNCTION_ARITY 1:5", "substr takes 2 to 3 arguments, but has 1 here."],
    [
      `{%= equalsAnyIgnoreCase(${'"a", '.repeat(11)}"a") %}`,
      "FUNCTION_ARITY 1:5",
      "equalsAnyIgnoreCase takes 2 to 11 arguments, but has 12 here.",
    ],
  ])("%s", (template, fault, sentence) => {
    expect(faultsOf(template)).toEqual([fault]);
    expect(messageOf(template)).toBe(sentence);
  });
});

describe("an argument that can never be read as what it has to be is found where it stands", () => {
  test.each([
    ['{%= substr("abc", "x") %}', "1:19", "substr takes a number as argument 2, but has this text here."],
    ["{%= upperCase([1]) %}", "1:15", "upperCase takes a text as argument 1, but has a list here."],
    ["a\n{%= count(upperCase(profile.a)) %}", "2:11", "count takes a list as argument 1, but has a text here."],
    ["{%= count(profile.a = 1) %}", "1:21", "count takes a list as argument 1, but has true or false here."],
    ["{%= absolute(isNull(profile.a)) %}", "1:14", "absolute takes a number as argument 1, but has true or false here."],
    ["{%= absolute(getCurrentZonedDateTime()) %}", "1:14", "absolute takes a number as argument 1, but has a date-time here."],
    ['{%= get(profile.a + 1, "k") %}', "1:19", "get takes an object as argument 1, but has a number here."],
    ["{%= count(keys([1] ?: [2])) %}", "1:20", "keys takes an object as argument 1, but has a list here."],
    ['{%= contains("a", "b", 0) %}', "1:24", "contains takes true or false as argument 3, but has a number here."],
    ['{%= contains("a", "b", "no") %}', "1:24", "contains takes true or false as argument 3, but has this text here."],
    ['{%= addDays("tomorrow", 1) %}', "1:13", "addDays takes a date-time as argument 1, but has this text here."],
    ['{%= addDays("2024-02-30", 1) %}', "1:13", "addDays takes a date-time as argument 1, but has this text here."],
    ["{%= age(true) %}", "1:9", "age takes a date-time as argument 1, but has true or false here."],
    ['{%= matches("a", "(a") %}', "1:18", "matches takes a regular expression as argument 2, but has this text here."],
    ['{%= matches("a", "(?=a)") %}', "1:18", "matches takes a regular expression as argument 2, but has this text here."],
    [
      '{%= matches("a", "((a{50}){50}){50}") %}',
      "1:18",
      "matches takes a regular expression as argument 2, but has this text here.",
    ],
    [
      '{%= formatDate(profile.d, "yyyy-bb") %}',
      "1:27",
      'formatDate takes a date pattern such as "dd/MM/yyyy" as argument 2, but has this text here.',
    ],
    [
      '{%= formatNumber(1, "klingon!") %}',
      "1:21",
      'formatNumber takes a locale such as "fr_FR" as argument 2, but has this text here.',
    ],
    [
      '{%= convertZonedDateTime(profile.d, "Oslo") %}',
      "1:37",
      'convertZonedDateTime takes a time zone such as "Europe/Oslo" as argument 2, but has this text here.',
    ],
  ])("%s", (template, position, sentence) => {
    expect(faultsOf(template)).toEqual([`FUNCTION_ARGUMENT ${position}`]);
    expect(messageOf(template)).toBe(sentence);
  });

  test("what may be right is not found wrong", () => {
    const template = `{%= substr(profile.a, context.b, "3") %}{%= concat(1, true, "x", addDays(profile.d, -1)) %}{%= absolute("-1.5") %}
      {%= absolute(trim(profile.a)) %}{%= age(1730481591000) %}{%= age(trim(profile.a)) %}{%= isEmpty([1]) %}{%= count(head(profile.a)) %}
      {%= contains("a", "b", profile.flag) %}{%= matches("a", profile.pattern) %}{%= matches("a", concat("(", "a)")) %}
      {%= count(profile.a ?: [1]) %}{%= sum(split("1,2", ",")) %}{%= formatNumber(1, profile.locale) %}`;
    expect(faultsOf(template)).toEqual([]);
  });
});

test("all faults of all fields come together", () => {
  const email = { subject: "{{a}}", preheader: "{{b}}", html: "{{c}}\n{%= d( %}\n{{e}}", text: "{{f}}" };
  const { issues } = checkContent("EMAIL", { email });
  expect(issues.map(({ path, line, column }) => `${path} ${line}:${column}`)).toEqual([
    "content.email.subject 1:3",
    "content.email.preheader 1:3",
    "content.email.html 1:3",
    "content.email.html 2:8",
    "content.email.html 3:3",
    "content.email.text 1:3",
  ]);
});

test("the faults of a field come in the order of its text", () => {
  expect(faultsOf("{{a}}{%#if true%}{{b}}")).toEqual(["VARIABLE_UNKNOWN 1:3", "TEMPLATE_SYNTAX 1:6", "VARIABLE_UNKNOWN 1:20"]);
});

describe("a literal beside and, or or decides nothing, and is a fault", () => {
  test.each([
    ['{%#if profile.state = "ready" or "recall"%}a{%/if%}', "1:34", '"recall" beside "or"'],
    ['{%= profile.name or "friend" %}', "1:21", '"friend" beside "or"'],
    ["{%#if 1 and profile.a%}b{%/if%}", "1:7", '1 beside "and"'],
  ])("%s", (template, position, message) => {
    expect(faultsOf(template)).toEqual([`EXPRESSION_TYPE ${position}`]);
    expect(messageOf(template)).toContain(message);
  });

  test("true, false and null may be what a condition begins with", () => {
    expect(faultsOf("{%#if true and profile.a or false or null%}b{%/if%}")).toEqual([]);
  });
});

test("at most a hundred issues are listed", () => {
  const html = "{{unknown}}\n".repeat(300);
  expect(checkContent("EMAIL", { email: { subject: html, html } }).issues).toHaveLength(100);
});

test("a backslash before a tag is a warning: both are printed", () => {
  const body = "C:\\{{profile.a}} \\{%= 1 %} \\{{! note }}";
  const warning = { severity: "WARNING", code: "BACKSLASH_PRINTED", line: 1 };
  expect(checkContent("SMS", { sms: { body } }).issues).toEqual([
    expect.objectContaining({ ...warning, column: 3 }),
    expect.objectContaining({ ...warning, column: 28 }),
  ]);
  expect(textOf(body, { profile: { a: "b" } })).toBe("C:\\b \\1 \\");
});

describe("a date pattern that is most likely not meant is a warning", () => {
  test.each([
    ["MM/DD/YY", "D is the day of the year"],
    ["dd/MM/YYYY", "Y is the year that a week belongs to"],
    ["YYYY", "Y is the year that a week belongs to"],
    ["dd/mm/yyyy", "m is the minute; the month is M"],
    ["mm/dd/yyyy HH:mm", "m is the minute; the month is M"],
    ["HH:MM", "M is the month; the minute is m"],
    ["dd.MM.yyyy HH:MM", "M is the month; the minute is m"],
    ["dd.MM.yyyy hh:mm", "h is the same before noon and after it"],
  ])("%s", (pattern, message) => {
    const body = `{%= formatDate(context.at, "${pattern}") %}`;
    const warning = { severity: "WARNING", code: "DATE_PATTERN_DOUBTFUL", line: 1, column: 28 };
    expect(checkContent("SMS", { sms: { body } }).issues).toEqual([
      expect.objectContaining({ ...warning, message: expect.stringContaining(message) }),
    ]);
  });

  test.each([
    "dd/MM/yyyy",
    "yyyy-DDD",
    "YYYY-'W'ww",
    "HH:mm",
    "mm:ss",
    "h:mm a",
    "dd/MM HH:mm",
    "HH:mm dd.MM.",
    "yyyyMMddHHmmss",
    "d. MMMM HH'h'",
    "hh:mm:ss a",
  ])("%s is none", (pattern) => {
    expect(faultsOf(`{%= formatDate(context.at, "${pattern}") %}`)).toEqual([]);
  });
});

describe("an expression that can never have a value is found where it stands", () => {
  test.each([
    ["{%= [1, 2] %}", "EXPRESSION_TYPE 1:5", "[1, 2] is a list, which cannot be printed."],
    ['{%= split("a b", " ") %}', "EXPRESSION_TYPE 1:5", 'split("a b", " ") is a list, which cannot be printed.'],
    ["{%= keys(context.a) + 1 %}", "EXPRESSION_TYPE 1:5", 'keys(context.a) is a list, which "+" cannot calculate with.'],
    ["{%= (context.a = 1) * 2 %}", "EXPRESSION_TYPE 1:16", 'context.a = 1 is true or false, which "*" cannot calculate with.'],
    ["{%#if (not context.a) > 2%}x{%/if%}", "EXPRESSION_TYPE 1:8", 'not context.a is true or false, which ">" cannot compare.'],
    ["{%= -isNull(context.a) %}", "EXPRESSION_TYPE 1:6", 'isNull(context.a) is true or false, which "-" cannot calculate with.'],
    ['{{#each upperCase("a")}}x{{/each}}', "EXPRESSION_TYPE 1:9", 'upperCase("a") is a text, which has no items to go through.'],
    ["{% let v = context.a > 1 %}{%= v + 1 %}", "EXPRESSION_TYPE 1:32", 'v is true or false, which "+" cannot calculate with.'],
    ["{%= 1 / 0 %}", "EXPRESSION_EMPTY 1:7", "0 is a number, which cannot be read as a number other than 0 for /."],
    ['{%= concat("x", setDays("2026-11-01", 31)) %}', "EXPRESSION_EMPTY 1:17", 'setDays("2026-11-01", 31) gives nothing.'],
    [
      '{%= stringToDate("1.2.2026", "dd/MM/yyyy") %}',
      "EXPRESSION_EMPTY 1:5",
      '"1.2.2026" is a text, which cannot be read as a date-time for stringToDate.',
    ],
    ['{%= regexGroup("abc", "(x)", 1) %}', "EXPRESSION_EMPTY 1:5", 'regexGroup("abc", "(x)", 1) gives nothing.'],
    [
      '{%= string_to_integer("9,99") %}',
      "FUNCTION_ARGUMENT 1:23",
      "string_to_integer takes a number as argument 1, but has this text here.",
    ],
    ['{%= getUrlHost("no url") %}', "FUNCTION_ARGUMENT 1:16", "getUrlHost takes a URL as argument 1, but has this text here."],
    [
      '{%= formatCurrency(5, "en_US", "euros") %}',
      "FUNCTION_ARGUMENT 1:32",
      'formatCurrency takes a currency such as "EUR" as argument 3, but has this text here.',
    ],
    [
      '{%= extractEmailDomain("ann.example.com") %}',
      "FUNCTION_ARGUMENT 1:24",
      "extractEmailDomain takes an email address as argument 1, but has this text here.",
    ],
  ])("%s", (template, fault, message) => {
    expect(faultsOf(template)).toEqual([fault]);
    expect(messageOf(template)).toBe(message);
  });

  test.each([
    '{%= regexGroup("abc", "(x)", 1) ?: "none" %}',
    "{%= isNull(1 / 0) %}",
    "{% let v = context.a > 1 %}{%#if true%}{% let v = 2 %}{%/if%}{%= v + 1 %}",
    '{%= upperCase("x") %}{%= 1 + 2 %}',
    "{%= random() * age(getCurrentZonedDateTime()) %}",
  ])("%s is no fault", (template) => {
    expect(faultsOf(template)).toEqual([]);
  });
});
