/** A tag is no longer, so what is longer comes from data. */
export const textLengthMax = 500;

const characterClass = /\[\^?\]?(?:\\.|[^\]\\])*\]/sy;
const escaped = /\\(?:[pP]\{[^}]*\}|x\{[^}]*\}|.)/sy;
const counted = /\{(\d+)(?:,(\d*))?\}/y;

/** The sizes of what was read in the open groups, outermost first; and the part that a count would repeat. */
type Reading = { readonly text: string; readonly groups: number[]; last: number };
type Part = { readonly size: number; readonly end: number };

/**
 * The parts of a regular expression when its counted repeats are written out, never fewer than compiling makes:
 * `a{1000}` is short to write and long to compile. Reads the text once; infinite when it cannot tell.
 */
export function estimateSize(text: string): number {
  if (text.length > textLengthMax) return Number.POSITIVE_INFINITY;
  const reading: Reading = { text, groups: [0], last: 0 };
  for (let at = 0; at < text.length; ) {
    const { size, end } = readPart(reading, at);
    reading.last = size;
    reading.groups.push((reading.groups.pop() ?? 0) + size);
    at = end;
  }
  return reading.groups.length === 1 ? (reading.groups[0] ?? 0) : Number.POSITIVE_INFINITY;
}

function readPart(reading: Reading, at: number): Part {
  const { text, groups, last } = reading;
  switch (text[at]) {
    case "(":
      groups.push(0);
      return { size: 0, end: at + 1 };
    case ")":
      return { size: (groups.length > 1 ? (groups.pop() ?? 0) : Number.POSITIVE_INFINITY) + 2, end: at + 1 };
    case "{":
      return readCount(reading, at);
    case "*":
    case "+":
    case "?":
      // The sign belongs to the part before it: a count after both repeats both.
      return { size: last + 1, end: at + 1 };
    case "[":
      return { size: 1, end: endOf(characterClass, text, at) };
    case "\\":
      // Between \Q and \E every character is plain, which this reading does not follow.
      return { size: text[at + 1] === "Q" ? Number.POSITIVE_INFINITY : 1, end: endOf(escaped, text, at) };
    default:
      return { size: 1, end: at + 1 };
  }
}

function readCount({ text, last }: Reading, at: number): Part {
  counted.lastIndex = at;
  const match = counted.exec(text);
  if (!match) return { size: 1, end: at + 1 };
  return { size: last * Math.max(Number(match[1]), Number(match[2] ?? 0), 1), end: counted.lastIndex };
}

function endOf(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at + 1;
}
