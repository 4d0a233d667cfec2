export type FaultCode =
  | "TEMPLATE_SYNTAX"
  | "TEMPLATE_LIMIT"
  | "VARIABLE_UNKNOWN"
  | "FUNCTION_UNKNOWN"
  | "FUNCTION_ARITY"
  | "FUNCTION_ARGUMENT"
  | "CONTEXT_RESERVED"
  | "ATTRIBUTE_UNQUOTED"
  | "BLOCK_CUTS_HTML"
  | "EXPRESSION_IN_HANDLER"
  | "EXPRESSION_IN_SCRIPT"
  | "EXPRESSION_IN_STYLE"
  | "EXPRESSION_IN_TAG"
  | "URL_SCHEME_UNSAFE";

/**
 * Something wrong in an author's text, at a character of it. Thrown inside the parser only, to leave the
 * tag at hand; the template parser catches it, notes it and goes on after the tag.
 */
export class TemplateFault extends Error {
  override name = "TemplateFault";
  readonly code: FaultCode;
  readonly at: number;

  constructor(code: FaultCode, message: string, at: number) {
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
