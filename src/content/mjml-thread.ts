import { ThreadLimit, threads } from "../threads/index.ts";
import { limits } from "./limits.ts";

/**
 * The MJML compiler, on a thread: it takes half a second and 60 MB to load, and an author can keep it busy for minutes (a
 * style of 200 kB that is to be inlined).
 */
const millisecondsMax = 5_000;

export type MjmlAnswer =
  | { readonly kind: "compiled"; readonly documents: readonly MjmlDocument[] }
  /** No document, or elements nested too deep for the compiler. `index`: of the document. */
  | { readonly kind: "unreadable"; readonly index: number }
  | { readonly kind: "too-much" };

export type MjmlDocument = {
  readonly html: string;
  readonly errors: readonly { readonly line: number; readonly tagName: string; readonly message: string }[];
};

/** `caller`: whose turn it is when many want a thread. */
export async function runMjml(documents: readonly string[], caller: string): Promise<MjmlAnswer> {
  const bytes = documents.reduce((sum, text) => sum + 2 * text.length, 0);
  try {
    const task = { caller, file: import.meta.url, name: "compileDocuments", input: documents, bytes, millisecondsMax };
    return await threads.run<typeof compileDocuments>(task);
  } catch (error) {
    if (error instanceof ThreadLimit) return { kind: "too-much" };
    throw error;
  }
}

const compilerOptions = {
  // The compiler's own list would have every reader's mail program ask a third party for fonts; mj-font still can.
  fonts: {},
  minify: false,
  beautify: false,
  validationLevel: "soft",
  ignoreIncludes: true,
} as const;

/** What the thread does. */
export async function compileDocuments(documents: readonly string[]): Promise<MjmlAnswer> {
  const { default: compile } = await import("mjml");
  const compiled: MjmlDocument[] = [];
  for (const [index, text] of documents.entries()) {
    try {
      const { html, errors } = await compile(text, compilerOptions);
      const shown = errors.slice(0, limits.issuesMax).map(({ line, tagName, message }) => ({ line, tagName, message }));
      compiled.push({ html, errors: shown });
    } catch {
      return { kind: "unreadable", index };
    }
  }
  return { kind: "compiled", documents: compiled };
}
