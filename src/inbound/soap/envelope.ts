// What the elements of a SOAP request mean, one by one as they open and close: envelope, header blocks, operation,
// parameters. Knows no parser and no limits; never carries out anything.
import type { XmlAttribute } from "../../lib/xml/events.ts";
import type { Operation } from "./binding.ts";
import type { Contract } from "./contract.ts";
import { clientFault, type Problem, unreadable } from "./problems.ts";
import type { Value } from "./values.ts";
import { SOAP11, SOAP_VERSIONS, SOAP12, type SoapVersion } from "./versions.ts";
import type { Parameter } from "./wsdl.ts";

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
}

/** An element that opens, its namespace resolved. */
export interface Tag {
  uri: string;
  local: string;
  attributes: readonly XmlAttribute[];
}

/** How far an envelope has been read. Made new for every request. */
export interface Envelope {
  contract: Contract;
  route: Route;
  version: SoapVersion;
  /** Elements open now. */
  depth: number;
  part: "none" | "header" | "body" | "rest";
  operation: Operation | null;
  /** Whether the elements met now are the operation's parameters. */
  inOperation: boolean;
  parameter: Parameter | null;
  text: string;
  /** By index of the parameter; undefined where it was left out. */
  values: (Value | undefined)[];
  notUnderstood: string | null;
}

export function beginEnvelope(contract: Contract, route: Route): Envelope {
  return {
    contract,
    route,
    version: route.soap12Only ? SOAP12 : SOAP11,
    depth: 0,
    part: "none",
    operation: null,
    inOperation: false,
    parameter: null,
    text: "",
    values: [],
    notUnderstood: null,
  };
}

/** Takes an element that opens. Gives the problem that ends the reading, if any. */
export function openElement(envelope: Envelope, tag: Tag): Problem | null {
  const level = envelope.depth++;
  // Markup inside a value is as unreadable as a missing end tag: that is how ASMX answers it.
  if (envelope.parameter !== null) return malformed(envelope);
  if (level === 3) return envelope.inOperation ? openParameter(envelope, tag) : null;
  if (level === 2) return openBlock(envelope, tag);
  if (level === 1) return openPart(envelope, tag);
  return level === 0 ? openRoot(envelope, tag) : null;
}

function malformed({ version }: Envelope): Problem {
  return { kind: "malformed", version };
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
  if (envelope.part === "header") envelope.notUnderstood ??= mustBeUnderstood(envelope.version, tag) ? short(tag.local) : null;
  // Only the first element of the body counts.
  if (envelope.part !== "body" || envelope.operation !== null) return null;
  return openOperation(envelope, tag);
}

const NEXT_ACTORS: readonly string[] = [
  "",
  "http://schemas.xmlsoap.org/soap/actor/next",
  "http://www.w3.org/2003/05/soap-envelope/role/next",
  "http://www.w3.org/2003/05/soap-envelope/role/ultimateReceiver",
];

/** Whether a header block asks to be understood by us (SOAP 1.1 section 4.2.3); blocks for another actor do not count. */
function mustBeUnderstood(version: SoapVersion, { attributes }: Tag): boolean {
  let must = false;
  for (const { uri, local, value } of attributes) {
    if (uri !== version.namespace) continue;
    if (local === "mustUnderstand") must = value.trim() === "1" || value.trim() === "true";
    if ((local === "actor" || local === "role") && !NEXT_ACTORS.includes(value.trim())) return false;
  }
  return must;
}

function openOperation(envelope: Envelope, { uri, local }: Tag): Problem | null {
  const { route, contract, version } = envelope;
  const own = uri === contract.namespace;
  const operation = route.operation ?? (own ? contract.byElement.get(local) : undefined);
  if (operation === undefined) return unknownAction(version, route.action);
  // Running an operation on another one's body, with nothing filled in, is what ASMX would do here.
  if (!own || operation.element !== local) return mismatch(version, operation, `{${short(uri)}}${short(local)}`);
  envelope.operation = operation;
  envelope.inOperation = true;
  return null;
}

function unknownAction(version: SoapVersion, action: string | null): Problem {
  if (!action)
    return clientFault(version, "Unable to handle request without a valid action parameter. Please supply a valid soap action.");
  return clientFault(version, `Unable to handle request. The action '${short(action)}' was not recognized.`);
}

function mismatch(version: SoapVersion, operation: Operation, found: string): Problem {
  return unreadable(
    version,
    `Request format is invalid: The body of ${operation.name} must be the element ${operation.element}, not ${found}.`,
  );
}

function openParameter(envelope: Envelope, { uri, local }: Tag): null {
  const parameter = envelope.operation?.parameters.get(local);
  if (parameter === undefined || uri !== envelope.contract.parameterNamespace) return null;
  // Of an element that comes twice the first one counts; the second is passed over like an unknown one.
  if (envelope.values[parameter.index] !== undefined) return null;
  envelope.parameter = parameter;
  envelope.text = "";
  return null;
}

/** Takes the end of an element. `position` tells where the reading is, as line and column; asked only for a fault. */
export function closeElement(envelope: Envelope, position: () => string): Problem | null {
  const level = --envelope.depth;
  if (level === 2) envelope.inOperation = false;
  if (level !== 3 || envelope.parameter === null) return null;
  const { parameter, text, route, version } = envelope;
  const value = parameter.type.read(text, route.timeZone);
  if (value === undefined) {
    const why = `The string '${short(parameter.type.shown(text))}' is not a valid ${parameter.type.says} value.`;
    return unreadable(version, `There is an error in XML document (${position()}). ---> ${why}`);
  }
  envelope.values[parameter.index] = value;
  envelope.parameter = null;
  return null;
}

/** A comment or processing instruction: fine between elements, unreadable inside a value. */
export function passAside(envelope: Envelope): Problem | null {
  return envelope.parameter === null ? null : malformed(envelope);
}

/** Looks at the whole once the document has ended. */
export function endEnvelope({ part, operation, notUnderstood, version, route }: Envelope): Problem | null {
  if (part === "none" || part === "header") return missingBody(version);
  if (operation === null)
    return route.operation === null ? unknownAction(version, route.action) : mismatch(version, route.operation, "empty");
  if (notUnderstood === null) return null;
  const text = `SOAP header ${notUnderstood} was not understood.`;
  return { kind: "fault", version, role: "mustUnderstand", text, code: "invalid_request" };
}

/** What a fault repeats of a request is cut short. */
function short(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
