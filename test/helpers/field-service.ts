// The example contract with HTTP GET and form POST on, called by hand in each of its ways.
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { ContractsFolder } from "./http-contracts.ts";
import { ROOT } from "./sources.ts";

const NAMESPACE = "urn:example:field-service";
const PATH = "/Field/FieldService.asmx";

/** Makes the folder. */
export function fieldContracts(): ContractsFolder {
  const folder = mkdtempSync(path.join(tmpdir(), "crossdesk-field-"));
  cpSync(path.join(ROOT, "examples/contract"), folder, { recursive: true });
  const file = path.join(folder, "FieldService.binding.json");
  const table: object = JSON.parse(readFileSync(file, "utf8"));
  writeFileSync(file, JSON.stringify({ ...table, http: { get: true, post: true } }));
  return { folder, remove: () => rmSync(folder, { recursive: true }) };
}

export const WAYS = ["SOAP 1.1", "SOAP 1.2", "GET", "POST"] as const;
export type Way = (typeof WAYS)[number];

export interface FieldCall {
  operation: string;
  /** In the order of the schema. */
  fields: Readonly<Record<string, string>>;
  /** Header blocks, for SOAP. */
  headers?: string;
  /** More headers of HTTP. */
  more?: Readonly<Record<string, string>>;
}

export interface FieldAnswer {
  status: number;
  code: string | null;
  /** What it carries; null for anything but a success. */
  result: string | null;
  body: string;
  headers: Headers;
}

/** Calls the gateway at `url`. */
export async function callField(url: string, way: Way, call: FieldCall): Promise<FieldAnswer> {
  const [target, init] = way.startsWith("SOAP") ? soap(way, call) : plain(way, call);
  const answer = await fetch(url + PATH + target, init);
  const body = await answer.text();
  const result = answer.status === 200 ? (/(?:Result|string)(?: [^>]*)?>([^<]*)<\//.exec(body)?.[1] ?? "") : null;
  return { status: answer.status, code: answer.headers.get("x-crossdesk-code"), result, body, headers: answer.headers };
}

function soap(way: Way, { operation, fields, headers = "", more = {} }: FieldCall): [string, RequestInit] {
  const is12 = way === "SOAP 1.2";
  const uri = is12 ? "http://www.w3.org/2003/05/soap-envelope" : "http://schemas.xmlsoap.org/soap/envelope/";
  const values = Object.entries(fields).map(([name, value]) => `<${name}>${value}</${name}>`);
  const inner = `<${operation} xmlns="${NAMESPACE}">${values.join("")}</${operation}>`;
  const body = `<s:Envelope xmlns:s="${uri}"><s:Header>${headers}</s:Header><s:Body>${inner}</s:Body></s:Envelope>`;
  const type = is12 ? "application/soap+xml" : "text/xml";
  return ["", { method: "POST", headers: { "Content-Type": `${type}; charset=utf-8`, ...more }, body }];
}

function plain(way: Way, { operation, fields, more = {} }: FieldCall): [string, RequestInit] {
  const values = new URLSearchParams(fields);
  if (way === "GET") return [`/${operation}?${values}`, { headers: more }];
  return [`/${operation}`, { method: "POST", headers: more, body: values }];
}
