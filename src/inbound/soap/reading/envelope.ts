// What the elements of a SOAP request mean, one by one as they open and close: envelope, header blocks, operation. Knows no parser
// and no limits; never carries out anything.
import { type Body, beginBody, closeInBody, openInBody } from "./operation-body.ts";
import { type Contract, elementKey, type Operation } from "../contract/contract.ts";
import { type HeaderElement, MOST_HEADER_ELEMENTS, type Understands, wishOf } from "./headers.ts";
import { clientFault, type Problem, unprocessed, unreadable } from "../problems.ts";
import { short } from "../types/value-type.ts";
import { SOAP11, SOAP_VERSIONS, SOAP12, type SoapVersion } from "../versions.ts";

/** What is known of a request before its body is read. */
export interface Route {
  /** The operation its action names; null when the body has to tell. */
  operation: Operation | null;
  /** The action it came with, null for none. */
  action: string | null;
  /** Whether it was sent as application/soap+xml, where an envelope of 1.1 has no place. */
  soap12Only: boolean;
  /** IANA time zone for times without offset. */
  timeZone: string;
  /** Whether the operation of the action is carried out on a body of another name or namespace. */
  anyBody: boolean;
  /** Header blocks that are read; others are passed over, or refused when they must be understood. */
  understands: Understands | null;
}

/** An element that opens, its namespace resolved; declarations of namespaces are not among its attributes. */
export interface Tag {
  uri: string;
  local: string;
  attributes: readonly { uri: string; local: string; value: string }[];
}

/** How far an envelope has been read. Made new for every request. */
export interface Envelope {
  contract: Contract;
  route: Route;
  version: SoapVersion;
  /** Elements open now. */
  depth: number;
  part: "none" | "header" | "body" | "rest";
  /** Made when the operation opens. */
  body: Body | null;
  /** Whether the text met now is wanted: it is added to `text`. */
  collects: boolean;
  text: string;
  /** The most characters `text` may have; null for the reader's own limit. */
  longest: number | null;
  notUnderstood: string | null;
  /** The elements of header blocks that are understood. */
  headers: HeaderElement[];
  /** Those of them that are open. */
  openHeaders: HeaderElement[];
}

export function beginEnvelope(contract: Contract, route: Route): Envelope {
  return {
    contract,
    route,
    version: route.soap12Only ? SOAP12 : SOAP11,
    depth: 0,
    part: "none",
    body: null,
    collects: false,
    text: "",
    longest: null,
    notUnderstood: null,
    headers: [],
    openHeaders: [],
  };
}

/** Takes an element that opens. Gives the problem that ends the reading, if any. */
export function openElement(envelope: Envelope, tag: Tag, position: () => string): Problem | null {
  const level = envelope.depth++;
  if (level >= 3) return envelope.part === "header" ? openInHeader(envelope, tag) : openDeep(envelope, tag, position);
  if (level === 2) return openBlock(envelope, tag);
  if (level === 1) return openPart(envelope, tag);
  return openRoot(envelope, tag);
}

function openDeep(envelope: Envelope, tag: Tag, position: () => string): Problem | null {
  const { body, part } = envelope;
  if (body === null || part !== "body") return null;
  return openInBody(envelope, body, tag, position);
}

function openRoot(envelope: Envelope, tag: Tag): Problem | null {
  const version = SOAP_VERSIONS.find((known) => known.namespace === tag.uri);
  if (version === undefined) {
    const text = `Possible SOAP version mismatch: Envelope namespace ${short(tag.uri)} was unexpected. Expecting ${SOAP11.namespace}.`;
    return { kind: "fault", version: SOAP11, role: "versionMismatch", text, code: "invalid_request" };
  }
  if (envelope.route.soap12Only && version !== SOAP12) return { kind: "media_type" };
  envelope.version = version;
  if (tag.local === "Envelope") return null;
  return unreadable(version, "Request format is invalid: Missing required soap:Envelope element.");
}

function openPart(envelope: Envelope, { uri, local }: Tag): Problem | null {
  if (envelope.part === "body" || envelope.part === "rest") {
    envelope.part = "rest";
    return null;
  }
  const own = uri === envelope.version.namespace;
  if (own && local === "Header" && envelope.part === "none") envelope.part = "header";
  else if (own && local === "Body") envelope.part = "body";
  else return missingBody(envelope.version);
  return null;
}

function missingBody(version: SoapVersion): Problem {
  return unreadable(version, "Request format is invalid: Missing required soap:Body element.");
}

function openBlock(envelope: Envelope, tag: Tag): Problem | null {
  if (envelope.part === "header") return openHeaderBlock(envelope, tag);
  // Only the first element of the body counts.
  if (envelope.part !== "body" || envelope.body !== null) return null;
  return openOperation(envelope, tag);
}

function openHeaderBlock(envelope: Envelope, tag: Tag): Problem | null {
  const { mustUnderstand, forUs } = wishOf(envelope.version, tag);
  if (!forUs) return null;
  if (envelope.route.understands?.(tag.uri, tag.local)) return keepHeader(envelope, tag);
  if (mustUnderstand) envelope.notUnderstood ??= short(tag.local);
  return null;
}

function openInHeader(envelope: Envelope, tag: Tag): Problem | null {
  return envelope.openHeaders.length > 0 ? keepHeader(envelope, tag) : null;
}

function keepHeader(envelope: Envelope, { uri, local, attributes }: Tag): Problem | null {
  const { headers, openHeaders, version } = envelope;
  const most = MOST_HEADER_ELEMENTS;
  if (headers.length >= most) return unreadable(version, `The request is beyond a limit: more than ${most} header elements.`);
  const element: HeaderElement = { uri, local, text: "", attributes, depth: openHeaders.length };
  headers.push(element);
  openHeaders.push(element);
  envelope.collects = true;
  envelope.text = "";
  return null;
}

function openOperation(envelope: Envelope, { uri, local }: Tag): Problem | null {
  const { route, contract, version } = envelope;
  const operation = route.operation ?? contract.byElement.get(elementKey(uri, local));
  if (operation === undefined) return unknownAction(version, route.action);
  const { element } = operation;
  // Running an operation on another one's body, with nothing filled in, is what ASMX would do here.
  const isIts = element.name === local && element.namespace === uri;
  if (!isIts && !route.anyBody) return mismatch(version, operation, `{${short(uri)}}${short(local)}`);
  envelope.body = beginBody(operation);
  return null;
}

function unknownAction(version: SoapVersion, action: string | null): Problem {
  if (!action)
    return clientFault(version, "Unable to handle request without a valid action parameter. Please supply a valid soap action.");
  return clientFault(version, `Unable to handle request. The action '${short(action)}' was not recognized.`);
}

/** Told as an operation tells that it was given nothing, which is what a client of ASMX would hear of this. */
function mismatch(version: SoapVersion, { name, element }: Operation, found: string): Problem {
  return unprocessed(version, `The body of ${name} must be the element ${element.name}, not ${found}.`);
}

/** Takes the end of an element. `position` tells where the reading is, as line and column; asked only for a fault. */
export function closeElement(envelope: Envelope, position: () => string): Problem | null {
  const level = --envelope.depth;
  if (envelope.openHeaders.length > 0) closeHeader(envelope);
  if (level < 2 || envelope.part !== "body" || envelope.body === null) return null;
  return closeInBody(envelope, envelope.body, position);
}

/** Only a header element without children has a text of its own. */
function closeHeader(envelope: Envelope): void {
  const element = envelope.openHeaders.pop();
  if (element && envelope.collects) element.text = envelope.text;
  envelope.collects = false;
  envelope.text = "";
}

/** A comment or processing instruction: fine between elements, unreadable inside a value. */
export function passAside(envelope: Envelope): Problem | null {
  const inValue = envelope.part === "body" && envelope.body !== null && envelope.body.parameter !== null;
  return inValue ? { kind: "malformed", version: envelope.version } : null;
}

/** Looks at the whole once the document has ended. */
export function endEnvelope({ part, body, notUnderstood, version, route }: Envelope): Problem | null {
  if (part === "none" || part === "header") return missingBody(version);
  if (body === null)
    return route.operation === null ? unknownAction(version, route.action) : mismatch(version, route.operation, "empty");
  if (notUnderstood === null) return null;
  const text = `SOAP header ${notUnderstood} was not understood.`;
  return { kind: "fault", version, role: "mustUnderstand", text, code: "invalid_request" };
}
