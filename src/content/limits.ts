/**
 * What one template, and one rendering of it, may cost. A limit that the author's text breaks is a
 * `TEMPLATE_LIMIT` issue; one that only a recipient's data can break ends the rendering with a `render-error`.
 */
export const limits = {
  templateBytesMax: 256 * 1024,
  tagsMax: 2_000,
  tagLengthMax: 500,
  blockDepthMax: 8,
  expressionDepthMax: 16,
  /** Values and operators of one template together: bounds the size of the generated code. */
  expressionPartsMax: 10_000,
  /** Tags, attributes and comments of one html field. */
  htmlPartsMax: 20_000,
  /** Regular expressions of one template together, counted repeats written out. */
  patternPartsMax: 10_000,
  /** Put into the texts of one content, those inside fragments counted too. */
  fragmentsMax: 200,
  fragmentBytesTogetherMax: 1024 * 1024,
  /** Fragments inside one another. */
  fragmentDepthMax: 5,
  dataDepthMax: 16,
  /** Strings with tags inside one push `data`: each of them is compiled on its own. */
  dataTemplatesMax: 200,
  issuesMax: 100,
  loopItemsMax: 1_000,
  outputCharactersMax: 2 * 1024 * 1024,
  /** Of all fields of one message together: what a worker may have to hold for one recipient. */
  messageCharactersMax: 4 * 1024 * 1024,
  /** Steps of one rendering: nested loops multiply, so a limit on items alone would not bound the time. */
  workMax: 150_000,
} as const;

/** Above this many bytes of html, mail programs cut the message off. */
export const htmlBytesWarning = 100 * 1024;
export const fragmentBytesMax = 100 * 1024;
export const smsCharactersMax = 1_500;
export const smsCharactersWarning = 1_000;
export const pushPayloadBytesMax = 4_096;
