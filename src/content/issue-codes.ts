/**
 * Every code that the check of a content, or of a fragment, can answer: what it means, and what to do about it. The
 * table of docs/personalisation.md is printed from here.
 */
export const issueCodes = {
  TEMPLATE_SYNTAX: ["A tag or a block cannot be read.", "Mend it at its line and column; the message says what was expected."],
  TEMPLATE_LIMIT: ["A text is larger, deeper or longer than the limits below.", "Make it smaller."],
  VARIABLE_UNKNOWN: ["A name means nothing here, or `contextSchema` does not have it.", "Correct it, or declare it."],
  FUNCTION_UNKNOWN: ["There is no such function.", "Correct the name."],
  FUNCTION_ARITY: ["A function got too few or too many arguments.", "See its row below."],
  FUNCTION_ARGUMENT: ["An argument can never be right.", "See the function's row below."],
  EXPRESSION_TYPE: [
    "An operator, a loop or a tag gets a kind of value that it can never use, or `contextSchema` declares another kind.",
    "Use another value, or convert it by a function.",
  ],
  EXPRESSION_EMPTY: ["An expression without variables gives nothing, for anybody.", "Correct it."],
  DATE_PATTERN_DOUBTFUL: [
    "Warning: a date pattern prints most likely not what is meant: the day of the year beside a month, the year of a week, minutes for months, months for minutes, or hours without AM and PM.",
    "Write the letter that the message names.",
  ],
  BACKSLASH_PRINTED: [
    "Warning: a backslash stands before a tag. It does not turn the tag into text, as it does in Handlebars.",
    "Take the backslash out; print braces by an expression.",
  ],
  CONTEXT_RESERVED: ["`context.system` is reserved.", "Use another name."],
  FRAGMENT_UNKNOWN: ["This channel has no fragment of that name.", "Correct the name, or save the fragment."],
  FRAGMENT_CYCLE: ["A fragment uses itself, perhaps through others.", "Take the tag out."],
  FRAGMENT_TOO_DEEP: ["Fragments stand more than 5 deep inside one another.", "Write one of them where it is used."],
  FRAGMENT_MJML: ["A fragment holds MJML. Fragments are put in after MJML was compiled.", "Write html."],
  ATTRIBUTE_UNQUOTED: ["A value is printed into an attribute without quotes.", "Write the quotes."],
  EXPRESSION_IN_TAG: ["A value is printed inside a tag, but in no attribute.", "Print it between quotes."],
  EXPRESSION_IN_SCRIPT: [
    "A value is printed into a script that is no JSON, into `srcdoc`, or behind something that programs end at different places.",
    "Take it out, or print it into a script of the type `application/ld+json`.",
  ],
  EXPRESSION_IN_STYLE: [
    "A value is printed into a style where no colour, number or size stands, or into an address of other than a picture.",
    "Print it behind the colon of a declaration, or choose the style by a condition.",
  ],
  EXPRESSION_IN_HANDLER: ["A value is printed into a handler such as `onclick`.", "Take it out."],
  URL_SCHEME_UNSAFE: [
    "An address, also of a push message, has a scheme that is refused, or a printed one, or is printed into a `<meta http-equiv>` or an animation.",
    "Write https, http, mailto or tel as plain text, and other addresses into a link.",
  ],
  BLOCK_CUTS_HTML: [
    "The parts of a block begin or end at different places of the html.",
    "Put whole elements, attributes or texts into each part.",
  ],
  LINE_BREAK: ["A subject or a title has a line break.", "Remove it."],
  CONTENT_MISSING: ["There is no content for the campaign's channel.", "Write it."],
  SUBJECT_EMPTY: ["The subject is empty.", "Write one."],
  TITLE_EMPTY: ["The title is empty.", "Write one."],
  BODY_EMPTY: ["The body is empty.", "Write one."],
  UNSUBSCRIBE_LINK_MISSING: ["A MARKETING email has no unsubscribe link.", "Put `{{message.unsubscribeUrl}}` into a link."],
  IMAGE_INLINE: [
    "Warning: an image stands in the html itself (`data:`), where many mail programs do not show it.",
    "Give its address on the web.",
  ],
  EMAIL_LARGE: ["Warning: mail programs cut html over 100 kB off.", "Shorten it."],
  TEXT_PART_MISSING: ["Warning: no text part can be made of this html.", "Write one."],
  MJML_INVALID: [
    "MJML does not know an element or an attribute, cannot be read, or stands where it is not compiled.",
    "Mend it as the message says; what MJML does not know, it leaves out.",
  ],
  MJML_INCLUDE: ["`mj-include` is refused.", "Write the part here, or as a fragment."],
  MJML_TAG_LOST: ["A tag stands where MJML drops text.", "Put it into an `mj-text` or an `mj-raw`."],
  SMS_TOO_LONG: ["An SMS has over 1,500 characters.", "Shorten it."],
  SMS_MAY_EXCEED: [
    "Warning: with its variables an SMS may get longer than 1,500 characters: its own text has over 1,000, or over 1,500 with `sampleData`.",
    "Shorten it, or see that values are short.",
  ],
  PUSH_TOO_LARGE: ["A push message has over 4,096 bytes.", "Shorten it."],
  PROFILE_IN_HIGH_THROUGHPUT: ["A high-throughput campaign reads no profile.", "Send the value in the context."],
  CONTEXT_SCHEMA_INVALID: ["`contextSchema` is no JSON Schema that is taken here.", "Mend it at its path."],
} as const satisfies Record<string, readonly [meaning: string, remedy: string]>;

export type IssueCode = keyof typeof issueCodes;
