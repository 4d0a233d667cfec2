import { defineFunction } from "./define-function.ts";

const wordOfLetters = /\p{L}[\p{L}\p{M}\p{N}'’]*/gu;

/** Functions on text. */
export const stringFunctions = [
  defineFunction({
    name: "upperCase",
    parameters: ["text"],
    returns: "text",
    doc: "The text in capital letters.",
    apply: (text) => text.toUpperCase(),
  }),
  defineFunction({
    name: "lowerCase",
    parameters: ["text"],
    returns: "text",
    doc: "The text in small letters.",
    apply: (text) => text.toLowerCase(),
  }),
  defineFunction({
    name: "titleCase",
    parameters: ["text"],
    returns: "text",
    doc: "Every word with a capital first letter and small letters after it.",
    apply: (text) => text.toLowerCase().replace(wordOfLetters, capitalise),
  }),
  defineFunction({
    name: "trim",
    parameters: ["text"],
    returns: "text",
    doc: "The text without blanks and line breaks at both ends.",
    apply: (text) => text.trim(),
  }),
  defineFunction({
    name: "concat",
    parameters: ["text", "text..."],
    returns: "text",
    doc: "All texts joined, one after the other.",
    apply: (first, ...rest) => first + rest.join(""),
  }),
  defineFunction({
    name: "length",
    parameters: ["text"],
    returns: "number",
    doc: "The number of characters of the text.",
    apply: (text) => text.length,
  }),
];

function capitalise(word: string): string {
  const [first = ""] = word;
  return first.toUpperCase() + word.slice(first.length);
}
