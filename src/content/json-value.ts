/** What could end the script, or begin a comment in it. */
const markup = /[<>&\u2028\u2029]/g;
const literal = /^(?:-?(?:0|[1-9]\d{0,20})(?:\.\d{1,20})?|true|false)$/;

/** As a part of a text of JSON inside a script. */
export function jsonTextOf(text: string): string {
  return JSON.stringify(text).slice(1, -1).replace(markup, escapeCharacter);
}

/** As a value of JSON inside a script: a number, true and false as they are, nothing as null, anything else as a text. */
export function jsonValueOf(text: string): string {
  if (text === "") return "null";
  return literal.test(text) ? text : `"${jsonTextOf(text)}"`;
}

function escapeCharacter(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
