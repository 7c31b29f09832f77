// The reference of the REST contract in a real browser: a person shows a key, tries a call and sees the answer. Nothing comes from
// another host, the browser complains of nothing, and a proxy may give the page a path of its own.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, request as httpRequest, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, suite, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { startApp, type TestApp } from "../helpers/app.ts";
import { startBrowser } from "../helpers/browser.ts";
import { lacking } from "../helpers/packages.ts";

suite("the REST reference in a browser", { skip: lacking("chromium") }, () => {
  let app: TestApp;
  let browser: Browser;
  let proxy: Server;
  before(async () => {
    app = await startApp();
    await app.createTask({ number: "TSK-1", subject: "Repair the printer" });
    proxy = createServer((incoming, outgoing) => {
      const path = (incoming.url ?? "").replace(/^\/desk/, "");
      const { method, headers } = incoming;
      const onward = httpRequest(app.url + path, { method, headers: { ...headers, host: new URL(app.url).host } }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      });
      incoming.pipe(onward);
    }).listen(0, "127.0.0.1");
    await once(proxy, "listening");
    browser = await startBrowser();
  });
  after(async () => {
    await browser?.close();
    proxy?.closeAllConnections();
    proxy?.close();
    await app?.close();
  });

  /** Opens the reference at `base` and works on it; every request and every complaint is looked at. */
  async function visit(base: string, work: (page: Page) => Promise<void>): Promise<void> {
    const context = await browser.newContext();
    const complaints: string[] = [];
    const elsewhere: string[] = [];
    const page = await context.newPage();
    page.setDefaultTimeout(60_000);
    const isIcon = (url: string): boolean => url.endsWith("/favicon.ico");
    page.on("console", (said) => said.type() === "error" && !isIcon(said.location().url) && complaints.push(said.text()));
    page.on("pageerror", (error) => complaints.push(String(error)));
    page.on(
      "request",
      (one) => /^(data|blob):/.test(one.url()) || one.url().startsWith(base) || isIcon(one.url()) || elsewhere.push(one.url()),
    );
    try {
      await page.goto(`${base}/reference`);
      await page.locator("#operations-tasks-listTasks").waitFor();
      await work(page);
      assert.deepEqual({ complaints, elsewhere }, { complaints: [], elsewhere: [] });
      const kept = await page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]");
      assert.deepEqual(kept, [0, 0, ""], "the browser keeps nothing");
    } finally {
      await context.close();
    }
  }

  /** Shows the key as a person does. */
  async function authorise(page: Page, key: string): Promise<void> {
    await page.locator(".btn.authorize").first().click();
    const dialog = page.locator(".dialog-ux");
    const field = dialog.locator(".auth-container", { hasText: "X-API-Key" });
    await field.locator("input").fill(key);
    await field.locator("button.authorize").click();
    await dialog.locator(".close-modal").click();
  }

  /** Opens an operation, runs it and gives the status and body that are shown. */
  async function execute(page: Page, id: string, fill: (operation: ReturnType<Page["locator"]>) => Promise<void>) {
    const operation = page.locator(`#operations-${id}`);
    await operation.locator(".opblock-summary-control").click();
    await fill(operation);
    await operation.getByRole("button", { name: "Execute" }).click();
    const answer = operation.locator(".live-responses-table");
    await answer.waitFor();
    const [status, body] = [answer.locator("tbody .response-col_status"), answer.locator("tbody .highlight-code").first()];
    return { status: (await status.first().textContent()) ?? "", body: (await body.textContent()) ?? "" };
  }

  test("a person shows a key, reads a task, acknowledges it, and sees both answers", async () => {
    await visit(app.url, async (page) => {
      await authorise(page, app.keys.acme);
      const fill = (operation: ReturnType<Page["locator"]>) => operation.getByPlaceholder("taskId").fill("TSK-1");
      const read = await execute(page, "tasks-getTask", fill);
      assert.match(read.status, /200/);
      assert.match(read.body, /Repair the printer/);
      const done = await execute(page, "tasks-acknowledgeTask", fill);
      assert.match(done.status, /201/);
      assert.match(done.body, /"status": "acknowledged"/);
      // The messages that are sent stand in it, with an example for each type of event.
      const webhook = page.locator(".webhooks .opblock").first();
      await webhook.locator(".opblock-summary-control").click();
      await webhook.getByText("webhook-signature").first().waitFor();
      assert.match((await webhook.textContent()) ?? "", /The desk declines the solution/);
    });
    assert.equal((await app.views.task("TSK-1", { kind: "desk" }))?.reference, "INC0042", "the example of the contract was sent");
  });

  test("behind a proxy with a path of its own it calls through the proxy", async () => {
    const base = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}/desk`;
    await visit(base, async (page) => {
      await authorise(page, app.keys.acme);
      const { status, body } = await execute(page, "tasks-listTasks", async () => undefined);
      assert.match(status, /200/);
      assert.match(body, /TSK-1/);
    });
  });
});
