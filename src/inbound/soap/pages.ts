// What a GET on the service gives: the WSDL, the discovery document, a page that lists the operations. Open to anybody, so
// they tell the contract and nothing of the site.
import type { IncomingMessage } from "node:http";
import type { TLSSocket } from "node:tls";
import type { Contract } from "./contract.ts";
import type { Answer } from "./problems.ts";
import { escapeAttribute, escapeText } from "./write.ts";

/** What the documents are made from. `publicUrl` is the address partners use, null to take it from the request. */
export interface Published {
  contract: Contract;
  publicUrl: string | null;
}

const XML = "text/xml; charset=utf-8";
const TEXT = "text/plain; charset=utf-8";
const HTML = "text/html; charset=utf-8";

/** A plain answer, as ASMX gives for what is no SOAP. */
export function plain(status: number, text: string): Answer {
  return { status, contentType: TEXT, body: `${text}\n`, code: status < 400 ? null : "invalid_request" };
}

/** The answer to a verb the service does not take. */
export function wrongVerb(): Answer {
  const body = page("Method not allowed", "<p>This service takes GET and POST.</p>");
  return { status: 405, contentType: HTML, body, code: "invalid_request", headers: { Allow: "GET, POST" } };
}

/** Answers a GET. `query` is what stands after the question mark. */
export function document(published: Published, request: IncomingMessage, query: string): Answer {
  const [first = ""] = query.split("&", 1);
  const [name = "", value = ""] = first.toLowerCase().split("=", 2);
  if (name !== "wsdl" && name !== "disco" && name !== "schema") return servicePage(published.contract);
  if (name === "schema") return plain(500, "Schema not found.");
  if (value !== "") return plain(500, "XML Web service description was not found.");
  const address = addressOf(published, request);
  if (address === null) return plain(400, "The Host header is not valid.");
  const body = name === "wsdl" ? published.contract.wsdlAt(address) : discovery(published.contract, address);
  return { status: 200, contentType: XML, body, code: null };
}

const HOST = /^(?:[a-z0-9](?:[a-z0-9._-]{0,252})|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?$/i;

/** The address of the service as the caller should use it, or null when the request names no usable host. */
function addressOf({ publicUrl, contract: { path } }: Published, request: IncomingMessage): string | null {
  if (publicUrl !== null) return publicUrl.replace(/\/+$/, "") + path;
  const host = request.headers.host ?? "";
  if (!HOST.test(host)) return null;
  const scheme = (request.socket as TLSSocket).encrypted ? "https" : "http";
  return `${scheme}://${host}${path}`;
}

function discovery({ namespace, bindings }: Contract, address: string): string {
  const at = escapeAttribute(address);
  const bound = bindings.map(
    (binding, index) =>
      `  <soap address="${at}" xmlns:q${index + 1}="${escapeAttribute(namespace)}" binding="q${index + 1}:${binding}"` +
      ' xmlns="http://schemas.xmlsoap.org/disco/soap/" />',
  );
  return [
    '<?xml version="1.0" encoding="utf-8"?>',
    '<discovery xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns="http://schemas.xmlsoap.org/disco/">',
    `  <contractRef ref="${at}?wsdl" docRef="${at}" xmlns="http://schemas.xmlsoap.org/disco/scl/" />`,
    ...bound,
    "</discovery>",
  ].join("\n");
}

function servicePage({ name, operations }: Contract): Answer {
  const items = operations.map((operation) => `<li>${escapeText(operation.name)}</li>`).join("");
  const body = page(name, `<p><a href="?WSDL">Service description</a></p><ul>${items}</ul>`);
  return { status: 200, contentType: HTML, body, code: null };
}

function page(title: string, content: string): string {
  const safe = escapeText(title);
  return `<!DOCTYPE html>\n<html lang="en"><head><title>${safe}</title></head><body><h1>${safe}</h1>${content}</body></html>\n`;
}
