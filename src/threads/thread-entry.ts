import { type MessagePort, threadId } from "node:worker_threads";

export type Entry = { readonly file: string; readonly name: string; readonly input: unknown; readonly port: MessagePort };

export const entryFile: string = import.meta.url;

/** What every thread runs: it says which thread it is, so that its processor time can be read, and does the task. */
export async function runTask({ file, name, input, port }: Entry): Promise<unknown> {
  port.postMessage(threadId);
  const module: Readonly<Record<string, (input: unknown) => unknown>> = await import(file);
  return module[name]?.(input);
}
