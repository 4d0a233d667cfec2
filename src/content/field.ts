/** `html` is escaped; a `line` is one line in the end (a header, a title); `text` is neither. */
export type FieldKind = "html" | "line" | "text";

/** One template of the content, and where it stands. */
export type Field = {
  readonly path: string;
  readonly kind: FieldKind;
  readonly template: string;
  /** What the author wrote instead, when the template was made of that: places are those of the source. */
  readonly source?: Source;
};

export type Source = {
  readonly text: string;
  /** Of each tag in the template, where it stands in the source. */
  readonly tagOffsets: readonly number[];
};

export function field(path: string, kind: FieldKind, template: string): Field {
  return { path, kind, template };
}

/** A blank optional text is as good as none. */
export function optionalField(path: string, kind: FieldKind, template: string | null | undefined): Field[] {
  return template === null || template === undefined || template.trim() === "" ? [] : [field(path, kind, template)];
}
