// Puts an outgoing envelope together: header blocks, body, and the HTTP headers that go with its version. Sends nothing.
import { Failure } from "../../core/errors.ts";
import { SECURITY_BLOCK, securityBlock, type UsernameToken } from "../auth/wsse.ts";
import { type Fill, writeBody } from "./soap-body.ts";
import { readTemplate, type WrittenEnvelope } from "./soap-template.ts";
import type { Operation } from "./soap-wsdl.ts";
import { ADDRESSING, escapeText, type SoapVersion, VERSIONS, XSD, XSI } from "./soap-xml.ts";

/** What an envelope is made of. */
export interface Letter {
  operation: Operation;
  version: SoapVersion;
  /** An object of parameters, or XML text: the content of the body or a whole envelope. */
  value: unknown;
  /** The delivery's key; the same on every try. */
  key: string;
  token: UsernameToken | null;
}

/** How secrets are written: as they are, or hidden. `password` stands in place of the token's password; null writes the real one. */
export interface Ink {
  fill: Fill;
  password: string | null;
}

const DECLARATION = '<?xml version="1.0" encoding="utf-8"?>';
const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** The envelope as text. Throws a `Failure` `invalid_request` when the value does not fit the operation. */
export function writeEnvelope(letter: Letter, ink: Ink): string {
  const { operation, version, value } = letter;
  const isXml = typeof value === "string" && value.trimStart().startsWith("<");
  const isPlain = typeof value === "string" && operation.parts === null && operation.root.type().kind === "text";
  if (typeof value !== "string" || (isPlain && !isXml)) return framed(letter, ink, writeBody(operation, value, ink.fill));
  if (!isXml)
    throw new Failure("invalid_request", "A SOAP call needs an object of parameters, or XML: the mapping made another text.");
  const written = readTemplate(value, ink.fill);
  if (written.kind === "body") return framed(letter, ink, written.xml);
  if (written.version === version) return completed(letter, ink, written);
  const why = `The envelope the mapping made is of SOAP ${written.version}, the API definition says ${version}.`;
  throw new Failure("invalid_request", why);
}

function framed(letter: Letter, ink: Ink, body: string): string {
  const envelope = VERSIONS[letter.version].envelope;
  const header = blocksOf(letter, ink)
    .map(({ xml }) => xml)
    .join("");
  return (
    `${DECLARATION}<soap:Envelope xmlns:soap="${envelope}" xmlns:xsi="${XSI}" xmlns:xsd="${XSD}">` +
    `<soap:Header>${header}</soap:Header><soap:Body>${body}</soap:Body></soap:Envelope>`
  );
}

/** Adds what the envelope of a mapping lacks; a block it brings itself stays alone. */
function completed(letter: Letter, ink: Ink, { before, after, wrap, blocks }: WrittenEnvelope): string {
  const missing = blocksOf(letter, ink).filter(({ name }) => !blocks.has(name));
  const header = missing.map(({ xml }) => xml).join("");
  return DECLARATION + before + (header === "" ? "" : wrap[0] + header + wrap[1]) + after;
}

interface Block {
  name: string;
  xml: string;
}

/**
 * The message's id says that a try is a repeat. With it goes the action, as a receiver that knows WS-Addressing refuses the one
 * without the other (WS-Addressing 1.0, SOAP Binding section 6.4.2); one that does not know it passes both over, for neither
 * has to be understood.
 */
function blocksOf({ operation, version, key, token }: Letter, { password }: Ink): Block[] {
  const addressing = [["MessageID", UUID.test(key) ? `urn:uuid:${key}` : `urn:crossdesk:${encodeURIComponent(key)}`]];
  if (operation.action !== "") addressing.unshift(["Action", operation.action]);
  const blocks = addressing.map(([name, value = ""]) => ({
    name: `{${ADDRESSING}}${name}`,
    xml: `<wsa:${name} xmlns:wsa="${ADDRESSING}">${escapeText(value)}</wsa:${name}>`,
  }));
  if (token === null) return blocks;
  return [{ name: SECURITY_BLOCK, xml: securityBlock(token, VERSIONS[version].envelope, password) }, ...blocks];
}

/** Content type and action: SOAP 1.1 section 6.1.1, SOAP 1.2 part 2 section 7.1.4 with RFC 3902. */
export function envelopeHeaders({ operation, version }: Letter): Record<string, string> {
  const action = operation.action.replace(/[^\x21-\x7e]|["\\]/g, encodeURIComponent);
  if (version === "1.1") return { "Content-Type": "text/xml; charset=utf-8", SOAPAction: `"${action}"` };
  const parameter = action === "" ? "" : `; action="${action}"`;
  return { "Content-Type": `application/soap+xml; charset=utf-8${parameter}` };
}
