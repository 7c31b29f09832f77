// The pages of the SOAP service in a real browser: a person finds an operation, fills in its form, sends, and sees what became of it;
// a page of another site can make the browser do nothing.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, suite, test } from "node:test";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { type TestApp, startApp } from "../helpers/app.ts";
import { startBrowser } from "../helpers/browser.ts";
import { contractsWithHttp } from "../helpers/http-contracts.ts";
import { lacking } from "../helpers/packages.ts";
import { SERVICE_PATH } from "../helpers/service-path.ts";

const PREFIX = "ProcessInstanceTaskExternal";

suite("SOAP pages in a browser", { skip: lacking("chromium") }, () => {
  const contracts = contractsWithHttp();
  let app: TestApp;
  let browser: Browser;
  before(async () => {
    app = await startApp({ env: { CROSSDESK_CONTRACTS: contracts.folder } });
    browser = await startBrowser();
  });
  after(async () => {
    await browser?.close();
    await app?.close();
    contracts.remove();
  });

  /** Works on a page of its own, and fails on anything the browser complains about that is not `expected`. */
  async function visit(work: (page: Page) => Promise<void>, options: BrowserContextOptions = {}, expected = /^$/): Promise<void> {
    const context = await browser.newContext(options);
    const complaints: string[] = [];
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    // Every browser asks for an icon; there is none.
    const isIcon = (url: string): boolean => url.endsWith("/favicon.ico");
    page.on("console", (said) => said.type() === "error" && !isIcon(said.location().url) && complaints.push(said.text()));
    page.on("pageerror", (error) => complaints.push(String(error)));
    try {
      await work(page);
      assert.deepEqual(
        complaints.filter((text) => !expected.test(text)),
        [],
      );
    } finally {
      await context.close();
    }
  }

  async function openOperation(page: Page, operation: string): Promise<void> {
    await page.goto(app.url + SERVICE_PATH);
    await page.getByRole("link", { name: PREFIX + operation }).click();
    await page.getByRole("heading", { level: 1, name: PREFIX + operation }).waitFor();
  }

  /** Sends the form and gives the status and the answer that are shown. */
  async function send(page: Page): Promise<{ status: string; body: string }> {
    await page.getByRole("button", { name: "Send" }).click();
    await page.getByRole("heading", { name: "Answer" }).waitFor();
    return { status: await textOf(page, "#status"), body: await textOf(page, "#body") };
  }

  async function lastEvent(task: string) {
    const page = await app.views.taskEvents(task, 0, 20, { kind: "desk" });
    return page?.items.filter((event) => event.direction === "In").at(-1);
  }

  test("a person acknowledges a task with an API key and sees the event's id", async () => {
    const task = await app.createTask();
    await visit(async (page) => {
      await openOperation(page, "Acknowledgement");
      await page.getByLabel("taskId").fill(task);
      await page.getByLabel("externalReference").fill("INC-7 <&> ü");
      await page.getByLabel("API key").fill(app.keys.acme);
      const { status, body } = await send(page);
      const event = await lastEvent(task);
      assert.ok(event);
      assert.equal(event.task?.reference, "INC-7 <&> ü");
      assert.equal(status, "200 OK");
      assert.ok(body.includes(`<${PREFIX}AcknowledgementResult>${event.id}</${PREFIX}AcknowledgementResult>`), body);
    });
  });

  test("a person closes a task with user and password", async () => {
    const task = await app.createTask();
    await visit(async (page) => {
      await openOperation(page, "Reassignment");
      await page.getByLabel("taskId").fill(task);
      await page.getByLabel("externalReference").fill("INC-8");
      await page.getByLabel("solution").fill("Replaced\nand tested");
      await page.getByLabel("closed").selectOption("true");
      await page.getByLabel("User").fill(app.basic.acme.user);
      await page.getByLabel("Password").fill(app.basic.acme.password);
      assert.equal((await send(page)).status, "200 OK");
      const event = await lastEvent(task);
      assert.equal(event?.type, "task.closed");
      assert.equal(event.task?.solution, "Replaced\nand tested");
    });
  });

  test("a refusal is shown with its code and its words, and so are missing credentials", async () => {
    await visit(
      async (page) => {
        await openOperation(page, "UpdateMessage");
        await page.getByLabel("taskId").fill("none");
        await page.getByLabel("message").fill("Hello");
        const without = await send(page);
        assert.equal(without.status, "401 Unauthorized (unauthenticated)");
        await page.getByLabel("API key").fill(app.keys.acme);
        await page.locator("#status").evaluate((element) => element.replaceChildren());
        await page.getByRole("button", { name: "Send" }).click();
        await page.getByText("unknown_task").waitFor();
        assert.match(await textOf(page, "#body"), /<faultstring>Server was unable to process request/);
      },
      {},
      /^Failed to load resource: the server responded with a status of (401|500)/,
    );
  });

  test("the form works without scripts where form POST is on", async () => {
    const task = await app.createTask();
    const httpCredentials = { username: app.basic.acme.user, password: app.basic.acme.password };
    await visit(
      async (page) => {
        await openOperation(page, "UpdateMessage");
        await page.getByLabel("taskId").fill(task);
        await page.getByLabel("message").fill("Grüße + 100 %");
        const answered = page.waitForResponse((answer) => answer.request().method() === "POST" && answer.status() !== 401);
        await page.getByRole("button", { name: "Send" }).click();
        const answer = await answered;
        const event = await lastEvent(task);
        assert.equal(answer.status(), 200);
        assert.equal(event?.message?.text, "Grüße + 100 %");
      },
      { javaScriptEnabled: false, httpCredentials },
    );
  });

  test("a phone needs no scrolling to the side", async () => {
    await visit(
      async (page) => {
        await openOperation(page, "Reassignment");
        assert.equal(await page.evaluate("document.documentElement.scrollWidth"), 360);
        assert.equal(await page.evaluate("getComputedStyle(document.querySelector('pre')).overflowX"), "auto");
      },
      { viewport: { width: 360, height: 740 } },
    );
  });

  for (const method of ["get", "post"]) {
    test(`a form of another site changes nothing by ${method}`, async () => {
      const task = await app.createTask();
      const action = `${app.url}${SERVICE_PATH}/${PREFIX}UpdateMessage`;
      const fields = ["taskId", "externalReference", "message"].map((name) => `<input name="${name}" value="${task}">`);
      const other = await startOtherSite(
        `<form method="${method}" action="${action}">${fields.join("")}<button>Win</button></form>`,
      );
      const httpCredentials = { username: app.basic.acme.user, password: app.basic.acme.password, send: "always" as const };
      try {
        await visit(
          async (page) => {
            await page.goto(`http://127.0.0.1:${(other.address() as AddressInfo).port}/`);
            const answered = page.waitForResponse((answer) => answer.url().startsWith(action));
            await page.getByRole("button", { name: "Win" }).click();
            assert.equal((await answered).status(), 403);
            assert.equal(await lastEvent(task), undefined);
          },
          { httpCredentials },
          /status of 403/,
        );
      } finally {
        other.close();
      }
    });
  }
});

async function textOf(page: Page, selector: string): Promise<string> {
  return (await page.locator(selector).textContent()) ?? "";
}

/** Another site: a page on a port of its own. */
async function startOtherSite(html: string): Promise<Server> {
  const server = createServer((request, response) => {
    const isPage = request.url === "/";
    response.writeHead(isPage ? 200 : 204, { "content-type": "text/html" }).end(isPage ? html : undefined);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}
