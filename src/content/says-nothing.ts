/** Blanks, control characters, and what no screen shows, such as the space of no width and the braille blank. */
const blank = /^[\p{White_Space}\p{Default_Ignorable_Code_Point}\p{Cc}\u2800]*$/u;
const blankEntities =
  /&(?:nbsp|ensp|emsp|thinsp|zwnj|zwj|shy|#0*(?:160|173|8203|8204|8205|8288|65279)|#x0*(?:a0|ad|200[b-d]|2060|feff));?/gi;
/** Elements that show something though they hold no text, and attributes that lead somewhere or are read out. */
const shown = /<(?:img|video|audio|svg|iframe|object|embed|input|button|v:)|\s(?:href|src|background|title|alt)\s*=/i;
/** What holds no text that is shown, and then every other tag. Each alternative ends at a fixed text: linear time. */
const unseen = /<!--[\s\S]*?(?:-->|$)|<(style|script|title|head)\b[\s\S]*?(?:<\/\1\s*>|$)|<[^>]*>?/gi;

/** Whether whoever gets this text gets nothing to read. */
export function isBlankText(text: string): boolean {
  return blank.test(text);
}

/** The same of html. */
export function isBlankHtml(html: string): boolean {
  if (isBlankText(html)) return true;
  // Most mails have a letter or a picture near their beginning.
  if (shown.test(html)) return false;
  return isBlankText(html.replace(unseen, "").replace(blankEntities, ""));
}
