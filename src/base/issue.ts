/** A finding about content or settings: data, not an exception. ERROR blocks activation, WARNING does not. */
export const severities = { ERROR: "ERROR", WARNING: "WARNING" } as const;
export type Severity = keyof typeof severities;

export type Issue = {
  readonly severity: Severity;
  /** Stable, SCREAMING_SNAKE. */
  readonly code: string;
  /** Where: a field path such as `content.email.subject`. */
  readonly path?: string;
  /** A sentence that says what is wrong and what to do. */
  readonly message: string;
  /** 1-based, within the text at `path`. */
  readonly line?: number;
  readonly column?: number;
  /** The fragment in whose text the line is; absent when it is in what stands at `path` itself. */
  readonly fragment?: string;
};
