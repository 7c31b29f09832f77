// How the content of an operation is read, by the shape its schema gives: what is kept, what is passed over, and what a strict
// contract refuses.
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { contractOf, makeScratch, type Parts, readOp } from "../helpers/soap-contract.ts";

const scratch = makeScratch();

/** What is read, by index of the values (undefined for one left out), or what the fault says at its end. */
type Expected = readonly unknown[] | string;

interface Case {
  what: string;
  parts: Parts;
  paths: readonly string[];
  content: string;
  lenient: Expected;
  strict: Expected;
}

const sequence = (...elements: readonly string[]): string => `<s:sequence>${elements.join("")}</s:sequence>`;
const element = (name: string, more = 'minOccurs="0"', type = "s:string"): string =>
  `<s:element name="${name}" ${more} type="${type}"/>`;
const nest = (name: string, more: string, ...elements: readonly string[]): string =>
  `<s:element name="${name}" ${more}><s:complexType>${sequence(...elements)}</s:complexType></s:element>`;

const AB: Pick<Case, "parts" | "paths"> = {
  parts: { request: sequence(element("a", ""), element("b")) },
  paths: ["a", "b"],
};
const DEEP: Pick<Case, "parts" | "paths"> = {
  parts: { request: sequence(nest("o", 'nillable="true"', nest("p", 'maxOccurs="2"', element("a", ""))), element("z")) },
  paths: ["o/p/a", "z"],
};
const ALL: Pick<Case, "parts" | "paths"> = {
  parts: { request: `<s:all>${element("a")}${element("b")}</s:all>` },
  paths: ["a", "b"],
};
const NIL: Pick<Case, "parts" | "paths"> = {
  parts: { request: sequence(element("s"), element("n", 'nillable="true"', "s:int"), element("i", 'minOccurs="0"', "s:int")) },
  paths: ["s", "n", "i"],
};
const nil = (name: string, inner = ""): string =>
  `<${name} xmlns:x="http://www.w3.org/2001/XMLSchema-instance" x:nil="true">${inner}</${name}>`;
const NO_INT = "Input string was not in a correct format.";

const CASES: readonly Case[] = [
  { what: "in order", ...AB, content: "<a>1</a><b>2</b>", lenient: ["1", "2"], strict: ["1", "2"] },
  { what: "an optional one left out", ...AB, content: "<a>1</a>", lenient: ["1"], strict: ["1"] },
  { what: "a needed one left out", ...AB, content: "<b>2</b>", lenient: [undefined, "2"], strict: "The element a is missing." },
  { what: "nothing at all", ...AB, content: "", lenient: [], strict: "The element a is missing." },
  {
    what: "another order",
    ...AB,
    content: "<b>2</b><a>1</a>",
    lenient: ["1", "2"],
    strict: "The element a comes too late: the schema has it earlier.",
  },
  { what: "one twice", ...AB, content: "<a>1</a><a>2</a>", lenient: ["1"], strict: "The element a may come once." },
  {
    what: "an unknown one",
    ...AB,
    content: "<a>1</a><c><b>x</b></c>",
    lenient: ["1"],
    strict: "The element {urn:own}c is not expected here.",
  },
  {
    what: "one of no namespace",
    ...AB,
    content: '<a>1</a><b xmlns="">2</b>',
    lenient: ["1"],
    strict: "The element b is not expected here.",
  },
  {
    what: "nested and repeated",
    ...DEEP,
    content: "<o><p><a>1</a></p><p><a>2</a></p></o><z>3</z>",
    lenient: [["1", "2"], "3"],
    strict: [["1", "2"], "3"],
  },
  {
    what: "more than may come",
    ...DEEP,
    content: "<o><p><a>1</a></p><p><a>2</a></p><p><a>3</a></p></o>",
    lenient: [["1", "2"]],
    strict: "The element p may come 2 times.",
  },
  {
    what: "a level left out",
    ...DEEP,
    content: "<o><a>1</a></o><a>2</a><z>3</z>",
    lenient: [undefined, "3"],
    strict: "The element {urn:own}a is not expected here.",
  },
  { what: "a nested one without its own", ...DEEP, content: "<o><p/></o>", lenient: [], strict: "The element a is missing." },
  { what: "nil around others", ...DEEP, content: `${nil("o")}<z>3</z>`, lenient: [undefined, "3"], strict: [undefined, "3"] },
  {
    what: "nil around others, which are there",
    ...DEEP,
    content: nil("o", "<p><a>1</a></p>"),
    lenient: [],
    strict: "The element o is nil, so that it must be empty.",
  },
  {
    what: "nil around something unknown",
    ...DEEP,
    content: nil("o", "<x/>"),
    lenient: [],
    strict: "The element o is nil, so that it must be empty.",
  },
  {
    what: "nil around a text",
    ...DEEP,
    content: nil("o", "1"),
    lenient: [],
    strict: "The element o is nil, so that it must be empty.",
  },
  {
    what: "nil around a comment",
    ...DEEP,
    content: `${nil("o", "<!-- 1 -->")}<z>3</z>`,
    lenient: [undefined, "3"],
    strict: [undefined, "3"],
  },
  { what: "nil where the schema has it", ...NIL, content: nil("n"), lenient: [undefined, null], strict: [undefined, null] },
  {
    what: "nil with a value",
    ...NIL,
    content: nil("n", "5"),
    lenient: [undefined, null],
    strict: "The element n is nil, so that it must be empty.",
  },
  { what: "nil of a text", ...NIL, content: nil("s"), lenient: [null], strict: "The element s must not be nil." },
  { what: "nil of a number", ...NIL, content: nil("i"), lenient: NO_INT, strict: "The element i must not be nil." },
  { what: "xs:all in any order", ...ALL, content: "<b>2</b><a>1</a>", lenient: ["1", "2"], strict: ["1", "2"] },
  {
    what: "xs:any among the others",
    parts: { request: sequence(element("a"), '<s:any minOccurs="0"/>') },
    paths: ["a"],
    content: '<a>1</a><x xmlns="urn:x"><a>2</a></x>',
    lenient: ["1"],
    strict: ["1"],
  },
  {
    what: "unqualified elements",
    parts: { request: sequence(element("a"), element("b", 'form="qualified"')), schema: "" },
    paths: ["a", "b"],
    content: '<a xmlns="">1</a><b>2</b>',
    lenient: ["1", "2"],
    strict: ["1", "2"],
  },
  {
    what: "an extension, behind what it extends",
    parts: {
      request: sequence(element("o", "", "t:More")),
      types:
        `<s:complexType name="Base">${sequence(element("a"))}<s:attribute name="id" type="s:ID"/></s:complexType>` +
        `<s:complexType name="More"><s:complexContent><s:extension base="t:Base">${sequence(element("b"))}</s:extension></s:complexContent></s:complexType>`,
    },
    paths: ["o/a", "o/b"],
    content: '<o id="x"><a>1</a><b>2</b></o>',
    lenient: ["1", "2"],
    strict: ["1", "2"],
  },
  {
    what: "a reference to a global element",
    parts: { request: sequence('<s:element ref="t:g" maxOccurs="unbounded"/>'), types: element("g", "", "s:int") },
    paths: ["g"],
    content: "<g>1</g><g>2</g>",
    lenient: [["1", "2"]],
    strict: [["1", "2"]],
  },
  {
    what: "a value with attributes",
    parts: {
      request: sequence(element("o", "", "t:Priced")),
      types:
        '<s:complexType name="Priced"><s:simpleContent><s:extension base="s:decimal"><s:attribute name="in" type="s:string"/></s:extension></s:simpleContent></s:complexType>',
    },
    paths: ["o"],
    content: '<o in="EUR">1.50</o>',
    lenient: ["1.50"],
    strict: ["1.50"],
  },
  {
    what: "a group that may be left out",
    parts: { request: sequence(`<s:sequence minOccurs="0">${element("a", "")}</s:sequence>`, element("b")) },
    paths: ["a", "b"],
    content: "<b>2</b>",
    lenient: [undefined, "2"],
    strict: [undefined, "2"],
  },
];

const NAMED = { lenient: "leniently", strict: "strictly" } as const;

for (const reading of ["lenient", "strict"] as const) {
  suite(`a request read ${NAMED[reading]}`, () => {
    for (const { what, parts, paths, content, [reading]: expected } of CASES) {
      test(what, () => {
        const contract = contractOf(scratch, parts, { paths, table: { reading } });
        const read = readOp(contract, `<Op xmlns="urn:own">${content}</Op>`);
        if (typeof expected === "string") assert.ok(String(read).endsWith(` ---> ${expected}`), JSON.stringify(read));
        else assert.deepEqual(typeof read === "string" ? read : Array.from(read.values), Array.from(expected));
      });
    }
  });
}

suite("a choice", () => {
  test("has its elements in any order, each once, and has no strict reading", () => {
    const parts: Parts = { request: `<s:choice>${element("a")}${element("b")}</s:choice>` };
    const contract = contractOf(scratch, parts, { paths: ["a", "b"] });
    const read = readOp(contract, '<Op xmlns="urn:own"><b>2</b><a>1</a></Op>');
    assert.deepEqual(typeof read === "string" ? read : read.values, ["1", "2"]);
    assert.throws(
      () => contractOf(scratch, parts, { paths: ["a", "b"], table: { reading: "strict" } }),
      /xs:choice is not checked/,
    );
  });
});
