import { functions } from "./functions/registry.ts";

const texts = 'Texts stand between double quotes: "text".';
const ownData = "A message is made of its own data alone: send the value in the context.";
const now = "The present instant is getCurrentZonedDateTime().";
const elseIf = "Another condition is {%else if condition%}.";
const small = "Words of the language have small letters.";

/** By a sign or a word that other languages have, what is written here instead. */
const hints = new Map(
  Object.entries({
    "==": 'One "=" compares.',
    "===": 'One "=" compares.',
    "!==": '"!=" asks whether values differ.',
    "<>": '"!=" asks whether values differ.',
    "&&": 'Conditions are joined by "and".',
    "&": 'Conditions are joined by "and", texts by concat(a, b); three braces print a value as it is.',
    "||": 'Conditions are joined by "or"; "?:" gives a fallback.',
    "|": "There are no filters: write {%= upperCase(profile.name) %}.",
    "!": '"not" turns a condition around; a comment is {{! ... }}.',
    "??": '"?:" gives a fallback.',
    "?": 'A choice is {%#if condition%}...{%else%}...{%/if%}; "?:" gives a fallback.',
    "~": "Blanks around tags are never trimmed.",
    "^": "What stands otherwise follows {{else}}; there are no powers.",
    "{": 'Braces are printed by {%= "{{" %}.',
    "'": texts,
    "“": texts,
    "”": texts,
    "‘": texts,
    "’": texts,
    if: "A condition is {%#if condition%}...{%/if%}.",
    unless: "A condition is {%#unless condition%}...{%/unless%}.",
    elseif: elseIf,
    elsif: elseIf,
    elif: elseIf,
    endif: "A condition ends at {%/if%}.",
    each: "A loop is {{#each list as |item|}}...{{/each}}.",
    for: "A loop is {{#each list as |item|}}...{{/each}}.",
    endfor: "A loop ends at {{/each}}.",
    with: "A short name is given by {{#with value as |name|}}...{{/with}}.",
    let: "A name is given by {% let name = value %}.",
    set: "A name is given by {% let name = value %}.",
    assign: "A name is given by {% let name = value %}.",
    AND: small,
    OR: small,
    NOT: small,
    is: '"=" compares, also with null.',
    between: "Write a >= 1 and a <= 9; for date-times, dateBetween(date, start, end).",
    undefined: "What is absent is null.",
    nil: "What is absent is null.",
    None: "What is absent is null.",
    fragment: "A fragment is put in by {{> name}}.",
    inline: "What differs from one use of a fragment to the next is sent in the context.",
    datasetLookup: ownData,
    externalDataLookup: ownData,
    lookup: "A value of a key is get(object, key).",
    encrypt: "Send the encrypted value in the context.",
    executionMetadata: "What is told about a message goes with message.id.",
    offers: ownData,
    segments: ownData,
    target: ownData,
    xEvent: ownData,
    inAudience: "Audiences choose who gets a message; to tell people apart inside it, send a value in the context.",
    now,
    today: now,
    date: 'A date is a text: "2026-01-30".',
    diffInDays: "Days are counted by dateDiff(from, to).",
    coalesce: '"?:" gives a fallback.',
    exists: "Write isNotNull(value).",
    intersection: "Whether lists have an item in common is intersects(list, other).",
    round: "There are roundUp, roundDown, toPrecision and formatNumber.",
    upper: "Write upperCase(text).",
    toUpperCase: "Write upperCase(text).",
    lower: "Write lowerCase(text).",
    toLowerCase: "Write lowerCase(text).",
    substring: "Write substr(text, start, end).",
    stringToInteger: "Write string_to_integer(text).",
    size: "Items are counted by count(list), characters by length(text).",
    first: "Write head(list).",
  }),
);

/** A sentence with its blank before it, for whoever knows another language; empty where none is known. */
export function hintAbout(found: string): string {
  const hint = hints.get(found) ?? aboutFunction(found);
  return hint === undefined ? "" : ` ${hint}`;
}

function aboutFunction(name: string): string | undefined {
  const parameters = functions.get(name)?.parameters.map((parameter) => parameter.replace(/[?:].*/, ""));
  return parameters && `It is a function: write ${name}(${parameters.join(", ")}).`;
}
