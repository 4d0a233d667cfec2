import { decidesMarkup, type Edge, edgeKey, keepsNames } from "./block-edges.ts";
import { isHiddenAddress } from "./hidden-address.ts";
import { createPlaceFinder, type HtmlPlace, type HtmlTag } from "./html-place.ts";
import { createHtmlSource, type HtmlSource, type Mark } from "./html-source.ts";
import { type HtmlAttribute, HtmlLimitFault, type HtmlToken, readHtmlTokens } from "./html-tokens.ts";
import { limits } from "./limits.ts";
import type { LinkPosition } from "./link-guard.ts";
import { type Address, type AddressFault, type AddressForm, readAddress } from "./read-address.ts";
import type { TagSpan } from "./tag-span.ts";
import { limitFault, TemplateFault } from "./template-fault.ts";

/** How the value of a tag is printed where it stands: escaped whatever its braces say, and as an address, guarded. */
export type PrintPlace = "attribute" | LinkPosition;

/** `places`: by the offset of a tag; a tag that is not named prints into text. */
export type HtmlReading = { readonly faults: readonly TemplateFault[]; readonly places: ReadonlyMap<number, PrintPlace> };

const linkAttributes = new Set(["href", "xlink:href", "action", "formaction", "cite", "ping", "longdesc", "codebase", "data"]);
const sourceAttributes = new Set(["src", "srcset", "background", "poster", "lowsrc", "dynsrc"]);

const mjmlName = /^mj(?:ml$|-)/;

/** Finds values that are printed where escaping does not hold them, and addresses with a scheme that runs code. */
export function checkHtml(template: string, spans: readonly TagSpan[]): HtmlReading {
  const source = createHtmlSource(template, spans);
  try {
    return readPlaces(source, readHtmlTokens(source.html));
  } catch (fault) {
    if (!(fault instanceof HtmlLimitFault)) throw fault;
    const message = `The html may have at most ${limits.htmlPartsMax} tags, attributes and comments.`;
    return { faults: [limitFault(message, source.offsetOf(fault.at))], places: new Map() };
  }
}

function readPlaces(source: HtmlSource, tokens: readonly HtmlToken[]): HtmlReading {
  const reading = new Reading(source);
  const placeAt = createPlaceFinder(tokens);
  source.marks.forEach((mark, index) => {
    reading.mark({ mark, place: placeAt(mark.htmlAt), next: source.marks[index + 1] });
  });
  for (const { attribute, inside } of addressesOf(tokens, source.marks)) reading.address(attribute, inside);
  for (const token of tokens) if (token.kind === "tag" && mjmlName.test(token.name)) reading.mjmlElement(token);
  return reading;
}

const cutMessage =
  "Expected every part of this block to begin and end at the same place of the html: not inside a name, not behind an equals sign, and not inside a tag or a value that another part does not have.";

type Block = { readonly key: string | null; readonly edges: Edge[]; isFaulty: boolean };

class Reading implements HtmlReading {
  readonly faults: TemplateFault[] = [];
  readonly places = new Map<number, PrintPlace>();
  readonly #source: HtmlSource;
  readonly #blocks: Block[] = [];

  constructor(source: HtmlSource) {
    this.#source = source;
  }

  mark(edge: Edge): void {
    if (edge.mark.kind === "print") this.#print(edge.mark, edge.place);
    else if (edge.mark.kind !== "silent") this.#edge(edge);
  }

  address({ value }: AddressAttribute, { form, marks }: Addressed): void {
    const { guards, faults }: Address = readAddress(value.pieces, marks, form);
    for (const [mark, guard] of guards) this.places.set(mark.start, guard);
    for (const fault of faults)
      this.#report("URL_SCHEME_UNSAFE", schemeMessage(fault, form.position), this.#source.offsetOf(fault.at));
  }

  /** Whatever shows the mail knows nothing of MJML. */
  mjmlElement({ name, from }: HtmlTag): void {
    if (this.#source.html.charAt(from + 1) === "/") return;
    const message =
      name === "mjml"
        ? "MJML is compiled where <mjml> is the first element: take out what stands before it."
        : `<${name}> would be sent as it is: MJML has it at another place, or not at all. Take this tag out.`;
    this.#report("MJML_INVALID", message, this.#source.offsetOf(from + 1));
  }

  #print(mark: Mark, place: HtmlPlace): void {
    if (place.kind === "content") this.#printContent(mark, place);
    else if (place.kind === "tag" || decidesMarkup(this.#source.html, mark.htmlAt, place)) {
      const message = 'Expected the value of an attribute between quotes around this tag, as in title="{{profile.name}}".';
      this.#report("EXPRESSION_IN_TAG", message, mark.start);
    } else if (place.kind === "value") this.#printValue(mark, place);
  }

  /** A title or a textarea shows what is printed into it as text. */
  #printContent({ start }: Mark, { element, isEndless }: Extract<HtmlPlace, { kind: "content" }>): void {
    if (isEndless) {
      const message = `Nothing can be printed behind this <${element}>: programs disagree about where it ends. Take the brackets out of it.`;
      this.#report("EXPRESSION_IN_SCRIPT", message, start);
    } else if (element === "style" || element === "script") {
      const code = element === "style" ? "EXPRESSION_IN_STYLE" : "EXPRESSION_IN_SCRIPT";
      this.#report(code, `Nothing can be printed inside <${element}>: move the tag out of it.`, start);
    }
  }

  #printValue({ start }: Mark, { tag, attribute }: Extract<HtmlPlace, { kind: "value" }>): void {
    const { name, quote } = attribute;
    this.places.set(start, "attribute");
    if (quote === null) {
      const message = `Expected quotes around the value of ${name}, as in ${name}="...": a blank in what is printed would end it.`;
      this.#report("ATTRIBUTE_UNQUOTED", message, start);
    }
    const code = codeOfAttribute(name);
    if (code) this.#report(code, `Nothing can be printed inside the attribute ${name}: it is read as code.`, start);
    if (!isHiddenAddress(tag, name)) return;
    const message = `Nothing can be printed inside the attribute ${name} of <${tag.name}>: it can make an address.`;
    this.#report("URL_SCHEME_UNSAFE", message, start);
  }

  /** Every way through a block must end where the others do, or what comes after it stands in two places at once. */
  #edge(edge: Edge): void {
    const { html } = this.#source;
    const key = edgeKey(html, edge);
    const { kind, start } = edge.mark;
    if (kind === "open" || kind === "loop") this.#blocks.push({ key, edges: [], isFaulty: false });
    const block = this.#blocks.at(-1);
    if (!block) return;
    block.edges.push(edge);
    const cuts = key === null || key !== block.key || (kind === "close" && !keepsNames(html, block.edges));
    if (cuts && !block.isFaulty) this.#report("BLOCK_CUTS_HTML", cutMessage, start);
    block.isFaulty ||= cuts;
    if (kind === "close") this.#blocks.pop();
  }

  #report(code: TemplateFault["code"], message: string, at: number): void {
    if (this.faults.length < limits.issuesMax) this.faults.push(new TemplateFault(code, message, at));
  }
}

type Addressed = { readonly form: AddressForm; readonly marks: readonly Mark[] };
type AddressAttribute = HtmlAttribute & { readonly value: NonNullable<HtmlAttribute["value"]> };

/** The attributes that hold an address, each with the tags of ours inside it. */
function* addressesOf(
  tokens: readonly HtmlToken[],
  marks: readonly Mark[],
): Generator<{ readonly attribute: AddressAttribute; readonly inside: Addressed }> {
  let next = 0;
  for (const attribute of attributesOf(tokens)) {
    const form = formOf(attribute.name);
    if (!form) continue;
    const first = skipMarks(marks, next, (at) => at < attribute.value.from);
    next = skipMarks(marks, first, (at) => at <= attribute.value.to);
    yield { attribute, inside: { form, marks: marks.slice(first, next) } };
  }
}

function* attributesOf(tokens: readonly HtmlToken[]): Generator<AddressAttribute> {
  for (const token of tokens)
    if (token.kind === "tag") for (const { value, ...attribute } of token.attributes) if (value) yield { ...attribute, value };
}

function skipMarks(marks: readonly Mark[], first: number, isSkipped: (htmlAt: number) => boolean): number {
  let next = first;
  for (let mark = marks[next]; mark && isSkipped(mark.htmlAt); mark = marks[next]) next += 1;
  return next;
}

function formOf(name: string): AddressForm | null {
  if (linkAttributes.has(name)) return { position: "link", isList: false };
  return sourceAttributes.has(name) ? { position: "source", isList: name === "srcset" } : null;
}

function codeOfAttribute(name: string): TemplateFault["code"] | null {
  if (name.startsWith("on")) return "EXPRESSION_IN_HANDLER";
  if (name === "style") return "EXPRESSION_IN_STYLE";
  return name === "srcdoc" ? "EXPRESSION_IN_SCRIPT" : null;
}

function schemeMessage({ scheme, needsBlank }: AddressFault, position: LinkPosition): string {
  if (needsBlank) return "Expected a blank between the comma and this address: without one it goes on with the address before.";
  const allowed = `https, http, mailto${position === "source" ? ", tel or cid" : " or tel"}`;
  if (scheme === null) return `Expected the scheme of this address as plain text (${allowed}): it cannot be printed.`;
  return `Expected an address with the scheme ${allowed}, but found "${scheme.slice(0, 40)}:".`;
}
