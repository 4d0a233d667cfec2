import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export const root = join(import.meta.dirname, "../..");

export function readText(path: string): string {
  return readFileSync(join(root, path), "utf8");
}

/** Every Markdown page of the project, from its root. */
export function pages(): string[] {
  const inDocs = readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" }).map((name) => join("docs", name));
  return [...readdirSync(root), ...inDocs].filter((name) => name.endsWith(".md"));
}

/** The texts of the fenced blocks of one language, each with its closing line break. */
export function codeBlocks(page: string, language: string): string[] {
  return [...page.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].flatMap(([, name, text]) =>
    name === language && text ? [text] : [],
  );
}

/** A page without its fenced blocks. */
export function prose(page: string): string {
  return page.replace(/^```[\s\S]*?^```$/gm, "");
}
