// XML text that a mapping rendered, taken as the content of a body or as a whole envelope: read strictly, written anew with the
// secrets filled in and escaped. Never sent as it came.
import { SaxesParser, type SaxesTagNS } from "saxes";
import { Failure } from "../../core/errors.ts";
import type { Fill } from "./soap-body.ts";
import { carriable, escapeAttribute, escapeText, type SoapVersion, VERSIONS, versionOf } from "./soap-xml.ts";

/** A whole envelope with the place where header blocks of ours go. */
export interface WrittenEnvelope {
  kind: "envelope";
  version: SoapVersion;
  before: string;
  after: string;
  /** Stand around blocks of ours when the envelope has no header. */
  wrap: readonly [open: string, close: string];
  /** Blocks it has already, as `{namespace}name`. */
  blocks: ReadonlySet<string>;
}

export type Written = { kind: "body"; xml: string } | WrittenEnvelope;

const MOST_CHARACTERS = 4 * 1024 * 1024;
const MOST_DEPTH = 256;

interface Reading {
  fill: Fill;
  out: string;
  text: string;
  open: SaxesTagNS[];
  version: SoapVersion | null;
  prefix: string;
  /** Where header blocks go in `out`, and whether there is a header around that place. */
  at: number;
  hasHeader: boolean;
  blocks: Set<string>;
}

/**
 * Reads what a template made. Comments and processing instructions are left out; characters that XML cannot carry become
 * U+FFFD. Throws a `Failure` `invalid_request` when it is not well-formed, has a document type or more than one root.
 */
export function readTemplate(text: string, fill: Fill): Written {
  if (text.length > MOST_CHARACTERS) refuse(`it has more than ${MOST_CHARACTERS} characters`);
  const reading: Reading = {
    fill,
    out: "",
    text: "",
    open: [],
    version: null,
    prefix: "",
    at: 0,
    hasHeader: false,
    blocks: new Set(),
  };
  const parser = new SaxesParser({ xmlns: true });
  parser.on("error", (error) => refuse(`it is not well-formed XML: ${error.message}`));
  parser.on("doctype", () => refuse("a document type has no place in it"));
  parser.on("opentag", (tag) => openTag(reading, tag));
  parser.on("text", (more) => addText(reading, more));
  parser.on("cdata", (more) => addText(reading, more));
  parser.on("closetag", (tag) => closeTag(reading, tag));
  parser.write(carriable(text).trim()).close();
  const { out, version, at, prefix, hasHeader, blocks } = reading;
  if (version === null) return { kind: "body", xml: out };
  const wrap = hasHeader ? (["", ""] as const) : ([`<${prefix}Header>`, `</${prefix}Header>`] as const);
  return { kind: "envelope", version, before: out.slice(0, at), after: out.slice(at), wrap, blocks };
}

function refuse(why: string): never {
  throw new Failure("invalid_request", `The XML the mapping made cannot be sent: ${why}.`);
}

function addText(reading: Reading, more: string): void {
  if (reading.open.length > 0) reading.text += more;
}

/** Texts are filled whole, as a section or reference may stand inside a marker's neighbourhood but never inside a marker. */
function endText(reading: Reading): void {
  reading.out += escapeText(reading.fill(reading.text));
  reading.text = "";
}

function openTag(reading: Reading, tag: SaxesTagNS): void {
  endText(reading);
  const level = reading.open.length;
  if (level >= MOST_DEPTH) refuse(`it is more than ${MOST_DEPTH} levels deep`);
  const attributes = Object.values(tag.attributes).map(({ name, value }) => ` ${name}="${escapeAttribute(reading.fill(value))}"`);
  reading.out += `<${tag.name}${attributes.join("")}>`;
  reading.open.push(tag);
  if (level === 0 && tag.local === "Envelope") beginEnvelope(reading, tag);
  if (reading.version === null) return;
  const own = tag.uri === VERSIONS[reading.version].envelope;
  if (level === 1 && own && tag.local === "Header") {
    reading.hasHeader = true;
    reading.at = reading.out.length;
  }
  if (level === 2 && reading.open[1]?.local === "Header") reading.blocks.add(`{${tag.uri}}${tag.local}`);
}

function beginEnvelope(reading: Reading, tag: SaxesTagNS): void {
  reading.version = versionOf(tag.uri);
  if (reading.version === null) refuse("its Envelope is in no namespace of SOAP 1.1 or 1.2");
  reading.prefix = tag.prefix === "" ? "" : `${tag.prefix}:`;
  reading.at = reading.out.length;
}

function closeTag(reading: Reading, tag: SaxesTagNS): void {
  endText(reading);
  reading.open.pop();
  reading.out += `</${tag.name}>`;
}
