// Parses the XML of a partner in one pass and hands its elements to the envelope. Untrusted input: no tree is kept, nothing is
// named after it, everything is counted, and the first thing wrong ends the reading.
import { SaxesParser } from "saxes";
import type { ReadValue } from "./binding.ts";
import type { Contract, Operation } from "./contract.ts";
import { beginEnvelope, closeElement, type Envelope, endEnvelope, openElement, passAside, type Route } from "./envelope.ts";
import type { HeaderElement } from "./headers.ts";
import { XML_LIMITS, type XmlLimits } from "./limits.ts";
import type { Body } from "./operation-body.ts";
import { type Problem, unreadable } from "./problems.ts";
import type { SoapVersion } from "./versions.ts";

/** A request that was read: `values` by the index of the parameter, undefined where it was left out. */
export interface Reading {
  kind: "reading";
  version: SoapVersion;
  operation: Operation;
  values: readonly ReadValue[];
  /** By index too: values as they were sent, of those that the access check of the operation needs. */
  sent: readonly (string | undefined)[];
  /** The elements of header blocks that are understood. */
  headers: readonly HeaderElement[];
}

/** Reads one document; never throws for what is in it. */
export type ReadEnvelope = (text: string, route: Route) => Reading | Problem;

/** Thrown through the parser to end the reading. Made once, so that a hostile request does not buy stack traces. */
const STOP = new Error("reading ended");

/**
 * The parser with what is known of the document it reads. A subclass, because its fields make room for the handlers:
 * set on a plain SaxesParser they turn it into a dictionary, and reading takes five times as long.
 */
class EnvelopeParser extends SaxesParser<{ xmlns: true; position: false }> {
  envelope: Envelope;
  source = "";
  problem: Problem | null = null;
  elements = 0;
  attributes = 0;
  namespaces = 0;
  asides = 0;
  events = 0;
  readonly limits: XmlLimits;
  constructor(envelope: Envelope, limits: XmlLimits) {
    super({ xmlns: true, position: false });
    this.envelope = envelope;
    this.limits = limits;
  }
}

const NOWHERE: Route = { operation: null, action: null, soap12Only: false, timeZone: "UTC", understands: null };

/** Makes a reader for a contract. */
export function createReader(contract: Contract, limits: XmlLimits = XML_LIMITS): ReadEnvelope {
  let parser = createParser(contract, limits);
  return (text, route) => {
    const used = parser;
    begin(used, beginEnvelope(contract, route), text);
    try {
      writeAll(used, text);
      end(used, endEnvelope(used.envelope));
    } catch (error) {
      // A parser stopped half-way is of no further use.
      parser = createParser(contract, limits);
      if (error !== STOP) throw error;
    }
    used.source = "";
    const { version, body, headers } = used.envelope;
    if (used.problem !== null) return used.problem;
    const { operation, values, sent } = body as Body;
    return { kind: "reading", version, operation, values, sent, headers };
  };
}

function begin(parser: EnvelopeParser, envelope: Envelope, text: string): void {
  parser.envelope = envelope;
  parser.source = text;
  parser.problem = null;
  parser.elements = parser.namespaces = parser.asides = parser.events = 0;
}

/** Ends the reading when there is a problem. */
function end(parser: EnvelopeParser, problem: Problem | null): void {
  if (problem === null) return;
  parser.problem = problem;
  throw STOP;
}

function refuse(parser: EnvelopeParser, what: string): never {
  parser.problem = unreadable(parser.envelope.version, `The request is beyond a limit: ${what}.`);
  throw STOP;
}

/** Writes a long document in chunks, so that what makes no event (a long name, comment or document type) ends early too. */
function writeAll(parser: EnvelopeParser, text: string): void {
  const { chunk, references } = parser.limits;
  if (text.length <= chunk) return void parser.write(text).close();
  if (occursMore(text, "&", references) || occursMore(text, "\r", references))
    refuse(parser, `more than ${references} references`);
  let silent = 0;
  for (let at = 0; at < text.length; at += chunk) {
    const before = parser.events;
    const piece = text.slice(at, at + chunk);
    parser.write(piece);
    silent = parser.events === before ? silent + piece.length : 0;
    const most = !parser.envelope.collects ? chunk - 1 : parser.limits.text;
    if (silent > most) refuse(parser, `more than ${most} characters in one piece`);
  }
  parser.close();
}

function occursMore(text: string, letter: string, most: number): boolean {
  let count = 0;
  for (let at = text.indexOf(letter); at >= 0 && count <= most; at = text.indexOf(letter, at + 1)) count += 1;
  return count > most;
}

function createParser(contract: Contract, limits: XmlLimits): EnvelopeParser {
  const parser = new EnvelopeParser(beginEnvelope(contract, NOWHERE), limits);
  const malformed = (): void => end(parser, { kind: "malformed", version: parser.envelope.version });
  const aside = (): void => {
    countAside(parser);
    end(parser, passAside(parser.envelope));
  };
  const position = (): string => placeOf(parser);
  parser.on("error", malformed);
  parser.on("doctype", malformed);
  parser.on("xmldecl", ({ version }) => {
    if (version !== "1.0") malformed();
  });
  parser.on("comment", aside);
  parser.on("processinginstruction", aside);
  parser.on("opentagstart", ({ name }) => countElement(parser, name));
  parser.on("attribute", ({ name, value }) => countAttribute(parser, name, value));
  parser.on("opentag", (tag) => {
    const attributes = Object.values(tag.attributes).filter(({ uri }) => uri !== "http://www.w3.org/2000/xmlns/");
    end(parser, openElement(parser.envelope, { uri: tag.uri, local: tag.local, attributes }, position));
  });
  parser.on("text", (text) => addText(parser, text));
  parser.on("cdata", (text) => {
    countAside(parser);
    addText(parser, text);
  });
  parser.on("closetag", () => {
    parser.events += 1;
    end(parser, closeElement(parser.envelope, position));
  });
  return parser;
}

function countAside(parser: EnvelopeParser): void {
  parser.events += 1;
  if (++parser.asides > parser.limits.asides) refuse(parser, `more than ${parser.limits.asides} comments or sections`);
}

function addText(parser: EnvelopeParser, more: string): void {
  const { envelope, limits } = parser;
  parser.events += 1;
  if (!envelope.collects) return;
  envelope.text += more;
  const most = envelope.longest ?? limits.text;
  if (envelope.text.length > most) refuse(parser, `a value of more than ${most} characters`);
}

function countElement(parser: EnvelopeParser, name: string): void {
  const { limits, envelope } = parser;
  parser.events += 1;
  parser.attributes = 0;
  if (++parser.elements > limits.elements) refuse(parser, `more than ${limits.elements} elements`);
  if (envelope.depth >= limits.depth) refuse(parser, `elements more than ${limits.depth} deep`);
  if (name.length > limits.name) refuse(parser, `a name of more than ${limits.name} characters`);
}

function countAttribute(parser: EnvelopeParser, name: string, value: string): void {
  const { limits } = parser;
  parser.events += 1;
  if (++parser.attributes > limits.attributes) refuse(parser, `more than ${limits.attributes} attributes in an element`);
  if (name.startsWith("xmlns") && ++parser.namespaces > limits.namespaces)
    refuse(parser, `more than ${limits.namespaces} namespaces`);
  if (name.length > limits.name) refuse(parser, `a name of more than ${limits.name} characters`);
  if (value.length > limits.attributeValue) refuse(parser, `an attribute of more than ${limits.attributeValue} characters`);
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
function placeOf(parser: EnvelopeParser): string {
  const mark = AFTER_MARK.find(([start]) => parser.source.startsWith(start, parser.position));
  return `${parser.line}, ${parser.columnIndex + 1 + (mark?.[1] ?? 0)}`;
}
