/** One version of a fragment, as content uses it: a draft the newest, content that went live always this one. */
export type ContentFragment = {
  readonly fragmentId: string;
  readonly name: string;
  readonly number: number;
  readonly content: string;
};

/** A fragment that stands at one place of a text, perhaps inside another one. */
export type Inclusion = { readonly name: string; readonly text: string; readonly outer: Inclusion | null };

/** A part of an expanded text, and where it comes from: `at` is its place in the fragment, or in what the author wrote. */
export type Piece = {
  readonly start: number;
  readonly end: number;
  readonly inclusion: Inclusion | null;
  readonly at: number;
};

/** Whether `inner` is `outer`, or stands inside it. Everything stands inside the content itself, which is null. */
export function standsIn(inner: Inclusion | null, outer: Inclusion | null): boolean {
  for (let at = inner; at; at = at.outer) if (at === outer) return true;
  return outer === null;
}

/** Those that stand in `outer` and around `inner`, from the outside in, and `inner` itself. */
export function inclusionsBelow(outer: Inclusion | null, inner: Inclusion | null): Inclusion[] {
  return inner === null || inner === outer ? [] : [...inclusionsBelow(outer, inner.outer), inner];
}
