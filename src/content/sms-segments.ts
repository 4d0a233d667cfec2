/** The alphabet of GSM 03.38, without its escape; every character is one septet. */
const gsmBasic = new Set(
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà",
);
/** Its extension table; every character is two septets, an escape and itself. */
const gsmExtended = new Set("\f^{}\\[~]|€");

type Alphabet = {
  readonly encoding: "GSM-7" | "UCS-2";
  readonly unitsOf: (character: string) => number;
  /** Units of a text in one segment, and of each segment when there are several: those carry a header. */
  readonly alone: number;
  readonly joined: number;
};

const gsm7: Alphabet = {
  encoding: "GSM-7",
  unitsOf: (character) => (gsmExtended.has(character) ? 2 : 1),
  alone: 160,
  joined: 153,
};
const ucs2: Alphabet = { encoding: "UCS-2", unitsOf: (character) => character.length, alone: 70, joined: 67 };

/** How many messages a phone network makes of `text`, and in which alphabet; an empty text makes none. */
export function smsSegments(text: string): { segments: number; encoding: "GSM-7" | "UCS-2" } {
  const alphabet = isGsm(text) ? gsm7 : ucs2;
  return { segments: countSegments(text, alphabet), encoding: alphabet.encoding };
}

function isGsm(text: string): boolean {
  for (const character of text) if (!gsmBasic.has(character) && !gsmExtended.has(character)) return false;
  return true;
}

/** A character of two units is never cut in two, so it may leave the last unit of a segment unused. */
function countSegments(text: string, { unitsOf, alone, joined }: Alphabet): number {
  let total = 0;
  let segments = 0;
  let free = 0;
  for (const character of text) {
    const units = unitsOf(character);
    total += units;
    if (units > free) {
      segments += 1;
      free = joined;
    }
    free -= units;
  }
  return total > alone ? segments : Math.min(segments, 1);
}
