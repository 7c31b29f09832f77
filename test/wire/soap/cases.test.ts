// Plays every folder beside it against the gateway: the request as a client sends it, the answer as ASMX gives it, and what
// was stored. A folder has `request.http` (with place-holders) and `answer.json`.
import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import type { EventView } from "../../../src/store/views/types.ts";
import { contractsWithHttp } from "../../helpers/http-contracts.ts";
import { startApp, type TestApp } from "../../helpers/app.ts";
import { bodyOf, type Expected, readCases, requestBytes, type Role, type Version } from "./case-files.ts";
import { type RawAnswer, sendRaw } from "./raw-http.ts";
import { tokenValues } from "./token-values.ts";

/** The UsernameToken of the site that `token` cases are played against. */
const TOKEN = { user: "acme-wss", password: "battery staple", digest: true };
const NAMESPACE = "http://tempuri.org/";
const ENVELOPE = {
  "1.1": "http://schemas.xmlsoap.org/soap/envelope/",
  "1.2": "http://www.w3.org/2003/05/soap-envelope",
};
const CONTENT_TYPE = { "1.1": "text/xml; charset=utf-8", "1.2": "application/soap+xml; charset=utf-8" };
const CODES = {
  "1.1": { client: "Client", server: "Server", mustUnderstand: "MustUnderstand", versionMismatch: "VersionMismatch" },
  "1.2": { client: "Sender", server: "Receiver", mustUnderstand: "MustUnderstand", versionMismatch: "VersionMismatch" },
};

function envelope(version: Version, content: string): string {
  const xs = "http://www.w3.org/2001/XMLSchema";
  const names = `xmlns:soap="${ENVELOPE[version]}" xmlns:xsi="${xs}-instance" xmlns:xsd="${xs}"`;
  return `<?xml version="1.0" encoding="utf-8"?><soap:Envelope ${names}><soap:Body>${content}</soap:Body></soap:Envelope>`;
}

function success(version: Version, operation: string, result: string): string {
  const inner = `<${operation}Result>${result}</${operation}Result>`;
  return envelope(version, `<${operation}Response xmlns="${NAMESPACE}">${inner}</${operation}Response>`);
}

function fault(version: Version, role: Role, text: string): string {
  const safe = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  const code = `soap:${CODES[version][role]}`;
  const detail = role === "mustUnderstand" ? "" : version === "1.1" ? "<detail />" : "<soap:Detail />";
  const inner =
    version === "1.1"
      ? `<faultcode>${code}</faultcode><faultstring>${safe}</faultstring>`
      : `<soap:Code><soap:Value>${code}</soap:Value></soap:Code><soap:Reason><soap:Text xml:lang="en">${safe}</soap:Text></soap:Reason>`;
  return envelope(version, `<soap:Fault>${inner}${detail}</soap:Fault>`);
}

/** What GET and form POST give for a success. */
function plainSuccess(text: string): string {
  return `<?xml version="1.0" encoding="utf-8"?>\n<string xmlns="${NAMESPACE}">${text}</string>`;
}

/** Where a case was played, and the task it is about. */
interface Played {
  app: TestApp;
  task: string;
}

function storedOf(event: EventView): Record<string, string | null> {
  const { task, message, type } = event;
  const resolvedAt = task?.resolvedAt == null ? null : new Date(task.resolvedAt).toISOString();
  return {
    type,
    reference: task?.reference ?? null,
    message: message?.text ?? null,
    solution: task?.solution ?? null,
    resolvedAt,
  };
}

suite("SOAP on the wire", () => {
  let usual: TestApp;
  let open: TestApp;
  let secured: TestApp;
  let auth = "";
  const foreign = new Map<TestApp, string>();
  const contracts = contractsWithHttp();
  const lines: Record<string, unknown>[] = [];
  const onLog = (line: Record<string, unknown>): void => void lines.push(line);
  before(async () => {
    usual = await startApp({ onLog });
    open = await startApp({ onLog, env: { CROSSDESK_CONTRACTS: contracts.folder } });
    secured = await startApp({ onLog, site: { credentials: [{ id: "acme-wss", provider: "acme", usernameToken: TOKEN }] } });
    const { user, password } = usual.basic.acme;
    auth = `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
    for (const app of [usual, open, secured]) foreign.set(app, await app.createTask({ group: "globex-net" }));
  });
  after(async () => {
    await Promise.all([usual.close(), open.close(), secured.close()]);
    contracts.remove();
  });

  async function taskFor(app: TestApp, { knownReference }: Expected): Promise<string> {
    const task = await app.createTask();
    if (knownReference !== undefined) {
      const command = { type: "acknowledge", task, reference: knownReference } as const;
      await app.door.execute({ caller: app.callers.acme, channel: "console", commands: [command] });
    }
    return task;
  }

  async function checkSuccess(answer: RawAnswer, expected: Expected, { app, task }: Played): Promise<void> {
    const page = await app.views.taskEvents(task, 0, 20, { kind: "desk" });
    const event = page?.items.at(-1);
    assert.ok(event);
    const body = expected.string ? plainSuccess(event.id) : success(expected.version ?? "1.1", expected.success ?? "", event.id);
    assert.equal(answer.body.toString(), body);
    assert.equal(event.channel, "soap");
    assert.partialDeepStrictEqual(storedOf(event), expected.stored ?? {});
    assert.equal(answer.headers["x-crossdesk-code"], undefined);
  }

  /** One line for each request, under the id the client got, and nothing of what it sent. */
  function checkLog({ status, headers }: RawAnswer): void {
    const answered = lines.filter((line) => line["event"] === "message.answered");
    assert.equal(answered.length, 1, JSON.stringify(lines));
    assert.partialDeepStrictEqual(answered[0], { channel: "soap", status, requestId: headers["x-request-id"] });
    assert.doesNotMatch(JSON.stringify(lines), /Basic |correct horse|battery staple|Nonce|Envelope|INC-1/);
  }

  async function checkNothing({ app, task }: Played, { knownReference }: Expected): Promise<void> {
    const page = await app.views.taskEvents(task, 0, 20, { kind: "desk" });
    assert.equal(
      page?.items.filter((event) => event.direction === "In").length,
      knownReference === undefined ? 0 : 1,
      "nothing was stored",
    );
  }

  const cases = readCases();
  for (const one of cases) {
    const { name, expected } = one;
    test(`${name}: ${expected.what}`, async () => {
      const app = expected.token ? secured : expected.http ? open : usual;
      const task = await taskFor(app, expected);
      lines.length = 0;
      const values = { task, foreignTask: foreign.get(app) ?? "", auth, host: new URL(app.url).host, ...tokenValues(TOKEN) };
      const answer = await sendRaw(app.url, requestBytes(one, values));
      assert.equal(answer.status, expected.status, answer.body.toString().slice(0, 500));
      const { version, contentType = version && CONTENT_TYPE[version], headers = {} } = expected;
      checkLog(answer);
      if (contentType !== undefined) assert.equal(answer.headers["content-type"], contentType);
      assert.partialDeepStrictEqual(answer.headers, headers);
      if (expected.success !== undefined || expected.string) return checkSuccess(answer, expected, { app, task });
      await checkNothing({ app, task }, expected);
      if (expected.fault) assert.equal(answer.body.toString(), fault(version ?? "1.1", expected.fault.role, expected.fault.text));
      const body = bodyOf(one, values);
      if (body !== undefined) assert.equal(answer.body.toString(), body);
      for (const text of expected.contains ?? []) assert.ok(answer.body.toString().includes(text), `${text} in ${answer.body}`);
      if (expected.code !== undefined) assert.equal(answer.headers["x-crossdesk-code"], expected.code);
    });
  }

  test("every kind of answer is played", () => {
    assert.ok(cases.length > 100, `${cases.length} folders`);
  });
});
