/** Of a line of a header, by recommendation (RFC 5322, 2.1.1). Nothing that cannot be folded may be near the limit of 998. */
const wordMax = 60;
/** A line with an encoded word has at most 76 characters (RFC 2047, 2), the first with the header's name on it. */
const encodedOctetsMax = 39;

const plainWords = /^[\x21-\x7e]+(?: [\x21-\x7e]+)*$/;
const atoms = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?: [A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;

/**
 * Text of a header that is read as it is written, whatever stands in it: words that look encoded are encoded themselves,
 * so that nobody decodes what a person of that name never meant, and so are words too long for a line. As it is otherwise.
 */
export function headerText(text: string): string {
  return text === "" || isPlain(text) ? text : encodeWords(text);
}

/** The name beside an address, with the blank after it; nothing for nobody. */
export function displayName(name: string): string {
  if (name === "") return "";
  if (isPlain(name) && atoms.test(name)) return `${name} `;
  return `${isPlain(name) ? `"${name.replace(/["\\]/g, "\\$&")}"` : encodeWords(name)} `;
}

function isPlain(text: string): boolean {
  return plainWords.test(text) && !text.includes("=?") && text.split(" ").every((word) => word.length <= wordMax);
}

/** Blanks between encoded words vanish when they are read, so the line can be folded there. */
function encodeWords(text: string): string {
  return piecesOf(text.toWellFormed().replace(/\p{Cc}/gu, " "))
    .map((piece) => `=?UTF-8?B?${Buffer.from(piece).toString("base64")}?=`)
    .join(" ");
}

/** Whole characters only: each encoded word is decoded for itself. */
function piecesOf(text: string): string[] {
  const pieces: string[] = [];
  let piece = "";
  let octets = 0;
  for (const character of text) {
    const length = Buffer.byteLength(character);
    if (octets + length > encodedOctetsMax) {
      pieces.push(piece);
      piece = "";
      octets = 0;
    }
    piece += character;
    octets += length;
  }
  return [...pieces, piece];
}
