// Samples of a request and its answer for each way of calling an operation, in the manner of ASMX: names of types stand where values
// go, `length` where the length goes. Gives plain text, for a page to escape.
import type { Contract, Operation } from "../contract/contract.ts";
import type { ValueType } from "../types/value-type.ts";
import { escapeAttribute } from "../write.ts";

/** A way of calling. */
export interface Sample {
  title: string;
  request: string;
  response: string;
}

/** What samples are written for. `path` is the one partners use, `host` the name they call. */
export interface Sampled {
  contract: Contract;
  operation: Operation;
  host: string;
  path: string;
}

/** An element as requests and answers both have it. */
interface Shown {
  name: string;
  namespace: string;
  type: ValueType | null;
  most: number;
  members: { values(): IterableIterator<Shown> };
}

/** The samples of an operation, for each way that is on. */
export function samplesOf(sampled: Sampled): readonly Sample[] {
  const { contract, operation } = sampled;
  const isPlain = operation.http !== null;
  return [
    soapSample(sampled, "SOAP 1.1"),
    soapSample(sampled, "SOAP 1.2"),
    ...(isPlain && contract.httpGet ? [getSample(sampled)] : []),
    ...(isPlain && contract.httpPost ? [postSample(sampled)] : []),
  ];
}

const SOAP = {
  "SOAP 1.1": { prefix: "soap", namespace: "http://schemas.xmlsoap.org/soap/envelope/", type: "text/xml" },
  "SOAP 1.2": { prefix: "soap12", namespace: "http://www.w3.org/2003/05/soap-envelope", type: "application/soap+xml" },
} as const;

const DECLARATION = '<?xml version="1.0" encoding="utf-8"?>';

function soapSample({ operation, host, path }: Sampled, title: keyof typeof SOAP): Sample {
  const { type } = SOAP[title];
  const action = title === "SOAP 1.1" ? [`SOAPAction: "${operation.action}"`] : [];
  const content = [`Content-Type: ${type}; charset=utf-8`, "Content-Length: length"];
  return {
    title,
    request: [
      `POST ${path} HTTP/1.1`,
      `Host: ${host}`,
      ...content,
      ...action,
      "",
      ...envelope(operation.request.root, title),
    ].join("\n"),
    response: ["HTTP/1.1 200 OK", ...content, "", ...envelope(operation.response, title)].join("\n"),
  };
}

function envelope(wrapper: Shown, title: keyof typeof SOAP): string[] {
  const { prefix, namespace } = SOAP[title];
  const xs = "http://www.w3.org/2001/XMLSchema";
  return [
    DECLARATION,
    `<${prefix}:Envelope xmlns:xsi="${xs}-instance" xmlns:xsd="${xs}" xmlns:${prefix}="${namespace}">`,
    `  <${prefix}:Body>`,
    ...elementLines(wrapper, { depth: 2, around: null }),
    `  </${prefix}:Body>`,
    `</${prefix}:Envelope>`,
  ];
}

/** An element with place-holders. What may come more often is shown twice. */
function elementLines({ name, namespace, type, most, members }: Shown, at: { depth: number; around: string | null }): string[] {
  const indent = "  ".repeat(at.depth);
  const open = `${indent}<${name}${at.around === namespace ? "" : ` xmlns="${escapeAttribute(namespace)}"`}`;
  const inner = [...members.values()].flatMap((member) => elementLines(member, { depth: at.depth + 1, around: namespace }));
  const whole = type === null ? [`${open}>`, ...inner, `${indent}</${name}>`] : [`${open}>${placeholder(type)}</${name}>`];
  const lines = type === null && inner.length === 0 ? [`${open} />`] : whole;
  return most > 1 ? [...lines, ...lines] : lines;
}

function placeholder({ name, words }: ValueType): string {
  return words === null ? name : words.join(" or ");
}

function getSample({ contract, operation, host, path }: Sampled): Sample {
  const query = pairsOf(operation);
  return {
    title: "HTTP GET",
    request: `GET ${path}/${operation.name}${query === "" ? "" : `?${query}`} HTTP/1.1\nHost: ${host}`,
    response: plainResponse(contract, operation),
  };
}

function postSample({ contract, operation, host, path }: Sampled): Sample {
  const content = "Content-Type: application/x-www-form-urlencoded\nContent-Length: length";
  return {
    title: "HTTP POST",
    request: `POST ${path}/${operation.name} HTTP/1.1\nHost: ${host}\n${content}\n\n${pairsOf(operation)}`,
    response: plainResponse(contract, operation),
  };
}

function pairsOf({ request }: Operation): string {
  return request.parameters.map(({ name, type }) => `${name}=${type.words?.[0] ?? type.name}`).join("&");
}

function plainResponse({ namespace }: Contract, { response }: Operation): string {
  const type = response.members[0]?.type;
  if (!type) return "HTTP/1.1 200 OK";
  const content = "Content-Type: text/xml; charset=utf-8\nContent-Length: length";
  const element = `<${type.name} xmlns="${escapeAttribute(namespace)}">${placeholder(type)}</${type.name}>`;
  return `HTTP/1.1 200 OK\n${content}\n\n${DECLARATION}\n${element}`;
}
