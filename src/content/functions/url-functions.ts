import { defineFunction } from "./define-function.ts";
import type { FunctionContext } from "./function-context.ts";

/** Functions on addresses of the web. */
export const urlFunctions = [
  defineFunction({
    name: "urlEncode",
    parameters: ["text: text"],
    returns: "text",
    doc: "The text as a part of a URL: every character that has a meaning there is escaped.",
    example: ['urlEncode("a b&c")', "a%20b%26c"],
    applyIn: ({ charge }, text) => {
      charge(text.length / 16);
      return encodeURIComponent(text.toWellFormed());
    },
  }),
  defineFunction({
    name: "urlDecode",
    parameters: ["text: text"],
    returns: "text",
    doc: "The text that urlEncode escaped; what is not escaped properly stays as it is.",
    example: ['urlDecode("a%20b%26c")', "a b&c"],
    applyIn: urlDecode,
  }),
  defineFunction({
    name: "getUrlHost",
    parameters: ["url: url"],
    returns: "text",
    doc: "The host of a URL, without a port.",
    example: ['getUrlHost("https://www.example.com/contact")', "www.example.com"],
    apply: (url) => url?.hostname,
  }),
  defineFunction({
    name: "getUrlPath",
    parameters: ["url: url"],
    returns: "text",
    doc: "The path of a URL.",
    example: ['getUrlPath("https://www.example.com/contact.html?a=1")', "/contact.html"],
    apply: (url) => url?.pathname,
  }),
  defineFunction({
    name: "getUrlProtocol",
    parameters: ["url: url"],
    returns: "text",
    doc: "The protocol of a URL.",
    example: ['getUrlProtocol("https://www.example.com")', "https"],
    apply: (url) => url?.protocol.slice(0, -1),
  }),
  defineFunction({
    name: "getUrlFragment",
    parameters: ["url: url"],
    returns: "text",
    doc: "The part of a URL behind the #.",
    example: ['getUrlFragment("https://www.example.com/contact#faq")', "faq"],
    apply: (url) => url?.hash.slice(1),
  }),
  defineFunction({
    name: "appendQueryParams",
    parameters: ["url: text", "key: text", "value: text"],
    returns: "text",
    doc: "The URL with a query parameter, in place of one of that name; the fragment stays at the end.",
    example: [
      'appendQueryParams("https://example.com/page#top", "utm_source", "email")',
      "https://example.com/page?utm_source=email#top",
    ],
    applyIn: appendQueryParameter,
  }),
];

/** Measured: what cannot be decoded ends in an exception. */
const stepsToDecode = 70;

function urlDecode({ charge }: FunctionContext, text: string): string {
  if (!text.includes("%")) return text;
  charge(stepsToDecode);
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** By hand: the URL class would write every other parameter anew, and refuse an address that is not whole. */
function appendQueryParameter(context: FunctionContext, url: string, key: string, value: string): string | undefined {
  // A link to nowhere is no link: there is no value.
  if (url === "") return undefined;
  if (key === "") return url;
  const [, before = "", query = "", fragment = ""] = /^([^?#]*)(?:\?([^#]*))?(#.*)?$/s.exec(url) ?? [];
  const others = query.split("&").filter((pair) => pair !== "" && urlDecode(context, pair.split("=", 1)[0] ?? "") !== key);
  const own = `${encodeURIComponent(key.toWellFormed())}=${encodeURIComponent(value.toWellFormed())}`;
  return `${before}?${[...others, own].join("&")}${fragment}`;
}
