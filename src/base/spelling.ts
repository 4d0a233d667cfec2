const isAscii = /^[\x20-\x7e]*$/;

/** Without blanks and signs that show nothing at either end: marks of direction and widths of zero come along when text is copied. */
export function trimBlanks(text: string): string {
  const trimmed = text.trim();
  // Looking behind keeps this linear: without it each blank of a long row would begin a search of its own.
  return /^\p{Cf}|\p{Cf}$/u.test(trimmed) ? trimmed.replace(/^[\s\p{Cf}]+|(?<![\s\p{Cf}])[\s\p{Cf}]+$/gu, "") : trimmed;
}

/** Full-width letters, digits and signs of East Asian input methods as the plain ones that they stand for (RFC 8265, 3.1). */
export function narrow(text: string): string {
  return isAscii.test(text) ? text : text.replace(/[\uFE50-\uFE6B\uFF01-\uFFEE]+/g, (wide) => wide.normalize("NFKC"));
}

/**
 * The one place where case is folded for comparing: two texts that are the same in capitals are the same. Never in SQL,
 * whose `lower()` leaves É as it is where the database's locale is C. By way of capitals, so that ß and SS, and both small
 * sigmas, are one; decomposed before and composed after, so that it does not matter which way an accent was typed.
 */
export function foldCase(text: string): string {
  if (isAscii.test(text)) return text.toLowerCase();
  return text.normalize("NFD").toLowerCase().toUpperCase().toLowerCase().normalize("NFC");
}
