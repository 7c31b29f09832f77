// The description of a service as partners fetch it: letter by letter what ASMX gives for the same service, without what is not
// offered, with every file it refers to.
import assert from "node:assert/strict";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, suite, test } from "node:test";
import { type Contract, loadContract } from "../../src/inbound/soap/contract/contract.ts";
import { readTree, type XmlElement } from "../../src/inbound/soap/contract/tree.ts";

const PREFIX = "ProcessInstanceTaskExternal";
const ADDRESS = "http://desk.example.com/WorkflowService.asmx";
/** What a genuine ASMX service describes itself as, with all ways of calling on. */
const ASMX = readFileSync(path.join(import.meta.dirname, "asmx.wsdl"), "utf8");

const REFERENCED = { taskId: "task", externalReference: "reference" };
const OPERATIONS = {
  [`${PREFIX}Acknowledgement`]: { command: "acknowledge", elements: REFERENCED, result: "event" },
  [`${PREFIX}UpdateMessage`]: { command: "update_message", elements: { ...REFERENCED, message: "message" }, result: "event" },
  [`${PREFIX}Reassignment`]: {
    command: "reassignment",
    elements: { ...REFERENCED, solution: "solution", resolvedAt: "resolvedAt", closed: null },
    constants: { outcome: "solved" },
    result: "event",
  },
};

const scratch = mkdtempSync(path.join(tmpdir(), "crossdesk-published-"));
after(() => rmSync(scratch, { recursive: true }));

function load(wsdl: string, table: object): Contract {
  writeFileSync(path.join(scratch, "Own.wsdl"), wsdl);
  writeFileSync(path.join(scratch, "Own.binding.json"), JSON.stringify({ operations: OPERATIONS, ...table }));
  return loadContract(path.join(scratch, "Own.wsdl"), "http://tempuri.org/");
}

const withHttp = (get: boolean, post: boolean) => ({ http: { get, post } });

/** Names of the children of this kind. */
function named({ children }: XmlElement, kind: string): string[] {
  return children.filter(({ name }) => name === kind).map(({ attributes }) => attributes.get("name") ?? "");
}

suite("the published WSDL", () => {
  test("is that of ASMX with GET and POST on, also when the file came with them", () => {
    assert.equal(load(ASMX, withHttp(true, true)).wsdlAt(ADDRESS), ASMX);
  });

  test("has nothing of GET and POST when they are off, and all of it again when they are on", () => {
    const off = load(ASMX, {}).wsdlAt(ADDRESS);
    assert.doesNotMatch(off, /HttpGet|HttpPost|http:binding|name="string"/);
    assert.deepEqual(named(readTree(off, "off"), "binding"), ["WorkflowServiceSoap", "WorkflowServiceSoap12"]);
    assert.equal(load(off, withHttp(true, true)).wsdlAt(ADDRESS), ASMX);
  });

  for (const [get, post] of [
    [true, false],
    [false, true],
  ] as const) {
    test(`has the one that is on: get ${get}, post ${post}`, () => {
      const root = readTree(load(ASMX, withHttp(get, post)).wsdlAt(ADDRESS), "one");
      const on = get ? "WorkflowServiceHttpGet" : "WorkflowServiceHttpPost";
      assert.deepEqual(named(root, "portType"), ["WorkflowServiceSoap", on]);
      assert.deepEqual(named(root, "binding"), ["WorkflowServiceSoap", "WorkflowServiceSoap12", on]);
      assert.equal(named(root, "message").length, 12);
    });
  }

  test("has nothing of an operation that is not offered", () => {
    const hidden = `${PREFIX}UpdateMessage`;
    const operations = { ...OPERATIONS, [hidden]: { ...OPERATIONS[hidden], offered: false } };
    const contract = load(ASMX, { operations, ...withHttp(true, true) });
    const served = contract.wsdlAt(ADDRESS);
    assert.ok(!served.includes("UpdateMessage"));
    assert.equal(served.split(`name="${PREFIX}Reassignment"`).length, ASMX.split(`name="${PREFIX}Reassignment"`).length);
    assert.ok(served.includes('<s:element name="string"'));
    readTree(served, "served");
  });

  test("can be read again with GET and POST on, whatever letters a name has", () => {
    const own = load(ASMX, {})
      .wsdlAt(ADDRESS)
      .replaceAll(`operation name="${PREFIX}Acknowledgement"`, 'operation name="A&amp;B&lt;&quot;"')
      .replaceAll('name="taskId"', 'name="task&amp;&lt;Id"')
      .replaceAll('"http://example.org/workflow/"', '"http://example.org/?a&amp;b"')
      .replace('service name="WorkflowService"', 'service name="Work&amp;&lt;flow"');
    const table = JSON.stringify(OPERATIONS).replaceAll("taskId", "task&<Id").replace(`"${PREFIX}Acknowledgement"`, '"A&B<\\""');
    const served = load(own, { operations: JSON.parse(table), ...withHttp(true, true) }).wsdlAt(ADDRESS);
    const root = readTree(served, "served");
    assert.deepEqual(named(root, "portType").slice(1), ["Work&<flowHttpGet", "Work&<flowHttpPost"]);
    for (const portType of root.children.filter(({ name }) => name === "portType"))
      assert.ok(named(portType, "operation").includes('A&B<"'));
    const message = root.children.find(({ attributes }) => attributes.get("name") === 'A&B<"HttpGetIn');
    assert.deepEqual(message && named(message, "part"), ["task&<Id", "externalReference"]);
    assert.ok(served.includes('location="/A&amp;B&lt;&quot;"'));
  });

  test("keeps line breaks, comments and spellings of the operator's file", () => {
    const own = ASMX.replaceAll("\n", "\r\n")
      .replace("<wsdl:types>", '<!-- location="x" --><wsdl:types >')
      .replace(
        `<soap:address location="${ADDRESS}" />`,
        `<soap:address x:y='a>b' xmlns:x="urn:x"\n location = 'http://old/' ></soap:address>`,
      );
    const served = load(own, {}).wsdlAt("https://new.example/a?b&c");
    assert.ok(served.includes('<!-- location="x" --><wsdl:types >\r\n'));
    assert.ok(served.includes(`x:y='a>b' xmlns:x="urn:x"\n location = "https://new.example/a?b&amp;c" ></soap:address>`));
  });
});

suite("a contract of several files", () => {
  const folder = path.join(scratch, "several");
  mkdirSync(path.join(folder, "types"), { recursive: true });
  const schemaStart = ASMX.indexOf("<s:schema");
  const schemaEnd = ASMX.indexOf("</s:schema>") + "</s:schema>".length;
  const NS = 'xmlns:s="http://www.w3.org/2001/XMLSchema"';
  const schema = load(ASMX, {}).wsdlAt(ADDRESS);
  const own = schema
    .slice(schema.indexOf("<s:schema"), schema.indexOf("</s:schema>") + 11)
    .replace("<s:schema", `<s:schema ${NS}`);
  const include = `<s:schema targetNamespace="http://example.org/workflow/"><s:include schemaLocation="types/a &amp; b.xsd" /></s:schema>`;
  writeFileSync(path.join(folder, "types", "a & b.xsd"), own);
  writeFileSync(path.join(folder, "Own.wsdl"), ASMX.slice(0, schemaStart) + include + ASMX.slice(schemaEnd));
  writeFileSync(path.join(folder, "Own.binding.json"), JSON.stringify({ operations: OPERATIONS, ...withHttp(true, true) }));
  cpSync(path.join(folder, "Own.wsdl"), path.join(folder, "copy.wsdl"));

  test("its other files are named where they can be fetched", () => {
    const contract = loadContract(path.join(folder, "Own.wsdl"), "http://tempuri.org/");
    const served = contract.wsdlAt(ADDRESS);
    assert.ok(served.includes(`schemaLocation="${ADDRESS}?schema=types%2Fa%20%26%20b.xsd"`), served.slice(0, 1500));
    const xsd = contract.published("schema", "types/a & b.xsd", ADDRESS);
    assert.ok(xsd?.includes(`name="${PREFIX}Acknowledgement"`));
    assert.equal(contract.published("schema", "copy.wsdl", ADDRESS), null);
    assert.equal(contract.published("wsdl", "types/a & b.xsd", ADDRESS), null);
    assert.equal(contract.published("schema", "", ADDRESS), null);
    assert.equal(contract.published("wsdl", "Own.wsdl", ADDRESS), served);
    assert.match(`${served}${xsd}`, /<s:element name="string" nillable="true"/);
  });
});
