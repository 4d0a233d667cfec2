import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expectBuilt, hasBrowser, type OpenBrowser, openBrowser } from "../support/browser.ts";
import { aLiveCampaign, mailbox } from "../support/campaigns.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";
import { until } from "../support/until.ts";

describe.skipIf(!hasBrowser)("the page of the REST API in a browser", () => {
  let app: TestApp;
  let browser: OpenBrowser;
  let page: Page;
  let problems: string[];

  beforeAll(async () => {
    expectBuilt("rest");
    app = await startTestApp();
    browser = await openBrowser({ url: app.url, height: 1000 });
    ({ page, problems } = browser);
  });
  afterAll(async () => {
    await browser?.close();
    await app?.stop();
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
