import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expectBuilt, hasBrowser, type OpenBrowser, openBrowser } from "../support/browser.ts";
import { aLiveCampaign, execute, recipients } from "../support/campaigns.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";

/** The page's own editors: Monaco keeps them in one global. */
type MonacoGlobal = {
  readonly __MONACO: {
    readonly editor: {
      getModels(): { readonly uri: { readonly path: string }; getValue(): string; setValue(text: string): void }[];
    };
  };
};

describe.skipIf(!hasBrowser)("GraphiQL in a browser", () => {
  let app: TestApp;
  let browser: OpenBrowser;
  let page: Page;
  let problems: string[];

  beforeAll(async () => {
    expectBuilt("graphiql");
    app = await startTestApp();
    browser = await openBrowser({ url: app.url, height: 800 });
    ({ page, problems } = browser);
  });
  afterAll(async () => {
    await browser?.close();
    await app?.stop();
  });

  const editorText = (ending: string): Promise<string> =>
    page.evaluate((end) => {
      const { editor } = (globalThis as unknown as MonacoGlobal).__MONACO;
      return (
        editor
          .getModels()
          .filter((model) => model.uri.path.endsWith(end))
          .at(-1)
          ?.getValue() ?? ""
      );
    }, ending);
  const write = (ending: string, text: string): Promise<void> =>
    page.evaluate(
      ([end, value]) => {
        const { editor } = (globalThis as unknown as MonacoGlobal).__MONACO;
        for (const model of editor.getModels()) if (model.uri.path.endsWith(end ?? "")) model.setValue(value ?? "");
      },
      [ending, text],
    );
  const run = () => page.click("#graphiql .graphiql-execute-button");

  /** GraphiQL learns a tab's operation name a moment after showing the tab: pressed at once, it sends that of the tab before. */
  async function responseOrRunAgain(): Promise<string> {
    const response = await editorText("response.json");
    if (!response.includes("GRAPHQL_VALIDATION_FAILED")) return response;
    problems.splice(0, problems.length, ...problems.filter((text) => !text.includes("400")));
    await write("response.json", "");
    await run();
    return "";
  }

  test("a wrong key is refused in words, the right one opens the explorer", async () => {
    await page.goto(`${app.url}/graphiql`);
    await page.fill("#api-key", "envoi_wrong");
    await page.click("#use-key");
    await expect.poll(() => page.textContent("#api-key-problem"), { timeout: 10_000 }).toContain("not valid");
    // The browser itself reports the 401 that was just provoked.
    problems.splice(0, problems.length, ...problems.filter((text) => !text.includes("401")));
    await page.fill("#api-key", app.adminKey);
    await page.click("#use-key");
    await page.waitForSelector("#graphiql .graphiql-query-editor .view-line", { timeout: 30_000 });
    expect(await page.evaluate(() => sessionStorage.getItem("envoi.apiKey"))).toBe(app.adminKey);
  });

  test("a query answers in the page", async () => {
    const { id } = await aLiveCampaign(app.client, { title: "Seen in GraphiQL" });
    await run();
    await expect.poll(() => editorText("response.json"), { timeout: 15_000 }).toContain("Seen in GraphiQL");
    expect(await editorText("response.json")).toContain(id);
  });

  test("a subscription shows the present totals and then those of a new execution", async () => {
    const { id } = await aLiveCampaign(app.client, { title: "Watched" });
    await page.click("#graphiql [role=tab]:has-text('Watch') button");
    await expect.poll(() => editorText("operation.graphql")).toContain("subscription");
    await write("variables.json", JSON.stringify({ campaignId: id }));
    await run();
    await expect.poll(responseOrRunAgain, { timeout: 15_000 }).toMatch(/"accepted": 0/);
    expect(await page.getAttribute("#live-status", "data-state")).toBe("connected");
    await execute(app.client, { campaignId: id, requestId: "r", recipients: recipients(25) });
    await expect.poll(() => editorText("response.json"), { timeout: 15_000 }).toMatch(/"sent": 25/);
    expect((await page.screenshot()).length).toBeGreaterThan(10_000);
  });

  test("the home page shows the address at which this server is reached", async () => {
    const home = await browser.context.newPage();
    await home.goto(app.url);
    await expect.poll(() => home.textContent("[data-origin]")).toBe(app.url);
    await home.close();
  });

  test("forgetting the key forgets what was asked under it", async () => {
    const kept = () => page.evaluate(() => Object.keys(localStorage).filter((name) => name.startsWith("graphiql")));
    expect(await kept()).not.toEqual([]);
    await page.click("#forget-key");
    await page.waitForSelector("#api-key");
    expect(await page.evaluate(() => sessionStorage.getItem("envoi.apiKey"))).toBeNull();
    expect(JSON.stringify(await page.evaluate(() => ({ ...localStorage })))).not.toContain("campaign");
  });

  test("nothing was blocked by the content security policy, nothing failed, nothing was loaded from elsewhere", () => {
    expect(problems).toEqual([]);
  });
});
