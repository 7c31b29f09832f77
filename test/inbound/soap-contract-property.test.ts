// Whatever a schema is (nested, repeated, nillable, in several namespaces and files), values written as it says are read back as they were.
import assert from "node:assert/strict";
import path from "node:path";
import { suite, test } from "node:test";
import fc from "fast-check";
import { type Contract, loadContract } from "../../src/inbound/soap/contract/contract.ts";
import { makeScratch, OWN, readOp, tableOf, writeFiles, wsdlOf } from "../helpers/soap-contract.ts";

const scratch = makeScratch();
const OTHER = "urn:other";
const XS = "http://www.w3.org/2001/XMLSchema";
const XSI = "http://www.w3.org/2001/XMLSchema-instance";

/** An element: in the namespace around it, in none, or in the one of the other schema. */
interface Node {
  name: string;
  form: "own" | "none" | "other";
  type: (typeof TYPES)[number] | null;
  inner: readonly Node[];
  least: number;
  most: number;
  nillable: boolean;
}

const TYPES = ["string", "int", "boolean", "dateTime", "decimal", "base64Binary", "t:Word"] as const;
const WORDS = ["Low", "High", "<Odd> & so"];
const WORD = `<s:simpleType name="Word"><s:restriction base="s:string">${WORDS.map((word) => `<s:enumeration value="${escaped(word)}"/>`).join("")}</s:restriction></s:simpleType>`;

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll("\r", "&#13;").replaceAll(">", "&gt;");
}

const kinds = fc.record({
  form: fc.constantFrom("own" as const, "none" as const, "other" as const),
  least: fc.constantFrom(0, 1),
  most: fc.constantFrom(1, 2, Number.POSITIVE_INFINITY),
  nillable: fc.boolean(),
});

const { node: NODE } = fc.letrec<{ node: Omit<Node, "name">; inner: Omit<Node, "name">[] }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 2 },
    fc.tuple(kinds, fc.constantFrom(...TYPES)).map(([kind, type]) => ({ ...kind, type, inner: [] })),
    fc.tuple(kinds, tie("inner")).map(([kind, inner]) => ({ ...kind, type: null, inner: inner as Node[] })),
  ),
  inner: fc.array(tie("node"), { minLength: 1, maxLength: 3 }),
}));

/** Names after their place, so that no two are the same. */
function named(nodes: readonly Omit<Node, "name">[], before = "e"): Node[] {
  return nodes.map((node, index) => ({ ...node, name: `${before}${index}`, inner: named(node.inner, `${before}${index}-`) }));
}

const TREE = fc.array(NODE, { minLength: 1, maxLength: 3 }).map((nodes) => named(nodes));

const other = (namespace: string): string => (namespace === OWN ? OTHER : OWN);
const prefixOf = (namespace: string): string => (namespace === OWN ? "t" : "o");

/** The element as a schema declares it; what lies in the other schema goes to `globals`, by namespace. */
function declared(node: Node, home: string, globals: Record<string, string[]>): string {
  const occurs = `minOccurs="${node.least}" maxOccurs="${node.most === Number.POSITIVE_INFINITY ? "unbounded" : node.most}"`;
  const nillable = node.nillable ? ' nillable="true"' : "";
  const at = node.form === "other" ? other(home) : home;
  const content =
    node.type === null
      ? `><s:complexType><s:sequence>${node.inner.map((one) => declared(one, at, globals)).join("")}</s:sequence></s:complexType></s:element>`
      : ` type="${node.type.includes(":") ? node.type : `s:${node.type}`}"/>`;
  if (node.form !== "other")
    return `<s:element name="${node.name}" ${occurs}${nillable} form="${node.form === "own" ? "qualified" : "unqualified"}"${content}`;
  globals[at]?.push(`<s:element name="${node.name}"${nillable}${content}`);
  return `<s:element ref="${prefixOf(at)}:${node.name}" ${occurs}/>`;
}

function pathsOf(nodes: readonly Node[], before = ""): string[] {
  return nodes.flatMap(({ name, type, inner }) => (type === null ? pathsOf(inner, `${before}${name}/`) : [before + name]));
}

function contractOf(nodes: readonly Node[], reading: "lenient" | "strict"): Contract {
  const globals: Record<string, string[]> = { [OWN]: [], [OTHER]: [] };
  const request = `<s:sequence>${nodes.map((node) => declared(node, OWN, globals)).join("")}</s:sequence>`;
  const link = (namespace: string, file: string): string => `<s:import namespace="${namespace}" schemaLocation="${file}"/>`;
  const types = `${link(OTHER, "more/other.xsd")}${WORD}${(globals[OWN] ?? []).join("")}`;
  const attributes = `xmlns:s="${XS}" xmlns:t="${OWN}" xmlns:o="${OTHER}" targetNamespace="${OTHER}"`;
  const table = tableOf(Object.fromEntries(pathsOf(nodes).map((name) => [name, null])), { reading });
  writeFiles(scratch, {
    "Own.wsdl": wsdlOf({ request, types, schema: `xmlns:o="${OTHER}"` }),
    "more/other.xsd": `<s:schema ${attributes}><s:import namespace="${OWN}"/>${(globals[OTHER] ?? []).join("")}</s:schema>`,
    "Own.binding.json": table,
  });
  return loadContract(path.join(scratch, "Own.wsdl"), "http://tempuri.org/");
}

const TEXT = fc
  .string({ unit: "grapheme", maxLength: 12 })
  .map((text) => text.replace(/[^\t\n\r\x20-\ufffd\u{10000}-\u{10ffff}]/gu, "?"));

/** For each type a value as it is written, and as it is read. */
const VALUES: Readonly<Record<string, fc.Arbitrary<readonly [written: string, read: unknown]>>> = {
  string: TEXT.map((text) => [text, text]),
  int: fc.integer().map((number) => [` ${number}`, String(number)]),
  boolean: fc.boolean().map((flag) => [flag ? "1" : "false", flag]),
  dateTime: fc
    .date({ min: new Date(0), max: new Date("9999-01-01"), noInvalidDate: true })
    .map((date) => [date.toISOString(), date.getTime()]),
  decimal: fc.tuple(fc.integer(), fc.nat()).map(([whole, part]) => [`${whole}.${part}`, `${whole}.${part}`]),
  base64Binary: fc
    .uint8Array({ maxLength: 8 })
    .map((bytes) => [Buffer.from(bytes).toString("base64"), Buffer.from(bytes).toString("base64")]),
  "t:Word": fc.constantFrom(...WORDS).map((word) => [word, word]),
};

type Draw = <T>(arbitrary: fc.Arbitrary<T>) => T;

/** Writes elements, and notes by path what must be read of them. */
function written(
  nodes: readonly Node[],
  { home, before, draw }: { home: string; before: string; draw: Draw },
  read: Map<string, unknown[]>,
): string[] {
  return nodes.flatMap((node) => {
    const times = draw(fc.integer({ min: node.least, max: Math.min(node.most, 2) }));
    const around = node.form === "other" ? other(home) : home;
    const open = `<${node.name} xmlns="${node.form === "none" ? "" : around}"`;
    return Array.from({ length: times }, () => {
      const isNil = node.nillable && draw(fc.boolean());
      if (isNil && node.type !== null) noted(read, before + node.name, null);
      if (isNil) return `${open} xmlns:x="${XSI}" x:nil="true"/>`;
      if (node.type === null)
        return `${open}>${written(node.inner, { home: around, before: `${before}${node.name}/`, draw }, read).join("\n ")}</${node.name}>`;
      const [text, value] = draw(VALUES[node.type] ?? fc.constant(["", ""] as const));
      noted(read, before + node.name, value);
      return `${open}>${escaped(text)}</${node.name}>`;
    });
  });
}

function noted(read: Map<string, unknown[]>, at: string, value: unknown): void {
  read.set(at, [...(read.get(at) ?? []), value]);
}

suite("any schema", () => {
  for (const reading of ["lenient", "strict"] as const) {
    test(`what is written is read as it was, ${reading === "strict" ? "strictly" : "leniently"}`, () => {
      const property = fc.property(TREE, fc.gen(), (nodes, gen) => {
        const contract = contractOf(nodes, reading);
        const draw: Draw = (arbitrary) => gen(() => arbitrary);
        const read = new Map<string, unknown[]>();
        const content = written(nodes, { home: OWN, before: "", draw }, read);
        const others = reading === "lenient" ? ['<unknown xmlns="urn:x"><e0>1</e0></unknown>', ...content.reverse()] : content;
        // Reversing whole siblings turns the lists of repeated ones around as well: only those are compared without order.
        const found = readOp(contract, `<Op xmlns="${OWN}">${others.join("")}</Op>`);
        assert.ok(typeof found !== "string", String(found));
        const parameters = contract.operations[0]?.request.parameters ?? [];
        assert.deepEqual(
          parameters.map((one) => one.path),
          pathsOf(nodes),
        );
        for (const { path: at, index, many } of parameters) {
          const expected = read.get(at);
          assert.deepEqual(
            sorted(found.values[index], many, reading),
            many ? sorted(expected, many, reading) : expected?.[0],
            at,
          );
        }
      });
      fc.assert(property, { numRuns: 150 });
    });
  }
});

function sorted(values: unknown, many: boolean, reading: "lenient" | "strict"): unknown {
  if (!many || reading === "strict" || !Array.isArray(values)) return values;
  return values.map((one) => JSON.stringify(one)).toSorted();
}
