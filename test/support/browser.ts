import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BrowserContext, chromium, type Page } from "playwright-core";
import { expect } from "vitest";

const executablePath = "/usr/bin/chromium";

/** In CI a missing browser is a fault, elsewhere a reason to skip. */
export const hasBrowser = Boolean(process.env.CI) || existsSync(executablePath);
if (!hasBrowser) console.warn("Tests of pages are skipped: apt-get install chromium");

export type OpenBrowser = {
  readonly context: BrowserContext;
  readonly page: Page;
  /** Errors of the page, and requests to anything but `url`. */
  readonly problems: string[];
  close(): Promise<void>;
};

/** Chromium with an empty profile, for the pages of the server at `url`. */
export async function openBrowser({ url, height }: { readonly url: string; readonly height: number }): Promise<OpenBrowser> {
  const userData = mkdtempSync(join(tmpdir(), "envoi-chromium-"));
  const context = await chromium.launchPersistentContext(userData, {
    executablePath,
    headless: true,
    viewport: { width: 1280, height },
    args: [
      ...["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
      ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
    ],
  });
  const problems: string[] = [];
  const page = await context.newPage();
  page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
  page.on("pageerror", (error) => problems.push(String(error)));
  page.on("request", (request) => {
    const { protocol, host } = new URL(request.url());
    if (/^(http|ws)s?:$/.test(protocol) && host !== new URL(url).host) problems.push(`outside: ${request.url()}`);
  });
  return {
    context,
    page,
    problems,
    async close() {
      await context.close();
      rmSync(userData, { recursive: true, force: true });
    },
  };
}

/** Pages are built by Vite, before the tests. */
export function expectBuilt(name: string): void {
  expect(existsSync(`dist/dashboard/${name}/index.html`), "run npm run build:dashboard first").toBe(true);
}
