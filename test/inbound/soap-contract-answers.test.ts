// What a table makes of a request and of its outcome: lists joined, answers of any shape, refusals as faults with a code or as results,
// and which argument shows who calls.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import path from "node:path";
import { suite, test } from "node:test";
import { Failure } from "../../src/core/errors.ts";
import type { Outcome } from "../../src/core/ports.ts";
import { type Contract, loadContract } from "../../src/inbound/soap/contract/contract.ts";
import { SOAP11, SOAP12 } from "../../src/inbound/soap/versions.ts";
import { startChannel } from "../helpers/soap-channel.ts";
import { ENVELOPE, makeScratch, type Parts, readOp, tableOf, writeFiles, wsdlOf } from "../helpers/soap-contract.ts";

const scratch = makeScratch();
const text = (name: string, more = ""): string => `<s:element name="${name}" minOccurs="0" type="s:string" ${more}/>`;
const REQUEST =
  `<s:sequence>${text("a")}${text("list", 'maxOccurs="unbounded"')}<s:element name="n" type="s:int"/>` +
  `<s:element name="at" type="s:dateTime" maxOccurs="3"/>${text("hash")}</s:sequence>`;
const ANSWER =
  '<s:sequence><s:element name="R"><s:complexType><s:sequence>' +
  `<s:element name="Code" type="s:int"/>${text("Text")}<s:element name="Why" minOccurs="1" nillable="true" type="s:string"/>` +
  `</s:sequence></s:complexType></s:element>${text("Other", 'form="unqualified"')}</s:sequence>`;
const IGNORED = { a: null, list: null, n: null, at: null, hash: null };
const PARTS: Parts = { request: REQUEST };

function load(parts: Parts, table: string): Contract {
  writeFiles(scratch, { "Own.wsdl": wsdlOf(parts), "Own.binding.json": table });
  return loadContract(path.join(scratch, "Own.wsdl"), "http://tempuri.org/");
}

function operationOf(contract: Contract) {
  const [operation] = contract.operations;
  assert.ok(operation);
  return operation;
}

suite("lists in a request", () => {
  const table = tableOf(
    { ...IGNORED, a: "task", list: { field: "message", join: "; " } },
    {},
    { constants: { reference: "fixed" } },
  );
  const commandOf = (content: string): unknown => {
    const contract = load(PARTS, table);
    const read = readOp(contract, `<Op xmlns="urn:own" xmlns:x="http://www.w3.org/2001/XMLSchema-instance">${content}</Op>`);
    assert.ok(typeof read !== "string", String(read));
    return operationOf(contract).toCommand(read.values);
  };
  const common = { type: "update_message", reference: "fixed", task: null };
  test("are joined, what is nil left out", () => {
    const content = '<list>1</list><list x:nil="true"/><list></list><list>2</list>';
    assert.deepEqual(commandOf(content), { ...common, message: "1; ; 2" });
  });
  test("without anything are no value", () => {
    assert.deepEqual(commandOf('<list x:nil="true"/>'), { ...common, message: null });
    assert.deepEqual(commandOf("<a>T</a>"), { ...common, task: "T", message: null });
  });
});

suite("mistakes in what a table makes", () => {
  const MISTAKES: readonly (readonly [elements: object, more: object, operation: object, says: string])[] = [
    [{ list: "message" }, {}, {}, 'list may come more than once: give { "field": …, "join": "\\n" }'],
    [{ at: "task" }, {}, {}, "at fills the field task, which takes a text; the WSDL says dateTime"],
    [{ a: { field: "task", join: "," } }, {}, {}, "a.join is for an element that may come more than once"],
    [{}, {}, { constants: { nope: "x" } }, "constants.nope is no field of the command"],
    [{}, {}, { result: { "R/Code": { constant: "x" } } }, 'puts "x" into R/Code, which is of the type int'],
    [{}, {}, { result: { "R/Code": "event" } }, "puts event into R/Code, which is no text; give it a constant"],
    [{}, {}, { result: { "R/Text": "event" } }, "leaves R/Code empty, which the answer must have: give it a constant"],
    [{}, {}, { result: "event" }, "must be a table of paths: the WSDL's answer has more than one element"],
    [{}, {}, { result: { R: "event" } }, "result.R is no element of the answer that has a value"],
    [{}, { access: { element: "nope", check: "secret" } }, {}, 'access.element is "nope", which operation Op does not have'],
    [
      {},
      { access: { element: "at", check: "secret" } },
      {},
      'is "at", which must be a text that comes once; the WSDL says dateTime',
    ],
    [{}, { access: { element: "list", check: "secret" } }, {}, "must be a text that comes once"],
    [{}, { access: { element: "hash", check: "guess" } }, {}, "access.check must be one of secret, hash"],
    [{}, { access: { element: "hash", check: "secret", template: "x" } }, {}, 'access.template is for "check": "hash"'],
    [{}, { access: { element: "hash", check: "hash", template: "{secret}" } }, {}, "access.algorithm is missing"],
    [
      {},
      { access: { element: "hash", check: "hash", algorithm: "crc", template: "{secret}" } },
      {},
      "access.algorithm must be one of md5",
    ],
    [
      {},
      { access: { element: "hash", check: "hash", algorithm: "md5", template: "{a}" } },
      {},
      "access.template it needs {secret}",
    ],
    [
      {},
      { access: { element: "hash", check: "hash", algorithm: "md5", template: "{b}{secret}" } },
      {},
      "the operation has no element b",
    ],
    [{}, { access: { element: "hash", check: "hash", algorithm: "md5", template: "{hash}{secret}" } }, {}, "has no element hash"],
    [{}, { access: { element: "hash", check: "hash", algorithm: "md5", template: "{list}{secret}" } }, {}, "has no element list"],
    [{}, {}, { access: { element: "hash", check: "secret", more: 1 } }, "operations.Op.access.more is no known entry"],
    [
      { hash: "task" },
      { access: { element: "hash", check: "secret" } },
      {},
      "hash shows who calls, so that it must fill no field: give null",
    ],
  ];
  for (const [elements, more, operation, says] of MISTAKES) {
    test(says, () => {
      const parts = "result" in operation ? { ...PARTS, response: ANSWER } : PARTS;
      const table = tableOf({ ...IGNORED, ...elements }, more, operation);
      assert.throws(
        () => load(parts, table),
        (error: Error) => {
          assert.match(error.message, /Own\.binding\.json:\d+: /);
          assert.ok(error.message.includes(says), error.message);
          return true;
        },
      );
    });
  }
});

suite("the argument that shows who calls", () => {
  const checkOf = (access: object, ofOperation: object = {}) => {
    const contract = load(PARTS, tableOf(IGNORED, { access }, ofOperation));
    const read = readOp(contract, '<Op xmlns="urn:own"><hash>shown</hash><n> 07 </n><a>T-1</a></Op>');
    assert.ok(typeof read !== "string", String(read));
    return { access: operationOf(contract).access, shown: operationOf(contract).access?.shownBy(read.sent), read };
  };
  const HASH = { element: "hash", check: "hash", algorithm: "sha256", template: "{a}|{n}|{secret}" };

  test("a hash, over the values as they were sent", () => {
    const { access, shown, read } = checkOf(HASH);
    assert.deepEqual([access?.path, access?.index, access?.check, [...(access?.needs ?? [])]], ["hash", 4, "hash", [4, 0, 2]]);
    assert.equal(shown?.given, "shown");
    assert.deepEqual(shown?.expectedOf("s3"), createHash("sha256").update("T-1| 07 |s3").digest());
    assert.deepEqual(read.values.slice(2, 3), ["7"]);
  });
  test("the secret itself, where an operation says so", () => {
    const { shown } = checkOf(HASH, { access: { element: "hash", check: "secret" } });
    assert.equal(shown?.expectedOf("s3"), "s3");
  });
  test("none, where an operation says null", () => assert.equal(checkOf(HASH, { access: null }).access, null));
  test("one that is left out or empty shows nothing", () => {
    const { access } = checkOf(HASH);
    assert.equal(access?.shownBy([]), null);
    assert.equal(access?.shownBy([undefined, undefined, undefined, undefined, ""]), null);
  });
});

const FILLED = { "R/Code": { constant: "0" }, "R/Text": "event", Other: "task" };
const TOLD = { "R/Code": { constant: "1" }, "R/Text": "code", "R/Why": "text" };
const NIL = '<Why xsi:nil="true" />';
const REFUSED: Outcome = { status: "refused", index: 0, refusal: { code: "unknown_task", detail: "<&>" } };
const SAYS = "No task of yours has this number, process id or reference. &lt;&amp;&gt;";
const DETAIL = '<code xmlns="urn:crossdesk">unknown_task</code>';

suite("answers by table", () => {
  test("elements in their namespaces, what must be there and has nothing is nil", () => {
    const contract = load({ ...PARTS, response: ANSWER }, tableOf(IGNORED, {}, { result: FILLED, refusal: TOLD }));
    const { writeResult } = operationOf(contract);
    const inner = `<R><Code>0</Code><Text>e&lt;1</Text>${NIL}</R><Other xmlns="">T</Other>`;
    for (const version of [SOAP11, SOAP12])
      assert.equal(
        writeResult(version, { event: "e<1", task: "T" }),
        `${version.open}<OpResponse xmlns="urn:own">${inner}</OpResponse>${version.close}`,
      );
  });

  const OPERATIONS = { result: FILLED };
  const WAYS: readonly (readonly [what: string, more: object, operation: object, status: number, says: readonly string[]])[] = [
    [
      "as an exception",
      {},
      OPERATIONS,
      500,
      [`process request. ---&gt; ${SAYS}</`, "Server", "<detail />", "Receiver", "<soap:Detail />"],
    ],
    [
      "as a fault of the client",
      { refusals: "client" },
      OPERATIONS,
      500,
      [`>${SAYS}</`, "Client", `<detail>${DETAIL}</detail>`, "Sender", `<soap:Detail>${DETAIL}</soap:Detail>`],
    ],
    [
      "in the result",
      { refusals: "client" },
      { ...OPERATIONS, refusal: TOLD },
      200,
      [`<R><Code>1</Code><Text>unknown_task</Text><Why>${SAYS}</Why></R></OpResponse>`],
    ],
  ];
  for (const [what, more, operation, status, [says = "", ...spelled]] of WAYS) {
    test(`a refusal told ${what}`, async () => {
      const channel = await startChannel(null, load({ ...PARTS, response: ANSWER }, tableOf(IGNORED, more, operation)));
      channel.state.outcome = async () => REFUSED;
      try {
        for (const version of [SOAP11, SOAP12]) {
          const answer = await call(channel.url, version.namespace, version.contentType);
          const body = await answer.text();
          assert.deepEqual([answer.status, answer.headers.get("x-crossdesk-code")], [status, "unknown_task"], body);
          const [role = "", detail = ""] = version === SOAP11 ? spelled : spelled.slice(2);
          for (const part of [says, role, detail]) assert.ok(body.includes(part), body);
          assert.equal(channel.state.reports.at(-1)?.outcome, "unknown_task");
        }
      } finally {
        channel.close();
      }
    });
  }

  test("what is no refusal stays a fault of the server, and tells nothing of the inside", async () => {
    const table = tableOf(IGNORED, { refusals: "client" }, { result: FILLED, refusal: TOLD });
    const channel = await startChannel(null, load({ ...PARTS, response: ANSWER }, table));
    try {
      for (const [code, status] of [
        ["busy", 503],
        ["internal", 500],
        ["outcome_unknown", 503],
      ] as const) {
        channel.state.outcome = () => Promise.reject(new Failure(code, undefined, new Error("table tasks is gone")));
        const answer = await call(channel.url, ENVELOPE, SOAP11.contentType);
        const body = await answer.text();
        assert.deepEqual([answer.status, answer.headers.get("x-crossdesk-code")], [status, code]);
        assert.ok(body.includes("<faultcode>soap:Server</faultcode>") && body.includes("<detail />"), body);
        assert.ok(!body.includes("tasks"), body);
      }
    } finally {
      channel.close();
    }
  });
});

function call(url: string, namespace: string, contentType: string): Promise<Response> {
  const content = '<Op xmlns="urn:own"><n>1</n></Op>';
  const body = `<s:Envelope xmlns:s="${namespace}"><s:Body>${content}</s:Body></s:Envelope>`;
  return fetch(url, { method: "POST", headers: { "content-type": contentType, soapaction: '"urn:own/Op"' }, body });
}
