// What a GET on the service gives: the description and its files, the discovery document, the pages. Open to anybody, so
// they tell the contract and nothing of the site.
import { readFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import type { PublishedBase } from "./address.ts";
import type { Contract } from "../contract/contract.ts";
import { errorPage, operationPage, servicePage, unknownMethodPage } from "./html-pages.ts";
import { type Parameters, readPairs } from "../http/http-parameters.ts";
import { plain } from "../plain.ts";
import type { Answer } from "../problems.ts";
import { escapeAttribute } from "../write.ts";

/** Answers a GET. `query` is what stands after the question mark. */
export type GiveDocument = (contract: Contract, request: IncomingMessage, query: string) => Answer;

const XML = "text/xml; charset=utf-8";

/** The answer to a verb the service does not take. */
export function wrongVerb(): Answer {
  const answer = errorPage(405, "Method not allowed", "This service takes GET and POST.");
  return { ...answer, headers: { ...answer.headers, Allow: "GET, POST" } };
}

/** The answer where no way of calling takes a path behind the service. A caller from elsewhere sees a page without any inner detail. */
export function unrecognized(pathInfo: string): Answer {
  return errorPage(500, "Server Error", `Request format is unrecognized for URL unexpectedly ending in '${pathInfo}'.`);
}

/** Makes the answering of GETs. Reads style and script of the pages once. */
export function createGiveDocument(base: PublishedBase): GiveDocument {
  const assets = new Map(ASSETS.map(({ file, contentType }) => [file, assetOf(file, contentType)]));
  return (contract, request, query) => {
    const pairs = readPairs(Buffer.from(query, "latin1"), null);
    if (pairs === null) return plain(500, "Operation is not valid due to the current state of the object.");
    const asset = assets.get(pairs.nameless ?? "");
    if (asset !== undefined) return asset;
    const from = base(request);
    if (from === null) return plain(400, "The Host header is not valid.");
    return described(contract, pairs, from + contract.path) ?? pageOf(contract, pairs, from + contract.path);
  };
}

const ASSETS = [
  { file: "page.css", contentType: "text/css; charset=utf-8" },
  { file: "page.js", contentType: "text/javascript; charset=utf-8" },
];

function assetOf(file: string, contentType: string): Answer {
  return { status: 200, contentType, body: readFileSync(new URL(file, import.meta.url), "utf8"), code: null };
}

/** The documents, in the order in which .NET looks for them (DiscoveryServerProtocol); null for a page. */
function described(contract: Contract, pairs: Parameters, address: string): Answer | null {
  const schema = pairs.get("schema");
  if (schema !== null) return xml(schema && contract.published("schema", schema, address), "Schema not found.");
  const wsdl = pairs.get("wsdl");
  const missing = "XML Web service description was not found.";
  if (wsdl !== null) return xml(wsdl && contract.published("wsdl", wsdl, address), missing);
  const name = pairs.nameless?.toLowerCase();
  if (name === "wsdl") return xml(contract.wsdlAt(address), missing);
  return name === "disco" ? xml(discovery(contract, address), missing) : null;
}

function xml(body: string | null, missing: string): Answer {
  return body ? { status: 200, contentType: XML, body, code: null } : plain(500, missing);
}

/** The lookup of a page's operation minds no case, unlike that of a call. */
function pageOf(contract: Contract, pairs: Parameters, address: string): Answer {
  const wanted = pairs.get("op");
  if (wanted === null || wanted === "") return servicePage(contract, address);
  const found = contract.operations.find(({ name }) => name.toLowerCase() === wanted.toLowerCase());
  return found === undefined ? unknownMethodPage(contract, wanted) : operationPage(contract, found, address);
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
