// What one provider's SOAP system is allowed and no other: XML in a charset it does not name, an operation in another's element.
import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { startApp, type TestApp } from "../helpers/app.ts";
import { SERVICE_PATH } from "../helpers/service-path.ts";

const NAMESPACE = "http://tempuri.org/";
const OPERATION = "ProcessInstanceTaskExternalUpdateMessage";

suite("a provider with manners of its own", () => {
  let app: TestApp;
  before(async () => {
    const soap = { charset: "Windows-1252", anyBody: true };
    app = await startApp({ site: { providers: [{ name: "acme", timeZone: "Europe/Berlin", soap }] } });
  });
  after(() => app.close());

  async function call(caller: "acme" | "globex", wrapper: string, message: Buffer, declaration = ""): Promise<Response> {
    const task = await app.createTask({ group: caller === "acme" ? "acme-field" : "globex-net" });
    const open = `${declaration}<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><${wrapper}>`;
    const fields = `<taskId xmlns="${NAMESPACE}">${task}</taskId><message xmlns="${NAMESPACE}">`;
    const close = `</message></${wrapper.split(" ", 1)[0]}></s:Body></s:Envelope>`;
    const headers = { "X-API-Key": app.keys[caller], "Content-Type": "text/xml", SOAPAction: `"${NAMESPACE}${OPERATION}"` };
    const body = Buffer.concat([Buffer.from(open + fields), message, Buffer.from(close)]);
    return fetch(`${app.url}${SERVICE_PATH}`, { method: "POST", headers, body });
  }

  async function lastMessage(): Promise<string | undefined> {
    const page = await app.views.events(0, 500);
    return page.items.at(-1)?.message?.text;
  }

  const OWN = `${OPERATION} xmlns="${NAMESPACE}"`;
  const EURO = Buffer.from([0x5a, 0xfc, 0x72, 0x69, 0x63, 0x68, 0x80]);

  test("is read in its charset where its XML names none", async () => {
    assert.equal((await call("acme", OWN, EURO)).status, 200);
    assert.equal(await lastMessage(), "Zürich€");
  });

  test("is read as its XML says where it says so", async () => {
    const declaration = '<?xml version="1.0" encoding="utf-8"?>';
    assert.equal((await call("acme", OWN, Buffer.from("Zürich"), declaration)).status, 200);
    assert.equal(await lastMessage(), "Zürich");
  });

  test("another provider's letters are read as UTF-8", async () => {
    assert.equal((await call("globex", OWN, EURO)).status, 200);
    assert.equal(await lastMessage(), "Z\ufffdrich\ufffd");
  });

  test("an operation in an element of another namespace is carried out for it alone", async () => {
    const strange = `${OPERATION} xmlns="urn:test-system"`;
    assert.equal((await call("acme", strange, Buffer.from("in a strange element"))).status, 200);
    assert.equal(await lastMessage(), "in a strange element");
    const other = await call("globex", strange, Buffer.from("no"));
    assert.equal(other.status, 500);
    assert.match(await other.text(), /must be the element/);
  });

  test("parameters it does not know stay empty, so that nothing is booked", async () => {
    const task = await app.createTask();
    const acknowledgement = `<ProcessInstanceTaskExternalAcknowledgement xmlns="${NAMESPACE}"><taskId>${task}</taskId></ProcessInstanceTaskExternalAcknowledgement>`;
    const headers = { "X-API-Key": app.keys.acme, "Content-Type": "text/xml", SOAPAction: `${NAMESPACE}${OPERATION}` };
    const body = `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>${acknowledgement}</s:Body></s:Envelope>`;
    const answer = await fetch(`${app.url}${SERVICE_PATH}`, { method: "POST", headers, body });
    assert.equal(answer.headers.get("x-crossdesk-code"), "message_required");
  });
});
