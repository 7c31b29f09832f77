// Calls by GET and form POST beyond their wire: which operations are there, what the door is handed, what a repeat is, and how a failure
// is told.
import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import http from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, suite, test } from "node:test";
import { Failure, type FailureCode } from "../../src/core/errors.ts";
import type { Outcome } from "../../src/core/ports.ts";
import { loadContract } from "../../src/inbound/soap/contract/contract.ts";
import { startApp, type TestApp } from "../helpers/app.ts";
import { contractsWithHttp } from "../helpers/http-contracts.ts";
import { SERVICE_PATH } from "../helpers/service-path.ts";
import { type Channel, startChannel } from "../helpers/soap-channel.ts";

const ASMX = readFileSync(path.join(import.meta.dirname, "asmx.wsdl"), "utf8");
const PREFIX = "ProcessInstanceTaskExternal";
const UPDATE = `${PREFIX}UpdateMessage`;
const ON = { http: { get: true, post: true } };
const scratch = mkdtempSync(path.join(tmpdir(), "crossdesk-http-"));
after(() => rmSync(scratch, { recursive: true }));

const ELEMENTS = { taskId: "task", externalReference: "reference", message: "message" };

/** A contract of one operation that is offered; the others are checked as they are. */
function contractOf(wsdl: string, table: object) {
  const constants = { outcome: "solved" };
  const rest = { solution: "solution", resolvedAt: "resolvedAt", closed: null };
  const operations = {
    [`${PREFIX}Acknowledgement`]: {
      command: "acknowledge",
      elements: { taskId: "task", externalReference: "reference" },
      result: "event",
      offered: false,
    },
    [`${PREFIX}Reassignment`]: {
      command: "reassignment",
      elements: { taskId: "task", externalReference: "reference", ...rest },
      constants,
      result: "event",
      offered: false,
    },
    [UPDATE]: { command: "update_message", elements: ELEMENTS, result: "event", ...table },
  };
  writeFileSync(path.join(scratch, "Own.wsdl"), wsdl);
  writeFileSync(path.join(scratch, "Own.binding.json"), JSON.stringify({ ...ON, path: SERVICE_PATH, operations }));
  return loadContract(path.join(scratch, "Own.wsdl"), "http://tempuri.org/");
}

const MESSAGE = '<s:element minOccurs="0" maxOccurs="1" name="message" type="s:string" />';
const RESULT = `<s:element minOccurs="0" maxOccurs="1" name="${UPDATE}Result" type="s:string" />`;
const done = (event: string): Outcome => ({
  status: "done",
  repeated: false,
  results: [{ task: "T", ticket: "K", events: [event] }],
});

async function withChannel(contract: ReturnType<typeof loadContract>, work: (channel: Channel) => Promise<void>): Promise<void> {
  const channel = await startChannel(null, contract);
  try {
    await work(channel);
  } finally {
    channel.close();
  }
}

const QUERY = "taskId=T&externalReference=R&message=m";

suite("operations by GET and POST", () => {
  const absent: readonly (readonly [string, string, object])[] = [
    [
      "a repeated parameter",
      ASMX.replace(MESSAGE, MESSAGE.replace('maxOccurs="1"', 'maxOccurs="unbounded"')),
      { elements: { ...ELEMENTS, message: { field: "message", join: " " } } },
    ],
    [
      "a nested parameter",
      ASMX.replace(
        MESSAGE,
        `<s:element name="in"><s:complexType><s:sequence>${MESSAGE}</s:sequence></s:complexType></s:element>`,
      ),
      { elements: { taskId: "task", externalReference: "reference", "in/message": "message" } },
    ],
    [
      "bytes as a parameter",
      ASMX.replace(MESSAGE, `${MESSAGE}<s:element name="file" type="s:base64Binary" />`),
      { elements: { ...ELEMENTS, file: null } },
    ],
    [
      "two results",
      ASMX.replace(RESULT, `${RESULT}<s:element minOccurs="0" name="More" type="s:string" />`),
      { result: { [`${UPDATE}Result`]: "event" } },
    ],
  ];
  for (const [what, wsdl, table] of absent) {
    test(`${what} has no place there: the operation is neither called nor described so`, async () => {
      const contract = contractOf(wsdl, table);
      assert.doesNotMatch(contract.wsdlAt("http://a/"), /HttpGet|HttpPost/);
      await withChannel(contract, async ({ url }) => {
        const answer = await fetch(`${url}/${UPDATE}?${QUERY}`);
        assert.equal(await answer.text(), `${UPDATE} Web Service method name is not valid.\n`);
        assert.doesNotMatch(await (await fetch(`${url}?op=${UPDATE}`)).text(), /HTTP GET/);
      });
    });
  }

  const results: readonly (readonly [string, string, object, string])[] = [
    [
      "a constant of another type",
      ASMX.replace(RESULT, RESULT.replace("s:string", "s:int")),
      { result: { [`${UPDATE}Result`]: { constant: "0" } } },
      '<int xmlns="http://example.org/workflow/">0</int>',
    ],
    [
      "nothing in its element",
      ASMX,
      { result: {} },
      '<string xmlns="http://example.org/workflow/" xsi:nil="true" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" />',
    ],
    ["the task", ASMX, { result: "task" }, '<string xmlns="http://example.org/workflow/">T</string>'],
  ];
  for (const [what, wsdl, table, element] of results) {
    test(`an answer with ${what}`, () =>
      withChannel(contractOf(wsdl, table), async ({ url, state }) => {
        state.outcome = () => Promise.resolve(done("e"));
        const answer = await fetch(`${url}/${UPDATE}?${QUERY}`);
        assert.equal(await answer.text(), `<?xml version="1.0" encoding="utf-8"?>\n${element}`);
      }));
  }

  test("a parameter that was added later may be left out, and no other", () =>
    withChannel(contractOf(ASMX, { added: ["message"] }), async ({ url, state }) => {
      state.outcome = () => Promise.resolve(done("e"));
      assert.equal((await fetch(`${url}/${UPDATE}?taskId=T&externalReference=R`)).status, 200);
      assert.partialDeepStrictEqual(state.units.at(-1)?.commands, [{ task: "T", reference: "R", message: null }]);
      const answer = await fetch(`${url}/${UPDATE}?taskId=T&message=m`);
      assert.equal(await answer.text(), "Missing parameter: externalReference.\n");
      assert.throws(
        () => contractOf(ASMX, { added: ["msg"] }),
        /Own\.binding\.json:\d+: .*added names msg, which is no parameter/,
      );
    }));

  test("an answer without a result has no content, and its message no part", async () => {
    const contract = contractOf(ASMX.replace(RESULT, ""), { result: "nothing" });
    assert.ok(contract.wsdlAt("http://a/").includes(`<wsdl:message name="${UPDATE}HttpGetOut" />`));
    await withChannel(contract, async ({ url, state }) => {
      state.outcome = () => Promise.resolve(done("e"));
      const answer = await fetch(`${url}/${UPDATE}?${QUERY}`);
      assert.deepEqual([answer.status, await answer.text()], [200, ""]);
    });
  });

  test("a contract that tells refusals in the result tells them so here too", () =>
    withChannel(contractOf(ASMX, { refusal: { [`${UPDATE}Result`]: "code" } }), async ({ url, state }) => {
      state.outcome = () => Promise.resolve({ status: "refused", index: 0, refusal: { code: "unknown_task" } });
      const answer = await fetch(`${url}/${UPDATE}?${QUERY}`);
      assert.deepEqual([answer.status, answer.headers.get("x-crossdesk-code")], [200, "unknown_task"]);
      assert.match(await answer.text(), />unknown_task<\/string>$/);
    }));

  const failures: readonly (readonly [FailureCode, number, string | null])[] = [
    ["busy", 503, "5"],
    ["outcome_unknown", 503, "5"],
    ["forbidden", 500, null],
    ["internal", 500, null],
  ];
  for (const [code, status, again] of failures) {
    test(`the door fails with ${code}`, () =>
      withChannel(contractOf(ASMX, {}), async ({ url, state }) => {
        state.outcome = () => Promise.reject(new Failure(code, undefined, new Error("table x is gone")));
        const answer = await fetch(`${url}/${UPDATE}?${QUERY}`);
        assert.deepEqual([answer.status, answer.headers.get("retry-after")], [status, again]);
        assert.equal(answer.headers.get("content-type"), "text/plain; charset=utf-8");
        assert.ok(!(await answer.text()).includes("table x"));
        assert.equal(state.reports.at(-1)?.outcome, code);
      }));
  }
});

suite("repeats by GET and POST", () => {
  const contracts = contractsWithHttp();
  let app: TestApp;
  before(async () => {
    app = await startApp({ env: { CROSSDESK_CONTRACTS: contracts.folder } });
  });
  after(async () => {
    await app.close();
    contracts.remove();
  });

  const send = async (query: string, key: string, post = false): Promise<string> => {
    const at = `${app.url}${SERVICE_PATH}/${UPDATE}`;
    const headers = { "x-api-key": key };
    const form = { method: "POST", headers: { ...headers, "content-type": "application/x-www-form-urlencoded" }, body: query };
    const answer = await (post ? fetch(at, form) : fetch(`${at}?${query}`, { headers }));
    assert.equal(answer.status, 200);
    return answer.text();
  };

  test("the same values in any spelling are the same message, other values another", async () => {
    const task = await app.createTask();
    const first = await send(`taskId=${task}&externalReference=R&message=a+b`, app.keys.acme);
    assert.equal(await send(`MESSAGE=a%20b&taskId=${task}&externalReference=R&x=1`, app.keys.acme), first);
    assert.equal(await send(`taskId=${task}&externalReference=R&message=a%20b`, app.keys.acme, true), first);
    assert.notEqual(await send(`taskId=${task}&externalReference=R&message=a+c`, app.keys.acme), first);
    const events = await app.views.taskEvents(task, 0, 20, { kind: "desk" });
    assert.equal(events?.items.filter((event) => event.direction === "In").length, 2);
  });
});

suite("strangers by form POST", () => {
  const SITE = {
    credentials: [{ id: "acme-wss", provider: "acme", usernameToken: { user: "acme-wss", password: "battery staple" } }],
  };
  const FORM = { "content-type": "application/x-www-form-urlencoded" };

  test("a form has no place for a token: nothing is read of whoever could show nothing else", async (t) => {
    const contracts = contractsWithHttp();
    const app = await startApp({ env: { CROSSDESK_CONTRACTS: contracts.folder }, site: SITE });
    t.after(async () => {
      await app.close();
      contracts.remove();
    });
    const request = http.request(`${app.url}${SERVICE_PATH}/${UPDATE}`, {
      method: "POST",
      headers: { ...FORM, "content-length": "1000000" },
    });
    request.on("error", () => undefined).flushHeaders();
    const [answer] = (await once(request, "response")) as [http.IncomingMessage];
    assert.deepEqual([answer.statusCode, answer.headers["x-crossdesk-code"]], [401, "unauthenticated"]);
    request.destroy();
  });
});
