// SOAP calls to a gateway of our own as the partner, over its own WSDL: both versions, every operation, what comes back.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, suite, test } from "node:test";
import { SERVICE_PATH } from "../helpers/service-path.ts";
import type { Transport } from "../../src/outbound/ports.ts";
import type { SoapApi } from "../../src/store/outgoing.ts";
import { startApp, type TestApp } from "../helpers/app.ts";
import { OPERATION, OWN_WSDLS, openTransport, parcelOf, soapApi } from "./soap-harness.ts";

const AUTH: SoapApi["auth"] = { kind: "basic", user: "acme", password: "portal" };
const SECRETS = { portal: "correct horse" };
const NEVER = new AbortController().signal;

suite("calling a gateway over SOAP", () => {
  let app: TestApp;
  let transport: Transport;
  before(async () => {
    app = await startApp();
    transport = openTransport(OWN_WSDLS);
  });
  after(async () => {
    await transport.close();
    await app.close();
  });

  const call = (value: unknown, more: Partial<SoapApi> = {}) => {
    const api = soapApi({ url: `${app.url}${SERVICE_PATH}`, auth: AUTH, ...more });
    // A delivery's key is the id of its message, by which the gateway there knows a repeat.
    return transport.send(parcelOf({ api, value, secrets: SECRETS, key: randomUUID() }), NEVER);
  };

  for (const version of ["1.1", "1.2"] as const) {
    test(`an acknowledgement over SOAP ${version} sets the reference and its id comes back`, async () => {
      const task = await app.createTask();
      const message = 'Ä <b> & "q" ]]> \r\n\t😀';
      const outcome = await call({ message, externalReference: "INC-1", taskId: task }, { version });
      assert.deepEqual([outcome.class, outcome.code, outcome.detail], ["done", "http_200", null]);
      const page = await app.views.taskEvents(task, 0, 50, { kind: "desk" });
      const event = page?.items.find((one) => one.direction === "In");
      assert.equal(event?.task?.reference, "INC-1");
      assert.equal(event?.message?.text, message);
      const body = outcome.parsed?.body as Record<string, Record<string, string>>;
      assert.equal(body[`${OPERATION}Response`]?.[`${OPERATION}Result`], event?.id);
      assert.match(outcome.answer ?? "", /^HTTP 200\n/);
      assert.match(outcome.request, /Authorization: \*\*\*/);
      assert.doesNotMatch(outcome.request, /correct horse/);
    });

    test(`a refusal over SOAP ${version} is permanent, with the partner's words`, async () => {
      const outcome = await call({ taskId: "NO-SUCH" }, { version });
      assert.deepEqual([outcome.class, outcome.code], ["permanent", "soap_fault"]);
      assert.match(outcome.detail ?? "", /No task of yours has this number/);
    });
  }

  test("typed parameters arrive as what they are", async () => {
    const task = await app.createTask();
    const operation = "ProcessInstanceTaskExternalReassignment";
    const value = {
      taskId: task,
      externalReference: "INC-2",
      solution: "Fuse",
      resolvedAt: "2026-07-01T12:00:00+02:00",
      closed: false,
    };
    const outcome = await call(value, { operation });
    assert.equal(outcome.class, "done", outcome.detail ?? "");
    const page = await app.views.taskEvents(task, 0, 50, { kind: "desk" });
    const solved = page?.items.find((one) => one.type === "task.solved");
    assert.equal(solved?.task?.resolvedAt, Date.parse("2026-07-01T10:00:00Z"));
  });

  test("XML of a template goes as the body", async () => {
    const task = await app.createTask();
    const xml = `<!-- made by hand -->\n<w:${OPERATION} xmlns:w="http://tempuri.org/"><w:taskId>${task}</w:taskId><w:message><![CDATA[a < b]]></w:message></w:${OPERATION}>`;
    const outcome = await call(`${xml}\n`);
    assert.equal(outcome.class, "permanent", "it has no reference");
    const complete = xml.replace("<w:message>", "<w:externalReference>R-9</w:externalReference><w:message>");
    const second = await call(complete);
    assert.equal(second.class, "done", second.detail ?? "");
    const page = await app.views.taskEvents(task, 0, 50, { kind: "desk" });
    assert.equal(page?.items.find((one) => one.direction === "In")?.message?.text, "a < b");
  });

  test("without credentials it is permanent and says so", async () => {
    const outcome = await call({ taskId: "x" }, { auth: { kind: "none" } });
    assert.equal(outcome.class, "permanent");
    assert.match(outcome.detail ?? "", /credentials/);
  });
});
