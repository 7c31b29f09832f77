// Parses the XML of a partner in one pass and hands its elements to the envelope. Untrusted input: no tree is kept, nothing is
// named after it, everything is counted, and the first thing wrong ends the reading.
import { SaxesParser } from "saxes";
import type { Operation } from "./binding.ts";
import type { Contract } from "./contract.ts";
import { beginEnvelope, closeElement, type Envelope, endEnvelope, openElement, passAside, type Route } from "./envelope.ts";
import { XML_LIMITS, type XmlLimits } from "./limits.ts";
import { type Problem, unreadable } from "./problems.ts";
import type { Value } from "./values.ts";
import type { SoapVersion } from "./versions.ts";

/** A request that was read: `values` by the index of the parameter, undefined where it was left out. */
export interface Reading {
  kind: "reading";
  version: SoapVersion;
  operation: Operation;
  values: readonly (Value | undefined)[];
}

/** Reads one document; never throws for what is in it. */
export type ReadEnvelope = (text: string, route: Route) => Reading | Problem;

/** Thrown through the parser to end the reading. Made once, so that a hostile request does not buy stack traces. */
const STOP = new Error("reading ended");

/** The request being read now; reading is synchronous, so one is enough. */
interface Desk {
  envelope: Envelope;
  document: string;
  problem: Problem | null;
  counts: Counts;
  limits: XmlLimits;
}

interface Counts {
  elements: number;
  attributes: number;
  namespaces: number;
  asides: number;
}

type Parser = SaxesParser<{ xmlns: true }>;

/** Makes a reader for a contract. */
export function createReader(contract: Contract, limits: XmlLimits = XML_LIMITS): ReadEnvelope {
  const nowhere: Route = { operation: null, action: null, soap12Only: false, timeZone: "UTC" };
  const desk: Desk = { envelope: beginEnvelope(contract, nowhere), document: "", problem: null, counts: noCounts(), limits };
  let parser = createParser(desk);
  return (text, route) => {
    desk.envelope = beginEnvelope(contract, route);
    desk.document = text;
    desk.problem = null;
    desk.counts = noCounts();
    try {
      parser.write(text).close();
      end(desk, endEnvelope(desk.envelope));
    } catch (error) {
      // A parser stopped half-way is of no further use.
      parser = createParser(desk);
      if (error !== STOP) throw error;
    } finally {
      desk.document = "";
    }
    const { version, operation, values } = desk.envelope;
    return desk.problem ?? { kind: "reading", version, operation: operation as Operation, values };
  };
}

const noCounts = (): Counts => ({ elements: 0, attributes: 0, namespaces: 0, asides: 0 });

/** Ends the reading when there is a problem. */
function end(desk: Desk, problem: Problem | null): void {
  if (problem === null) return;
  desk.problem = problem;
  throw STOP;
}

function refuse(desk: Desk, what: string): never {
  desk.problem = unreadable(desk.envelope.version, `The request is beyond a limit: ${what}.`);
  throw STOP;
}

function createParser(desk: Desk): Parser {
  const parser = new SaxesParser({ xmlns: true, position: false });
  const malformed = (): void => end(desk, { kind: "malformed", version: desk.envelope.version });
  const aside = (): void => {
    if (++desk.counts.asides > desk.limits.asides) refuse(desk, `more than ${desk.limits.asides} comments`);
    end(desk, passAside(desk.envelope));
  };
  const position = (): string => placeOf(parser, desk.document);
  const text = (more: string): void => addText(desk, more);
  parser.on("error", malformed);
  parser.on("doctype", malformed);
  parser.on("xmldecl", ({ version }) => {
    if (version !== "1.0") malformed();
  });
  parser.on("comment", aside);
  parser.on("processinginstruction", aside);
  parser.on("opentagstart", ({ name }) => countElement(desk, name));
  parser.on("attribute", ({ name, value }) => countAttribute(desk, name, value));
  parser.on("opentag", (tag) => end(desk, openElement(desk.envelope, tag)));
  parser.on("text", text);
  parser.on("cdata", text);
  parser.on("closetag", () => end(desk, closeElement(desk.envelope, position)));
  return parser;
}

function addText(desk: Desk, more: string): void {
  const { envelope, limits } = desk;
  if (envelope.parameter === null) return;
  envelope.text += more;
  if (envelope.text.length > limits.text) refuse(desk, `a value of more than ${limits.text} characters`);
}

function countElement(desk: Desk, name: string): void {
  const { counts, limits, envelope } = desk;
  counts.attributes = 0;
  if (++counts.elements > limits.elements) refuse(desk, `more than ${limits.elements} elements`);
  if (envelope.depth >= limits.depth) refuse(desk, `elements more than ${limits.depth} deep`);
  if (name.length > limits.name) refuse(desk, `a name of more than ${limits.name} characters`);
}

function countAttribute(desk: Desk, name: string, value: string): void {
  const { counts, limits } = desk;
  if (++counts.attributes > limits.attributes) refuse(desk, `more than ${limits.attributes} attributes in an element`);
  if (name.startsWith("xmlns") && ++counts.namespaces > limits.namespaces) refuse(desk, `more than ${limits.namespaces} namespaces`);
  if (name.length > limits.name) refuse(desk, `a name of more than ${limits.name} characters`);
  if (value.length > limits.attributeValue) refuse(desk, `an attribute of more than ${limits.attributeValue} characters`);
}

const AFTER_MARK: readonly (readonly [string, number])[] = [
  ["<![CDATA[", 9],
  ["<!--", 4],
  ["</", 2],
  ["<?", 2],
  ["<", 1],
];

/**
 * Line and column where the node after the element just ended begins, counted as .NET does: from 1, in UTF-16 units,
 * behind the mark that opens it. A type error is found once the reader stands there.
 */
function placeOf(parser: Parser, document: string): string {
  const mark = AFTER_MARK.find(([start]) => document.startsWith(start, parser.position));
  return `${parser.line}, ${parser.columnIndex + 1 + (mark?.[1] ?? 0)}`;
}
