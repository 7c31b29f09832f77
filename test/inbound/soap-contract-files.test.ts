// Which files make a contract: imports and includes from beside the WSDL and nowhere else, in any encoding; and several contracts at once.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { suite, test } from "node:test";
import { type Contract, loadContract } from "../../src/inbound/soap/contract/contract.ts";
import { loadContracts } from "../../src/inbound/soap/contract/folder.ts";
import { makeScratch, OWN, readOp, tableOf, writeFiles, wsdlOf } from "../helpers/soap-contract.ts";

const scratch = makeScratch();
const NAMESPACE = "http://tempuri.org/";
const XS = "http://www.w3.org/2001/XMLSchema";

const schema = (namespace: string, inner: string): string =>
  `<s:schema xmlns:s="${XS}" xmlns:o="${namespace}" targetNamespace="${namespace}" elementFormDefault="qualified">${inner}</s:schema>`;
const included = (location: string): string => `<s:include schemaLocation="${location}"/>`;
const imported = (location: string, namespace: string): string =>
  `<s:import namespace="${namespace}" schemaLocation="${location}"/>`;

/** A WSDL whose one element `a` has the type `name` of the namespace with the prefix x, and what refers to it. */
const using = (references: string, namespace: string, name = "T"): string =>
  wsdlOf({
    request: `<s:sequence><s:element name="a" type="x:${name}" xmlns:x="${namespace}"/></s:sequence>`,
    types: references,
  });

const T = '<s:simpleType name="T"><s:restriction base="s:int"/></s:simpleType>';

/** Writes a contract into a folder of its own; gives the path of its WSDL. */
function write(files: Readonly<Record<string, string>>, table = tableOf({ a: null })): string {
  const folder = mkdtempSync(path.join(scratch, "files-"));
  writeFiles(folder, { "Own.binding.json": table, ...files });
  return path.join(folder, "Own.wsdl");
}

function readsNumber(contract: Contract): void {
  const read = readOp(contract, '<Op xmlns="urn:own"><a> 7</a></Op>');
  assert.deepEqual(typeof read === "string" ? read : read.values, ["7"]);
}

suite("the files of a contract", () => {
  test("imports in folders, includes of them, and circles", () => {
    const wsdl = write({
      "Own.wsdl": using(imported("types/a.xsd", "urn:a"), "urn:a"),
      "types/a.xsd": schema("urn:a", `${imported("../b.xsd", "urn:b")}${included("deep/c.xsd")}`),
      "types/deep/c.xsd": schema("urn:a", `${included("../a.xsd")}${T}`),
      "b.xsd": schema("urn:b", imported("types/a.xsd", "urn:a")),
    });
    const contract = loadContract(wsdl, NAMESPACE);
    readsNumber(contract);
    const names = [...contract.files.values()].map(({ name, kind }) => `${kind} ${name}`);
    assert.deepEqual(names, ["wsdl Own.wsdl", "schema types/a.xsd", "schema b.xsd", "schema types/deep/c.xsd"]);
  });

  test("a WSDL in two, types in one and the service in the other", () => {
    const whole = wsdlOf({ request: '<s:sequence><s:element name="a" type="s:int"/></s:sequence>' });
    const [before = "", after = ""] = whole.split("<w:binding ");
    const head = /^<w:definitions [^>]*>/.exec(whole)?.[0] ?? "";
    const wsdl = write({
      "Own.wsdl": `${head}<w:import namespace="${OWN}" location="parts/types.wsdl"/><w:binding ${after}`,
      "parts/types.wsdl": `${before}</w:definitions>`,
    });
    readsNumber(loadContract(wsdl, NAMESPACE));
  });

  test("links within the folder, as a mounted ConfigMap has them", () => {
    const wsdl = write({
      "..data/Own.wsdl": using(imported("a.xsd", "urn:a"), "urn:a"),
      "..data/a.xsd": schema("urn:a", T),
    });
    for (const name of ["Own.wsdl", "a.xsd"]) symlinkSync(path.join("..data", name), path.join(path.dirname(wsdl), name));
    readsNumber(loadContract(wsdl, NAMESPACE));
  });

  test("UTF-16 with its mark, published in UTF-8", () => {
    const text = `<?xml version="1.0" encoding="utf-16"?>${using(imported("a.xsd", "urn:a"), "urn:a")}`;
    const wsdl = write({ "a.xsd": schema("urn:a", T) });
    const bytes = Buffer.from(`\ufeff${text}`, "utf16le");
    writeFiles(path.dirname(wsdl), { "Own.wsdl": bytes as unknown as string });
    const contract = loadContract(wsdl, NAMESPACE);
    readsNumber(contract);
    assert.match(contract.wsdlAt("http://a/"), /^<\?xml version="1.0" encoding="utf-8"\?>/);
  });

  const outside = path.join(scratch, "outside.xsd");
  writeFiles(scratch, { "outside.xsd": schema("urn:a", T) });
  const a = { "a.xsd": schema("urn:a", T) };

  const MISTAKES: readonly (readonly [what: string, references: string, files: Record<string, string>, says: RegExp])[] = [
    ["a file that is not there", imported("nope.xsd", "urn:a"), {}, /Own\.wsdl:3: there is no file "nope\.xsd" beside Own\.wsdl/],
    ["a folder", imported("types", "urn:a"), { "types/a.xsd": "" }, /Own\.wsdl:3: there is no file "types"/],
    [
      "an address",
      imported("http://h/a.xsd", "urn:a"),
      a,
      /Own\.wsdl:3: "http:\/\/h\/a\.xsd" is not a file beside the WSDL: put it there/,
    ],
    ["an absolute path", imported(outside, "urn:a"), {}, /is not a file beside the WSDL/],
    [
      "a way out of the folder",
      imported("../outside.xsd", "urn:a"),
      {},
      /"\.\.\/outside\.xsd" lies outside the folder of the WSDL/,
    ],
    ["another namespace than said", imported("a.xsd", "urn:b"), a, /Own\.wsdl:3: "a\.xsd" has the namespace urn:a, not urn:b/],
    ["an include of another namespace", included("a.xsd"), a, /"a\.xsd" has the namespace urn:a, not urn:own/],
    ["an include that says nothing", "<s:include/>", {}, /Own\.wsdl:3: include must say where the file is/],
    [
      "an include without a namespace",
      included("a.xsd"),
      { "a.xsd": `<s:schema xmlns:s="${XS}">${T}</s:schema>` },
      /a\.xsd:1: an included schema must say its targetNamespace itself/,
    ],
    ["what is no schema", imported("a.xsd", "urn:a"), { "a.xsd": "<a/>" }, /a\.xsd:1: the root element must be xs:schema/],
    ["what is no XML", imported("a.xsd", "urn:a"), { "a.xsd": "\n<a>" }, /a\.xsd:2:/],
    ["an empty file", imported("a.xsd", "urn:a"), { "a.xsd": "" }, /a\.xsd:1:/],
    ["a redefinition", '<s:redefine schemaLocation="a.xsd"/>', a, /Own\.wsdl:3: xs:redefine is not understood here/],
    [
      "an unknown letter",
      imported("a.xsd", "urn:a"),
      { "a.xsd": "<a>\n\ufffd" },
      /a\.xsd:2: this is not in the encoding it declares/,
    ],
  ];
  for (const [what, references, files, says] of MISTAKES) {
    test(`${what} stops the start`, () => {
      const wsdl = write({ "Own.wsdl": using(references, "urn:a"), ...files });
      assert.throws(() => loadContract(wsdl, NAMESPACE), says);
    });
  }

  test("a link that leads out of the folder stops the start", () => {
    const wsdl = write({ "Own.wsdl": using(imported("a.xsd", "urn:a"), "urn:a") });
    symlinkSync(outside, path.join(path.dirname(wsdl), "a.xsd"));
    assert.throws(() => loadContract(wsdl, NAMESPACE), /"a\.xsd" lies outside the folder of the WSDL/);
  });

  test("more files than a contract may have stop the start", () => {
    const names = Array.from({ length: 50 }, (_, index) => `f${index}.xsd`);
    const wsdl = write({
      "Own.wsdl": using(names.map((name) => imported(name, "urn:a")).join(""), "urn:a"),
      ...Object.fromEntries(names.map((name) => [name, schema("urn:a", "")])),
    });
    assert.throws(() => loadContract(wsdl, NAMESPACE), /a contract may have 50 files/);
  });
});

suite("several contracts", () => {
  const wsdl = wsdlOf({ request: '<s:sequence><s:element name="a" type="s:int"/></s:sequence>' });
  const folderOf = (paths: Readonly<Record<string, string | undefined>>): string => {
    const files = Object.entries(paths).flatMap(([name, at]) => [
      [`${name}.wsdl`, wsdl],
      [`${name}.binding.json`, tableOf({ a: null }, at === undefined ? {} : { path: at })],
    ]);
    return writeFiles(mkdtempSync(path.join(scratch, "several-")), Object.fromEntries(files));
  };

  test("each at its own path, those without a table not at all", () => {
    const folder = folderOf({ B: "/Other.asmx", A: undefined, C: "/Other.asmx2" });
    writeFiles(folder, { "Partner.wsdl": "not read" });
    const found = loadContracts(folder, NAMESPACE).map((contract) => contract.path);
    assert.deepEqual(found, ["/Workflow/Webservice/A.asmx", "/Other.asmx", "/Other.asmx2"]);
  });

  const CONFLICTS: readonly (readonly [string, string])[] = [
    ["/a/B.asmx", "/A/b.asmx"],
    ["/a", "/a/b"],
    ["/a/b/c", "/a/b"],
  ];
  for (const [one, other] of CONFLICTS) {
    test(`${one} and ${other} are in each other's way`, () => {
      const says = /B\.binding\.json:2: path \S+ is at or below that of A\.binding\.json, or the other way; give it another/;
      assert.throws(() => loadContracts(folderOf({ A: one, B: other }), NAMESPACE), says);
    });
  }

  test("a folder without a table, or with one that is nearly named so, stops the start", () => {
    const alone = writeFiles(mkdtempSync(path.join(scratch, "alone-")), { "H.wsdl": wsdl });
    assert.throws(
      () => loadContracts(alone, NAMESPACE),
      /alone-\S+ has no contract: a WSDL and beside it its table, <name>\.binding\.json/,
    );
    for (const name of ["H.bindings.json", "H.Binding.json"]) {
      const folder = writeFiles(folderOf({ A: undefined }), { [name]: "{}" });
      assert.throws(() => loadContracts(folder, NAMESPACE), new RegExp(`${name}:1: a table is named <WSDL's name>`));
    }
  });

  test("a table is JSON to the letter, in UTF-8, and a file", () => {
    const tables: readonly (readonly [string | Buffer, RegExp])[] = [
      ['{\n  "operations": {},\n}', /A\.binding\.json:\d+: this is no JSON/],
      [Buffer.from('{ "path": "/\u00e4" }', "latin1"), /A\.binding\.json:1: is not UTF-8/],
    ];
    for (const [table, says] of tables) {
      const folder = folderOf({ A: undefined });
      writeFileSync(path.join(folder, "A.binding.json"), table);
      assert.throws(() => loadContracts(folder, NAMESPACE), says);
    }
    const folder = folderOf({});
    mkdirSync(path.join(folder, "A.binding.json"));
    assert.throws(() => loadContracts(folder, NAMESPACE), /A\.binding\.json:1: cannot be read \(EISDIR\)/);
  });

  test("no folder stops the start", () => {
    assert.throws(() => loadContracts(path.join(scratch, "nope"), NAMESPACE), /there is no folder \S+nope for SOAP contracts/);
  });
});
