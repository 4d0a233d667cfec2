import type { IssueCode } from "./issue-codes.ts";

/**
 * Something wrong in an author's text, at a character of it. Thrown inside the parser only, to leave the
 * tag at hand; the template parser catches it, notes it and goes on after the tag.
 */
export class TemplateFault extends Error {
  override name = "TemplateFault";
  readonly code: IssueCode;
  readonly at: number;

  constructor(code: IssueCode, message: string, at: number) {
    super(message);
    this.code = code;
    this.at = at;
  }
}

export function syntaxFault(message: string, at: number): TemplateFault {
  return new TemplateFault("TEMPLATE_SYNTAX", message, at);
}

export function limitFault(message: string, at: number): TemplateFault {
  return new TemplateFault("TEMPLATE_LIMIT", message, at);
}
