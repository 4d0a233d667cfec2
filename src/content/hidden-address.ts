import type { HtmlTag } from "./html-place.ts";

const animations = new Set(["animate", "set"]);
const animatedValues = new Set(["values", "from", "to", "by"]);
/** In this order among the letters of a value: the turns of a block may leave some of them out. */
const href = /h.*r.*e.*f/is;

/**
 * Whether an attribute becomes an address by what stands beside it: the content of a <meta> that leads elsewhere, and
 * the values that an animation gives to a link.
 */
export function isHiddenAddress(tag: HtmlTag, name: string): boolean {
  const has = (other: string) => tag.attributes.some((attribute) => attribute.name === other);
  if (tag.name === "meta") return name === "http-equiv" || (name === "content" && has("http-equiv"));
  if (!animations.has(tag.name)) return false;
  // A printed name could be that of the link.
  return name === "attributename" || (animatedValues.has(name) && animatesLink(tag));
}

function animatesLink({ attributes }: HtmlTag): boolean {
  return attributes.some(
    ({ name, value }) => name === "attributename" && href.test((value?.pieces ?? []).map(({ text }) => text).join("")),
  );
}
