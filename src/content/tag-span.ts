/**
 * What a tag does to the text around it: `print` puts a value there, `silent` nothing; the others begin, turn
 * or end a block.
 */
export type TagKind = "print" | "silent" | "open" | "loop" | "else-if" | "else" | "close";

/** Where a tag stands, from its first brace to behind its last one. */
export type TagSpan = { readonly kind: TagKind; readonly start: number; readonly end: number };

const head =
  /\{\{\{|(?:\{\{|\{%)[ \t\r\n\u00a0\ufeff]*(#[ \t\r\n]*each|else[ \t\r\n]+if(?![\p{L}\p{N}_])|else(?![\p{L}\p{N}_])|let|[#/!=]?)/uy;
const kinds: Readonly<Record<string, TagKind>> = { "#": "open", "/": "close", "!": "silent", let: "silent", else: "else" };

/** Told from the first words alone, so that a faulty tag has a kind too. */
export function tagKindAt(template: string, start: number): TagKind {
  head.lastIndex = start;
  const word = head.exec(template)?.[1] ?? "";
  if (word.endsWith("each")) return "loop";
  if (word.endsWith("if")) return "else-if";
  // Between two braces, let is a name like any other.
  const isName = word === "let" && template.startsWith("{{", start);
  return isName ? "print" : (kinds[word] ?? "print");
}
