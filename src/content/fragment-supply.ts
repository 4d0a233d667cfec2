import type { ContentFragment } from "./fragment.ts";
import { limits } from "./limits.ts";
import { type ParsedTemplate, parseTemplate } from "./parse-template.ts";

export type FragmentTag = { readonly name: string; readonly start: number; readonly end: number };

/**
 * The fragments of one content, each read once, and how much of them was put into its texts so far: fragments that use
 * each other twice would double with each level, and a push message may have hundreds of texts.
 */
export class FragmentSupply {
  readonly #texts: ReadonlyMap<string, string>;
  readonly #tags = new Map<string, readonly FragmentTag[]>();
  #count = 0;
  #bytes = 0;

  constructor(fragments: readonly ContentFragment[]) {
    this.#texts = new Map(fragments.map(({ name, content }) => [name, content]));
  }

  textOf(name: string): string | undefined {
    return this.#texts.get(name);
  }

  tagsOf(fragment: string): readonly FragmentTag[] {
    const tags = this.#tags.get(fragment) ?? tagsIn(parseTemplate(fragment));
    this.#tags.set(fragment, tags);
    return tags;
  }

  /** Whether this text may be put in once more, which then counts. What was refused once stays refused. */
  take(text: string): boolean {
    this.#count += 1;
    this.#bytes += Buffer.byteLength(text);
    return this.#count <= limits.fragmentsMax && this.#bytes <= limits.fragmentBytesTogetherMax;
  }
}

export function tagsIn({ fragments, spans }: ParsedTemplate): FragmentTag[] {
  return (spans ?? []).flatMap(({ start, end }) => {
    const name = fragments.get(start);
    return name === undefined ? [] : [{ name, start, end }];
  });
}
