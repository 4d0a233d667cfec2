import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { variables } from "../src/config.ts";

type Variable = { readonly name: string; readonly default: string | null; readonly meaning: string };

function describeVariables(): Variable[] {
  return Object.entries(variables).map(([name, schema]) => {
    const absent = schema.safeParse(undefined);
    const value = absent.success ? absent.data : undefined;
    return { name, default: value === undefined ? null : String(value), meaning: schema.description ?? "" };
  });
}

/** The text of docs/configuration.md. */
export function configurationPage(): string {
  const rows = describeVariables().map((variable) => {
    const shown = variable.default === null ? "none" : `\`${variable.default}\``;
    return `| \`${variable.name}\` | ${shown} | ${variable.meaning.replaceAll("|", "\\|")} |`;
  });
  return `# Configuration

Envoi reads environment variables, once, at its start. Every variable has a default or may be left out, so a first
start needs none. A file \`.env\` in the folder of the start is read too; what is already set wins. An empty variable counts as absent. When values cannot be used, the server names all of them and
ends with exit code 2.

| Variable | Default | Meaning |
|---|---|---|
${rows.join("\n")}

\`npm start\` also reads a file \`.env\` in the present folder, if there is one; variables that are set already win.
[.env.example](../.env.example) lists them all, to copy from.

This page is printed from \`src/config.ts\` by \`scripts/print-configuration.ts\`. Change the descriptions there.
`;
}

const lineMax = 110;

function wrap(text: string): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= lineMax) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** The text of .env.example: every variable, commented out. */
export function environmentExample(): string {
  const entries = describeVariables().map((variable) =>
    [...wrap(variable.meaning).map((line) => `# ${line}`), `#${variable.name}=${variable.default ?? ""}`].join("\n"),
  );
  return `# Every variable that Envoi reads, with its default. Remove a # to set one.\n\n${entries.join("\n\n")}\n`;
}

if (process.argv[1] === import.meta.filename) {
  const root = join(import.meta.dirname, "..");
  writeFileSync(join(root, "docs/configuration.md"), configurationPage());
  writeFileSync(join(root, ".env.example"), environmentExample());
}
