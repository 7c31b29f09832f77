// A system that can send no credentials is known by the network it calls from, over SOAP alone; whatever else it shows counts more.
import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { startApp, type TestApp } from "../helpers/app.ts";
import { contractsWithHttp } from "../helpers/http-contracts.ts";
import { SERVICE_PATH } from "../helpers/service-path.ts";
import { send, tokenHeader } from "../helpers/soap-message.ts";

const GLOBEX = { user: "globex-wss", password: "a password of globex", digest: true };

suite("a network as credential", () => {
  let app: TestApp;
  const contracts = contractsWithHttp();
  let ahead = 0;
  before(async () => {
    app = await startApp({
      env: { CROSSDESK_CONTRACTS: contracts.folder },
      clock: () => Date.now() + ahead,
      site: {
        credentials: [
          { id: "acme-net", provider: "acme", network: ["127.0.0.0/8"] },
          { id: "globex-wss", provider: "globex", usernameToken: GLOBEX },
        ],
      },
    });
  });
  after(async () => {
    await app.close();
    contracts.remove();
  });

  const last = async (task: string) => (await app.views.taskEvents(task, 0, 50, { kind: "desk" }))?.items.at(-1);
  const basic = (user: string, password: string): string => `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;

  test("a call without any header is its provider's, in both versions of SOAP", async () => {
    for (const version of ["1.1", "1.2"] as const) {
      const task = await app.createTask();
      const fields = { taskId: task, solution: "x", resolvedAt: "2026-07-01T12:00:00", closed: "false" };
      const answer = await send(app.url, { operation: "Reassignment", fields, version });
      assert.equal(answer.status, 200, answer.body);
      const event = await last(task);
      assert.equal(event?.id, answer.event);
      assert.equal(event?.task?.resolvedAt, Date.parse("2026-07-01T10:00:00Z"), "in its provider's time zone");
    }
  });

  test("and so by GET and by form POST", async () => {
    const task = await app.createTask();
    const values = new URLSearchParams({ taskId: task, externalReference: "R", message: "x" });
    const url = `${app.url}${SERVICE_PATH}/ProcessInstanceTaskExternalUpdateMessage`;
    const got = await fetch(`${url}?${values}`);
    assert.equal(got.status, 200, await got.clone().text());
    const posted = await fetch(url, { method: "POST", body: values });
    assert.equal(await posted.text(), await got.text(), "the same message");
  });

  test("another provider's task is not there for it", async () => {
    const task = await app.createTask({ group: "globex-net" });
    assert.equal((await send(app.url, { fields: { taskId: task, message: "x" } })).code, "unknown_task");
  });

  test("a token, an API key or a password counts more", async () => {
    const task = await app.createTask({ group: "globex-net" });
    const own = await app.createTask();
    const ways: readonly { headers: string; more: Record<string, string> }[] = [
      { headers: tokenHeader(GLOBEX), more: {} },
      { headers: "", more: { "X-Api-Key": app.keys.globex } },
    ];
    for (const [index, { headers, more }] of ways.entries()) {
      const fields = (taskId: string) => ({ taskId, message: `${index}` });
      assert.equal((await send(app.url, { fields: fields(task), headers }, more)).status, 200);
      const again = { fields: fields(own), headers: headers && tokenHeader(GLOBEX) };
      assert.equal((await send(app.url, again, more)).code, "unknown_task");
    }
    // A header of HTTP counts before a token.
    const both = { fields: { taskId: own, message: "x" }, headers: tokenHeader(GLOBEX) };
    assert.equal((await send(app.url, both, { "X-Api-Key": app.keys.acme })).status, 200);
  });

  test("what it shows must be right, though its network would do", async () => {
    const task = await app.createTask();
    const fields = { taskId: task, message: "x" };
    const wrong = [
      await send(app.url, { fields, headers: tokenHeader({ ...GLOBEX, password: "wrong" }) }),
      await send(app.url, { fields }, { "X-Api-Key": "cdk_wrong_wrong" }),
      await send(app.url, { fields }, { Authorization: basic("acme", "wrong") }),
      await send(app.url, { fields }, { Authorization: "Bearer wrong" }),
    ];
    for (const [index, { status, code }] of wrong.entries())
      assert.deepEqual([status, code], [401, "unauthenticated"], `${index}`);
    assert.equal((await last(task))?.direction, "Out");
    ahead += 61_000;
  });

  test("an empty header shows nothing", async () => {
    const task = await app.createTask();
    assert.equal((await send(app.url, { fields: { taskId: task, message: "x" } }, { Authorization: "" })).status, 200);
  });

  test("REST and the pages know no network", async () => {
    const task = await app.createTask();
    for (const path of ["/v1/tasks", `/v1/tasks/${task}`, `/v1/tasks/${task}/events`, "/v1/events"])
      assert.equal((await fetch(app.url + path)).status, 401, path);
    const headers = { "Content-Type": "application/json" };
    const posted = await fetch(`${app.url}/v1/tasks/${task}/messages`, { method: "POST", headers, body: '{"text":"x"}' });
    assert.equal(posted.status, 401);
  });
});
