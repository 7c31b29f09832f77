// Reads the answer of a partner to a SOAP call: untrusted bytes. Strict, namespace-aware, everything counted, no document type,
// and nothing in the tree that a name from outside could reach (objects without a prototype).
import { SaxesParser, type SaxesTagNS } from "saxes";
import { type SoapVersion, versionOf, XSI } from "./soap-xml.ts";

/**
 * A value of an answer: the text of an element, trimmed at its ends; null for `xsi:nil`; or an object of its children by local
 * name, a list where one comes more than once, attributes as `@name`, the text beside either as `#text`.
 */
export type AnswerValue = string | null | AnswerObject | readonly AnswerValue[];
export interface AnswerObject {
  [name: string]: AnswerValue;
}

/** A fault, of either version. */
export interface Fault {
  version: SoapVersion;
  /** Local names of the codes, outermost first: `Server`, or `Sender` and `InvalidTicket`. */
  codes: readonly string[];
  text: string;
}

/** `body` is the first child of the body under its name. */
export type SoapAnswer =
  | { kind: "result"; body: AnswerObject }
  | { kind: "fault"; fault: Fault; body: AnswerObject }
  | { kind: "unreadable"; why: string };

/** Limits on an answer. Lengths in characters. */
export interface AnswerLimits {
  depth: number;
  elements: number;
  /** Attributes of one element. */
  attributes: number;
  /** Name of an element or attribute, with prefix. */
  name: number;
  text: number;
}

export const ANSWER_LIMITS: AnswerLimits = { depth: 64, elements: 5_000, attributes: 32, name: 256, text: 65_536 };

interface Frame {
  name: string;
  fields: AnswerObject | null;
  text: string;
  nil: boolean;
}

interface Reading {
  limits: AnswerLimits;
  version: SoapVersion | null;
  /** Elements open, and what of them is kept: from the first child of the body on. */
  depth: number;
  inBody: boolean;
  hasBody: boolean;
  frames: Frame[];
  isFault: boolean;
  result: AnswerObject | null;
  elements: number;
  attributes: number;
}

/** Ends the reading; the message goes to an operator, so it repeats nothing of the answer but short names. */
class Unreadable extends Error {}

/** Reads an answer of at most some ten thousand characters; never throws for what is in it. */
export function readAnswer(text: string, limits: AnswerLimits = ANSWER_LIMITS): SoapAnswer {
  const reading: Reading = {
    limits,
    version: null,
    depth: 0,
    inBody: false,
    hasBody: false,
    frames: [],
    isFault: false,
    result: null,
    elements: 0,
    attributes: 0,
  };
  try {
    parse(text, reading);
    return answerOf(reading);
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return { kind: "unreadable", why: error.message };
  }
}

function stop(why: string): never {
  throw new Unreadable(why);
}

function parse(text: string, reading: Reading): void {
  if (!text.trimStart().startsWith("<")) stop(text.trim() === "" ? "it is empty" : "it is not XML");
  const parser = new SaxesParser({ xmlns: true });
  parser.on("error", () => stop("it is not well-formed XML, or was cut"));
  parser.on("doctype", () => stop("it has a document type"));
  parser.on("opentagstart", ({ name }) => countElement(reading, name));
  parser.on("attribute", ({ name }) => {
    if (++reading.attributes > reading.limits.attributes || name.length > reading.limits.name)
      stop("an element has too many attributes");
  });
  parser.on("opentag", (tag) => openTag(reading, tag));
  parser.on("text", (more) => addText(reading, more));
  parser.on("cdata", (more) => addText(reading, more));
  parser.on("closetag", () => closeTag(reading));
  // A byte order mark is gone already; white space in front of a declaration is wrong, but servers in use send it.
  parser.write(text.trimStart()).close();
}

function countElement(reading: Reading, name: string): void {
  const { limits } = reading;
  reading.attributes = 0;
  if (++reading.elements > limits.elements) stop(`it has more than ${limits.elements} elements`);
  if (reading.depth >= limits.depth) stop(`it is more than ${limits.depth} levels deep`);
  if (name.length > limits.name) stop(`it has a name of more than ${limits.name} characters`);
}

function openTag(reading: Reading, tag: SaxesTagNS): void {
  const level = reading.depth++;
  if (level === 0) openRoot(reading, tag);
  if (level === 1) openPart(reading, tag);
  if (level < 2 || !reading.inBody) return;
  // Further children of the body are of no meaning here.
  if (level === 2 && reading.result !== null) {
    reading.inBody = false;
    return;
  }
  if (level === 2) reading.isFault = tag.local === "Fault" && versionOf(tag.uri) !== null;
  reading.frames.push(frameOf(tag));
}

function openRoot(reading: Reading, { local, uri }: SaxesTagNS): void {
  reading.version = versionOf(uri);
  if (local !== "Envelope")
    stop(/^html$/i.test(local) ? "it is a page of HTML" : `its root is ${local.slice(0, 60)}, not Envelope`);
  if (reading.version === null) stop("its Envelope is in no namespace of SOAP 1.1 or 1.2");
}

function openPart(reading: Reading, { local, uri }: SaxesTagNS): void {
  reading.inBody = local === "Body" && versionOf(uri) === reading.version && !reading.hasBody;
  reading.hasBody ||= reading.inBody;
}

function frameOf(tag: SaxesTagNS): Frame {
  const frame: Frame = { name: tag.local, fields: null, text: "", nil: false };
  for (const { uri, local, prefix, value } of Object.values(tag.attributes)) {
    if (uri === XSI && local === "nil") frame.nil = value.trim() === "true" || value.trim() === "1";
    if (uri === XSI || prefix === "xmlns" || local === "xmlns" || local === "") continue;
    frame.fields ??= plainObject();
    frame.fields[`@${local}`] = value;
  }
  return frame;
}

function plainObject(): AnswerObject {
  return Object.create(null) as AnswerObject;
}

function addText(reading: Reading, more: string): void {
  const frame = reading.frames.at(-1);
  if (frame === undefined) return;
  frame.text += more;
  if (frame.text.length > reading.limits.text) stop(`it has a text of more than ${reading.limits.text} characters`);
}

function closeTag(reading: Reading): void {
  reading.depth -= 1;
  const frame = reading.frames.pop();
  if (frame === undefined) return;
  const parent = reading.frames.at(-1);
  if (parent === undefined) {
    reading.result = plainObject();
    reading.result[frame.name] = valueIn(frame);
    return;
  }
  parent.fields ??= plainObject();
  const before = parent.fields[frame.name];
  const value = valueIn(frame);
  if (before === undefined) parent.fields[frame.name] = value;
  else if (Array.isArray(before)) before.push(value);
  else parent.fields[frame.name] = [before, value];
}

function valueIn({ fields, text, nil }: Frame): AnswerValue {
  const trimmed = text.trim();
  if (nil) return null;
  if (fields === null) return trimmed;
  if (trimmed !== "") fields["#text"] = trimmed;
  return fields;
}

function answerOf({ hasBody, result, isFault, version }: Reading): SoapAnswer {
  if (!hasBody) return stop("its Envelope has no Body");
  if (result === null) return { kind: "result", body: plainObject() };
  if (!isFault || version === null) return { kind: "result", body: result };
  return { kind: "fault", fault: faultOf(result["Fault"] ?? "", version), body: result };
}

/** SOAP 1.1 section 4.4, SOAP 1.2 part 1 section 5.4. */
function faultOf(fault: AnswerValue, version: SoapVersion): Fault {
  if (version === "1.1") return { version, codes: codesOf(at(fault, "faultcode")), text: textOf(at(fault, "faultstring")) };
  const code = at(fault, "Code");
  const sub = at(code, "Subcode");
  return {
    version,
    codes: [...codesOf(at(code, "Value")), ...codesOf(at(sub, "Value")), ...codesOf(at(at(sub, "Subcode"), "Value"))],
    text: textOf(at(at(fault, "Reason"), "Text")),
  };
}

/** `soap:Server.Busy` of SOAP 1.1 stands for a code and a narrower one. */
function codesOf(value: AnswerValue): string[] {
  const local = textOf(value).replace(/^[^:]*:/, "");
  return local === "" ? [] : local.split(".");
}

function at(value: AnswerValue, name: string): AnswerValue {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? ((value as AnswerObject)[name] ?? "") : "";
}

function textOf(value: AnswerValue): string {
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return textOf(value[0] ?? "");
  return value === null ? "" : textOf((value as AnswerObject)["#text"] ?? "");
}
