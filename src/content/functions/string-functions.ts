import { isUtf8 } from "node:buffer";
import { createHash } from "node:crypto";
import { kindOf } from "../error-value.ts";
import { isTrue, toText } from "../values.ts";
import { charactersOf } from "./characters.ts";
import { defineFunction } from "./define-function.ts";
import type { FunctionContext } from "./function-context.ts";
import { chargeSearch, joinTexts } from "./texts.ts";

const wordOfLetters = /\p{L}[\p{L}\p{M}\p{N}'’]*/gu;
const base64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** Functions that make a text of a text. */
export const stringFunctions = [
  defineFunction({
    name: "upperCase",
    parameters: ["text: text"],
    returns: "text",
    doc: "The text in capital letters.",
    example: ['upperCase("straße")', "STRASSE"],
    apply: (text) => text.toUpperCase(),
  }),
  defineFunction({
    name: "lowerCase",
    parameters: ["text: text"],
    returns: "text",
    doc: "The text in small letters.",
    example: ['lowerCase("ÀB")', "àb"],
    apply: (text) => text.toLowerCase(),
  }),
  defineFunction({
    name: "titleCase",
    parameters: ["text: text"],
    returns: "text",
    doc: "Every word with a capital first letter and small letters after it.",
    example: ['titleCase("washington HIGH street")', "Washington High Street"],
    applyIn: (context, text) => capitaliseWords(context, text.toLowerCase()),
  }),
  defineFunction({
    name: "camelCase",
    parameters: ["text: text"],
    returns: "text",
    doc: "Every word with a capital first letter; its other letters and the blanks stay as they are.",
    example: ['camelCase("washington HIGH street")', "Washington HIGH Street"],
    applyIn: capitaliseWords,
  }),
  defineFunction({
    name: "trim",
    parameters: ["text: text"],
    returns: "text",
    doc: "The text without blanks and line breaks at both ends.",
    example: ['concat("[", trim("  a b "), "]")', "[a b]"],
    apply: (text) => text.trim(),
  }),
  defineFunction({
    name: "leftTrim",
    parameters: ["text: text"],
    returns: "text",
    doc: "The text without blanks and line breaks at its beginning.",
    example: ['concat("[", leftTrim("  a "), "]")', "[a ]"],
    apply: (text) => text.trimStart(),
  }),
  defineFunction({
    name: "rightTrim",
    parameters: ["text: text"],
    returns: "text",
    doc: "The text without blanks and line breaks at its end.",
    example: ['concat("[", rightTrim(" a  "), "]")', "[ a]"],
    apply: (text) => text.trimEnd(),
  }),
  defineFunction({
    name: "concat",
    parameters: ["first: text", "...more: text"],
    returns: "text",
    doc: "All texts joined, one after the other.",
    example: ['concat("Hello", " ", "World")', "Hello World"],
    apply: (first, ...rest) => first + rest.join(""),
  }),
  defineFunction({
    name: "join",
    parameters: ["list: list", "separator: text"],
    returns: "text",
    doc: "The items of a list as one text, with the separator between them.",
    example: ['join(["red", "green"], ", ")', "red, green"],
    applyIn: (context, list, separator) => {
      const unprintable = list?.find((item) => typeof item === "object" && item !== null);
      const error = unprintable && context.unreadable(0, `a list with ${kindOf(unprintable)}`, "texts");
      return error || joinTexts(context, (list ?? []).map(toText), separator);
    },
  }),
  defineFunction({
    name: "split",
    parameters: ["text: text", "separator: text"],
    returns: "list",
    doc: "The parts of a text between the separators; an empty separator splits into characters. An empty text has no parts.",
    example: ['join(split("a-b-c", "-"), "+")', "a+b+c"],
    applyIn: (context, text, separator) => {
      context.charge(text.length);
      chargeSearch(context, text, separator);
      if (text === "") return [];
      return separator === "" ? charactersOf(context, text) : text.split(separator);
    },
  }),
  defineFunction({
    name: "substr",
    parameters: ["text: text", "start: number", "end?: number"],
    returns: "text",
    doc: "The characters from start, counted from 0, up to but without end; to the end of the text when end is left out.",
    example: ['substr("Hello World", 0, 5)', "Hello"],
    applyIn: part,
  }),
  defineFunction({
    name: "ampSubstr",
    parameters: ["text: text", "start: number", "end?: number"],
    returns: "text",
    doc: "The same as substr, for templates that were moved from elsewhere.",
    example: ['ampSubstr("Hello World", 6, 11)', "World"],
    applyIn: part,
  }),
  defineFunction({
    name: "mask",
    parameters: ["text: text", "first: number", "last: number"],
    returns: "text",
    doc: "The text with X in place of its characters, except so many first and last ones.",
    example: ['mask("123456789", 1, 2)', "1XXXXXX89"],
    applyIn: (context, text, first, last) => {
      context.charge(text.length / 4);
      return mask(context, text, first, last);
    },
  }),
  defineFunction({
    name: "encode64",
    parameters: ["text: text"],
    returns: "text",
    doc: "The text (UTF-8) in Base64.",
    example: ['encode64("hello")', "aGVsbG8="],
    apply: (text) => Buffer.from(text, "utf8").toString("base64"),
  }),
  defineFunction({
    name: "decode64",
    parameters: ["text: text"],
    returns: "text",
    doc: "The text (UTF-8) that a Base64 text holds; what is no Base64 stays as it is.",
    example: ['decode64("aGVsbG8=")', "hello"],
    apply: decode64,
  }),
  defineFunction({
    name: "md5",
    parameters: ["text: text"],
    returns: "text",
    doc: "The MD5 hash of the text, hexadecimal. It hides nothing: use it only where a receiver asks for it.",
    example: ['md5("hello world")', "5eb63bbbe01eeed093cb22bb8f5acdc3"],
    apply: (text) => createHash("md5").update(text).digest("hex"),
  }),
  defineFunction({
    name: "sha256",
    parameters: ["text: text"],
    returns: "text",
    doc: "The SHA-256 hash of the text, hexadecimal.",
    example: ['sha256("Eliechxh")', "0b0b207880b999adaad6231026abf87caa30760b6f326b21727b61139332257d"],
    apply: (text) => createHash("sha256").update(text).digest("hex"),
  }),
  defineFunction({
    name: "extractEmailDomain",
    parameters: ["address: address"],
    returns: "text",
    doc: "The part of an email address behind the @.",
    example: ['extractEmailDomain("ann@example.com")', "example.com"],
    steps: 130,
    apply: (address) => address?.slice(address.lastIndexOf("@") + 1),
  }),
  defineFunction({
    name: "toString",
    parameters: ["value: text"],
    returns: "text",
    doc: "The value as it is printed; an empty text of nothing.",
    example: ["toString(12)", "12"],
    apply: (text) => text,
  }),
  defineFunction({
    name: "toBool",
    parameters: ["value: any"],
    returns: "boolean",
    doc: 'A text is true when it reads "true" in any case or is a number other than 0; other values are judged as in a condition.',
    example: ['toBool("TRUE")', "true"],
    apply: (value) => (typeof value === "string" ? isTrueText(value.trim()) : isTrue(value)),
  }),
];

function isTrueText(text: string): boolean {
  return (
    text.length <= 30 && (text.toLowerCase() === "true" || (/\d/.test(text) && Number(text) !== 0 && !Number.isNaN(Number(text))))
  );
}

function capitaliseWords({ charge }: FunctionContext, text: string): string {
  // Measured with words of one letter.
  charge(text.length / 2);
  return text.replace(wordOfLetters, capitalise);
}

function capitalise(word: string): string {
  const [first = ""] = word;
  return first.toUpperCase() + word.slice(first.length);
}

/** A start that is no number gives nothing; a negative one is 0. */
function part(context: FunctionContext, text: string, start: number, end = Number.NaN): string | undefined {
  if (Number.isNaN(start)) return undefined;
  const characters = charactersOf(context, text);
  const to = Number.isNaN(end) ? characters.length : end;
  return characters.slice(Math.max(start, 0), Math.max(to, start, 0)).join("");
}

/** A count that is no number shows nothing of the text. */
function mask(context: FunctionContext, text: string, first: number, last: number): string {
  const characters = charactersOf(context, text);
  const [head, tail] = [first, last].map((count) => (count > 0 ? Math.trunc(count) : 0)) as [number, number];
  const end = characters.length - tail;
  return characters.map((character, index) => (index < head || index >= end ? character : "X")).join("");
}

function decode64(text: string): string {
  if (text.length % 4 !== 0 || !base64.test(text)) return text;
  const bytes = Buffer.from(text, "base64");
  return isUtf8(bytes) ? new TextDecoder().decode(bytes) : text;
}
