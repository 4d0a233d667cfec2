import { parentPort, Worker, workerData } from "node:worker_threads";

/**
 * The MJML compiler on a thread of its own, for one document. It takes half a second and 60 MB to load, and an author
 * can keep it busy for minutes (a style of 200 kB that is to be inlined): nothing else may wait for that.
 */
const millisecondsMax = 5_000;
const megabytesMax = 256;

export type MjmlAnswer =
  | {
      readonly kind: "compiled";
      readonly html: string;
      readonly errors: readonly { readonly line: number; readonly tagName: string; readonly message: string }[];
    }
  /** No document, or elements nested too deep for the compiler. */
  | { readonly kind: "unreadable" }
  | { readonly kind: "too-much" };

type Task = { readonly mjml: string };

export function runMjml(source: string): Promise<MjmlAnswer> {
  return new Promise((resolve, reject) => {
    const task: Task = { mjml: source };
    const thread = new Worker(new URL(import.meta.url), {
      workerData: task,
      resourceLimits: { maxOldGenerationSizeMb: megabytesMax },
    });
    const end = (answer: MjmlAnswer): void => {
      clearTimeout(impatience);
      resolve(answer);
      void thread.terminate();
    };
    const impatience = setTimeout(() => end({ kind: "too-much" }), millisecondsMax);
    thread.once("message", end);
    thread.once("error", (error: Error & { readonly code?: string }) => {
      if (error.code === "ERR_WORKER_OUT_OF_MEMORY") return end({ kind: "too-much" });
      clearTimeout(impatience);
      reject(error);
    });
  });
}

const compilerOptions = {
  // The compiler's own list would have every reader's mail program ask a third party for fonts; mj-font still can.
  fonts: {},
  minify: false,
  beautify: false,
  validationLevel: "soft",
  ignoreIncludes: true,
} as const;

async function compileInside({ mjml }: Task): Promise<MjmlAnswer> {
  const { default: compile } = await import("mjml");
  try {
    const { html, errors } = await compile(mjml, compilerOptions);
    return { kind: "compiled", html, errors: errors.map(({ line, tagName, message }) => ({ line, tagName, message })) };
  } catch {
    return { kind: "unreadable" };
  }
}

function isTask(data: unknown): data is Task {
  return typeof data === "object" && data !== null && "mjml" in data && typeof data.mjml === "string";
}

if (parentPort && isTask(workerData)) void compileInside(workerData).then((answer) => parentPort?.postMessage(answer));
