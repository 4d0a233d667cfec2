import { decidesMarkup, type Edge, edgeKey, keepsNames } from "./block-edges.ts";
import { isHiddenAddress } from "./hidden-address.ts";
import { createPlaceFinder, type HtmlPlace, type HtmlTag } from "./html-place.ts";
import { type HtmlRegion, holdsJson, htmlRegions } from "./html-regions.ts";
import { createHtmlSource, type HtmlSource, type Mark } from "./html-source.ts";
import { HtmlLimitFault, type HtmlToken, readHtmlTokens, type ValuePiece } from "./html-tokens.ts";
import { limits } from "./limits.ts";
import type { LinkPosition } from "./link-guard.ts";
import type { PrintPlace } from "./print-place.ts";
import { type Address, type AddressFault, type AddressForm, readAddress } from "./read-address.ts";
import { CssReader } from "./read-css.ts";
import { JsonReader } from "./read-json.ts";
import { readPieces } from "./read-pieces.ts";
import type { TagSpan } from "./tag-span.ts";
import { limitFault, TemplateFault } from "./template-fault.ts";

/** `places`: by the offset of a tag; a tag that is not named prints into text. */
export type HtmlReading = {
  readonly faults: readonly TemplateFault[];
  readonly warnings: readonly TemplateFault[];
  readonly places: ReadonlyMap<number, PrintPlace>;
};

const pictureMessage =
  "Many mail programs show no image that stands in the html itself, and it makes the mail large: give its address on the web.";
const mjmlName = /^mj(?:ml$|-)/;

/** Finds values that are printed where escaping does not hold them, and addresses with a scheme that runs code. */
export function checkHtml(template: string, spans: readonly TagSpan[]): HtmlReading {
  const source = createHtmlSource(template, spans);
  try {
    return readPlaces(source, readHtmlTokens(source.html));
  } catch (fault) {
    if (!(fault instanceof HtmlLimitFault)) throw fault;
    const message = `The html may have at most ${limits.htmlPartsMax} tags, attributes and comments.`;
    return { faults: [limitFault(message, source.offsetOf(fault.at))], warnings: [], places: new Map() };
  }
}

function readPlaces(source: HtmlSource, tokens: readonly HtmlToken[]): HtmlReading {
  const reading = new Reading(source);
  const placeAt = createPlaceFinder(tokens);
  source.marks.forEach((mark, index) => {
    reading.mark({ mark, place: placeAt(mark.htmlAt), next: source.marks[index + 1] });
  });
  for (const region of htmlRegions(source.html, tokens, source.marks)) reading.region(region);
  for (const token of tokens) if (token.kind === "tag" && mjmlName.test(token.name)) reading.mjmlElement(token);
  return reading;
}

const cutMessage =
  "Expected every part of this block to begin and end at the same place of the html: not inside a name, not behind an equals sign, and not inside a tag or a value that another part does not have.";

type Block = { readonly key: string | null; readonly edges: Edge[]; isFaulty: boolean };

class Reading implements HtmlReading {
  readonly faults: TemplateFault[] = [];
  readonly warnings: TemplateFault[] = [];
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

  region(region: HtmlRegion): void {
    if (region.kind === "address") this.#address(region.pieces, region.marks, region.form);
    // Without a value in it, it is what its author wrote.
    else if (region.marks.some(({ kind }) => kind === "print"))
      this.#guarded(region, region.kind === "style" ? new CssReader(region.isAttribute) : new JsonReader());
  }

  #address(pieces: readonly ValuePiece[], marks: readonly Mark[], form: AddressForm): void {
    const { guards, faults }: Address = readAddress(pieces, marks, form);
    for (const [mark, guard] of guards) this.places.set(mark.start, guard);
    for (const fault of faults)
      if (fault.isPicture) this.#warn("IMAGE_INLINE", pictureMessage, this.#source.offsetOf(fault.at));
      else this.#report("URL_SCHEME_UNSAFE", schemeMessage(fault, form.position), this.#source.offsetOf(fault.at));
  }

  #guarded({ kind, pieces, marks }: HtmlRegion, reader: CssReader | JsonReader): void {
    const { places, faults } = readPieces(pieces, marks, reader);
    for (const [mark, place] of places) this.places.set(mark.start, place);
    const code = kind === "style" ? "EXPRESSION_IN_STYLE" : "EXPRESSION_IN_SCRIPT";
    for (const { at, message } of faults)
      this.#report(code, message, typeof at === "number" ? this.#source.offsetOf(at) : at.start);
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
    else if (place.kind === "comment") this.places.set(mark.start, "comment");
  }

  /** A title or a textarea shows what is printed into it as text. */
  #printContent({ start }: Mark, { element, isEndless, tag }: Extract<HtmlPlace, { kind: "content" }>): void {
    if (isEndless) {
      const message = `Nothing can be printed behind this <${element}>: programs disagree about where it ends. Take the brackets out of it.`;
      this.#report("EXPRESSION_IN_SCRIPT", message, start);
    } else if (element === "script" && !(tag && holdsJson(tag, this.#source.marks))) {
      const message = 'Nothing can be printed inside <script>, unless its type is "application/ld+json": move the tag out of it.';
      this.#report("EXPRESSION_IN_SCRIPT", message, start);
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

  #warn(code: TemplateFault["code"], message: string, at: number): void {
    if (this.warnings.length < limits.issuesMax) this.warnings.push(new TemplateFault(code, message, at));
  }

  #report(code: TemplateFault["code"], message: string, at: number): void {
    if (this.faults.length < limits.issuesMax) this.faults.push(new TemplateFault(code, message, at));
  }
}

function codeOfAttribute(name: string): TemplateFault["code"] | null {
  if (name.startsWith("on")) return "EXPRESSION_IN_HANDLER";
  return name === "srcdoc" ? "EXPRESSION_IN_SCRIPT" : null;
}

function schemeMessage({ scheme, needsBlank }: AddressFault, position: LinkPosition): string {
  if (needsBlank) return "Expected a blank between the comma and this address: without one it goes on with the address before.";
  const allowed = `https, http, mailto${position === "source" ? ", tel or cid" : " or tel"}`;
  if (scheme === null) return `Expected the scheme of this address as plain text (${allowed}): it cannot be printed.`;
  return `Expected an address with the scheme ${allowed}, but found "${scheme.slice(0, 40)}:".`;
}
