import validator from "validator";

/** RFC 5321 allows 254 characters; a longer text is not looked at. */
const lengthMax = 320;

export function toEmailAddress(value: unknown): string | null {
  // The validator throws at half a character.
  if (typeof value !== "string" || value.length > lengthMax || !value.isWellFormed()) return null;
  return validator.isEmail(value, { allow_utf8_local_part: true }) ? value : null;
}
