import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BrowserContext, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { aLiveCampaign, mailbox } from "../support/campaigns.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";
import { until } from "../support/until.ts";

const executablePath = "/usr/bin/chromium";
const canRun = Boolean(process.env.CI) || existsSync(executablePath);
if (!canRun) console.warn("The test of the REST page is skipped: apt-get install chromium");

describe.skipIf(!canRun)("the page of the REST API in a browser", () => {
  let app: TestApp;
  let browser: BrowserContext;
  let page: Page;
  const problems: string[] = [];
  const userData = mkdtempSync(join(tmpdir(), "envoi-chromium-"));

  beforeAll(async () => {
    expect(existsSync("dist/dashboard/rest/index.html"), "run npm run build:dashboard first").toBe(true);
    app = await startTestApp();
    browser = await chromium.launchPersistentContext(userData, {
      executablePath,
      headless: true,
      viewport: { width: 1280, height: 1000 },
      args: [
        ...["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
        ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
      ],
    });
    page = await browser.newPage();
    page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
    page.on("pageerror", (error) => problems.push(String(error)));
    page.on("request", (request) => {
      const { protocol, host } = new URL(request.url());
      if (/^(http|ws)s?:$/.test(protocol) && host !== new URL(app.url).host) problems.push(`outside: ${request.url()}`);
    });
  });
  afterAll(async () => {
    await browser?.close();
    await app?.stop();
    rmSync(userData, { recursive: true, force: true });
  });

  test("shows every path, under the page's own content security policy and without asking another host", async () => {
    await page.goto(`${app.url}/im/`);
    await page.waitForSelector(".opblock-summary-path", { timeout: 30_000 });
    const { paths } = (await (await fetch(`${app.url}/im/openapi.json`)).json()) as { paths: Record<string, object> };
    const shown = await page.$$eval(".opblock-summary-path", (all) => all.map((one) => (one as HTMLElement).dataset.path));
    expect(new Set(shown)).toEqual(new Set(Object.keys(paths)));
    expect(problems).toEqual([]);
  });

  test("tries a call out: with the key that was entered, a message is sent", async () => {
    const { id } = await aLiveCampaign(app.client);
    await page.click(".btn.authorize");
    await page.fill("#api_key_value, .auth-container input", app.adminKey);
    await page.click(".auth-btn-wrapper .authorize");
    await page.click(".btn-done");
    await page.click("#operations-execution-executeUnitary .opblock-summary-control");
    await page.click("#operations-execution-executeUnitary .try-out__btn");
    const recipient = { type: "external", namespace: "email", userId: "tried@shop.example", context: { name: "Ada" } };
    const call = { requestId: "tried-out", campaignId: id, recipients: [recipient] };
    await page.fill("#operations-execution-executeUnitary textarea.body-param__text", JSON.stringify(call));
    await page.click("#operations-execution-executeUnitary .execute");
    await until("the message", async () => (await mailbox(app.client, id)).find(({ address }) => address === recipient.userId));
    await expect
      .poll(() => page.textContent("#operations-execution-executeUnitary .live-responses-table .response .response-col_status"))
      .toContain("202");
    expect(problems).toEqual([]);
    if (process.env.SCREENSHOT) await page.screenshot({ path: process.env.SCREENSHOT, fullPage: true });
  });
});
