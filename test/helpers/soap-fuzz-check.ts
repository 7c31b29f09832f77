// What any answer of the gateway must be, whatever was asked: its status, its type, well-formed, and nothing of the inside. Pure.
import { XMLValidator } from "fast-xml-parser";

export interface FuzzAnswer {
  status: number;
  headers: Readonly<Record<string, string>>;
  body: string;
}

/** Takes the first whole answer from the front of `bytes`; null when it is not all there. */
export function takeAnswer(bytes: Buffer): { answer: FuzzAnswer; length: number } | null {
  const end = bytes.indexOf("\r\n\r\n") + 4;
  if (end < 4) return null;
  const [first = "", ...lines] = bytes.toString("latin1", 0, end - 4).split("\r\n");
  const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(first)?.[1]);
  if (status === 100) {
    const behind = takeAnswer(bytes.subarray(end));
    return behind && { ...behind, length: behind.length + end };
  }
  const pairs = lines.map((line) => [line.slice(0, line.indexOf(":")).toLowerCase(), line.slice(line.indexOf(":") + 1).trim()]);
  const headers: Record<string, string> = Object.fromEntries(pairs);
  const { length, body } = bodyOf(bytes.subarray(end), headers);
  if (length < 0) return null;
  return { answer: { status, headers, body }, length: end + length };
}

/** HTTP/1.0 and refused heads have an answer that ends with the connection, which their length still tells. */
function bodyOf(bytes: Buffer, headers: Readonly<Record<string, string>>): { length: number; body: string } {
  if (headers["transfer-encoding"] === "chunked") {
    const end = bytes.indexOf("0\r\n\r\n");
    return {
      length: end < 0 ? -1 : end + 5,
      body: bytes.toString("utf8", 0, Math.max(0, end)).replaceAll(/^[0-9a-f]+\r\n|\r\n$/gm, ""),
    };
  }
  const length = Number(headers["content-length"] ?? 0);
  return bytes.length < length ? { length: -1, body: "" } : { length, body: bytes.toString("utf8", 0, length) };
}

const STATUSES: readonly number[] = [200, 400, 401, 404, 405, 408, 413, 415, 417, 426, 431, 500, 503];
const EMPTY: readonly number[] = [400, 413, 415];
/** What would be a fault of the gateway's own, or a loss. */
const NEVER: readonly string[] = ["internal", "outcome_unknown", "store_unavailable", "guard_lost", "store_conflict", "stopping"];
export const INSIDE =
  /\n\s+at .+:\d+:\d+|node_modules|node:internal|src\/\w+\/|(?:Type|Range|Reference|Syntax)Error\b|SQLITE|The gateway failed/;

const TYPES: Readonly<Record<string, (body: string) => string | null>> = {
  "text/xml": xmlWrong,
  "application/soap+xml": xmlWrong,
  "text/html": (body) => (/^<!DOCTYPE html>[\s\S]*<\/html>\s*$/i.test(body) ? null : "no whole page"),
  "text/plain": () => null,
  "application/json": jsonWrong,
  "application/problem+json": jsonWrong,
};

function xmlWrong(body: string): string | null {
  const result = XMLValidator.validate(body);
  return result === true ? null : `not well-formed: ${result.err.msg}`;
}

function jsonWrong(body: string): string | null {
  try {
    JSON.parse(body);
    return null;
  } catch {
    return "no JSON";
  }
}

/** What is wrong with an answer, or null. */
export function wrongWith({ status, headers, body }: FuzzAnswer): string | null {
  if (!STATUSES.includes(status)) return `status ${status}`;
  const code = headers["x-crossdesk-code"] ?? "";
  if (NEVER.includes(code)) return `code ${code}`;
  if (INSIDE.test(body)) return "it tells of the inside";
  const type = (headers["content-type"] ?? "").split(";")[0] ?? "";
  if (body === "")
    return EMPTY.includes(status) || headers["content-length"] !== "0" ? null : `status ${status} with an empty body`;
  const check = Object.hasOwn(TYPES, type) ? TYPES[type] : undefined;
  if (check === undefined) return `content type ${type}`;
  const wrong = check(body);
  if (wrong !== null) return wrong;
  return status === 500 ? wrongFault(type, body, code) : null;
}

/** A 500 is a fault of the contract, or a plain line or page as ASMX has for what is no SOAP call. */
function wrongFault(type: string, body: string, code: string): string | null {
  if (code === "") return "a 500 without a code";
  return type === "text/plain" || type === "text/html" || body.includes("<soap:Fault>") ? null : "a 500 that is no fault";
}

/** The id of the event that a success names, or null. */
export function eventOf({ status, body }: FuzzAnswer): string | null {
  return status === 200 ? (/Result>([0-9a-f-]{36})<\//.exec(body)?.[1] ?? null) : null;
}
