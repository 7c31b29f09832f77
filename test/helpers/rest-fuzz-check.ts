// What any answer of the REST channel must be: one the contract declares for the operation that was called, with its headers, its
// type and its form, and nothing of the inside.
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import type { OpenAPIBackend } from "openapi-backend";
import { contractApi } from "../wire/rest/client.ts";
import type { Part } from "./contract-rules.ts";
import type { FuzzCall } from "./rest-fuzz-calls.ts";
import { INSIDE } from "./soap-fuzz-check.ts";

export interface RestAnswer {
  status: number;
  headers: Readonly<Record<string, string>>;
  /** Null where the body was not read to its end, because it has none. */
  body: Buffer | null;
}

export interface Judged {
  /** What is wrong, or null. */
  wrong: string | null;
  json: unknown;
}

/** What every answer over HTTP may have without a word of the contract. */
const OF_HTTP = new Set(
  "connection keep-alive date content-type content-length transfer-encoding cache-control x-content-type-options vary content-encoding".split(
    " ",
  ),
);

/** Only too much work may be told with a 5xx. */
const ALLOWED_5XX = ["busy"];

/** Makes the judge of answers. */
export async function createJudge(): Promise<(call: FuzzCall, answer: RestAnswer) => Judged> {
  const api = await contractApi();
  return (call, packed) => {
    const answer = unpacked(packed);
    const operation = operationOf(api, call);
    const type = (answer.headers["content-type"] ?? "").split(";")[0] ?? "";
    const json = type.endsWith("json") && answer.body !== null ? readJson(answer.body) : undefined;
    return { wrong: wrongWith(api, { operation, answer, type, json }), json };
  };
}

function operationOf(api: OpenAPIBackend, { method, target }: FuzzCall): Part | null {
  try {
    return api.matchOperation({ method, path: target.split("?")[0] ?? "", headers: {} }) ?? null;
  } catch {
    return null;
  }
}

const UNPACK: Readonly<Record<string, (bytes: Buffer) => Buffer>> = { br: brotliDecompressSync, gzip: gunzipSync };

/** The answer with its body as it was before it was packed for the way. */
function unpacked(answer: RestAnswer): RestAnswer {
  const unpack = UNPACK[answer.headers["content-encoding"] ?? ""];
  return unpack && answer.body && answer.body.length > 0 ? { ...answer, body: unpack(answer.body) } : answer;
}

function readJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    return undefined;
  }
}

interface Seen {
  operation: Part | null;
  answer: RestAnswer;
  type: string;
  json: unknown;
}

function wrongWith(api: OpenAPIBackend, { operation, answer, type, json }: Seen): string | null {
  const { status, headers, body } = answer;
  if (!headers["x-request-id"]) return "no request id";
  if (status >= 400)
    return wrongProblem(answer, { type, json }) ?? (operation ? undeclared(api, { operation, answer, type, json }) : null);
  if (operation === null) return `a path that is in no contract answers ${status}`;
  if (body && type.endsWith("json") && INSIDE.test(body.toString("latin1"))) return "it tells of the inside";
  return undeclared(api, { operation, answer, type, json });
}

function wrongProblem({ status, headers, body }: RestAnswer, { type, json }: { type: string; json: unknown }): string | null {
  const problem = json as Part;
  if (type !== "application/problem+json" || problem?.status !== status) return `status ${status} is no problem`;
  if (problem.type !== `/problems/${problem.code}` || problem.requestId !== headers["x-request-id"])
    return "a problem of another form";
  if (status >= 500 && !ALLOWED_5XX.includes(problem.code)) return `code ${problem.code}`;
  if (body && INSIDE.test(body.toString("latin1"))) return "it tells of the inside";
  return null;
}

/** What the contract does not say of this operation: its status, a header, its type, its form. */
function undeclared(api: OpenAPIBackend, { operation, answer, type, json }: Seen): string | null {
  const { status, headers, body } = answer;
  const response = operation.responses[status];
  // An address with a right form and no such method, or one that is not there, is refused before any operation is known.
  if (!response)
    return status === 404 && (json as Part)?.code === "unknown_path"
      ? null
      : `the contract does not know that it answers ${status}`;
  const declared = new Set(Object.keys(response.headers ?? {}).map((name) => name.toLowerCase()));
  const unknown = Object.keys(headers).filter((name) => !OF_HTTP.has(name) && !declared.has(name));
  if (unknown.length > 0) return `headers that are not declared: ${unknown.join(", ")}`;
  const content = Object.keys(response.content ?? {});
  if (content.length === 0) return body && body.length > 0 ? `status ${status} has a body` : null;
  // RFC 7240 section 4.2: who prefers a minimal answer is sent no content.
  if (headers["preference-applied"] === "return=minimal" && body?.length === 0) return null;
  const wanted = status >= 400 ? ["application/problem+json"] : content;
  if (!wanted.includes(type) && !wanted.includes("*/*")) return `content type ${type}, not ${wanted.join(" or ")}`;
  if (type !== "application/json" && type !== "application/problem+json") return null;
  if (wanted.includes("*/*")) return null;
  if (json === undefined) return "no JSON";
  const { errors } = api.validateResponse(json, operation, status);
  return errors?.length ? `not of its form: ${JSON.stringify(errors).slice(0, 500)}` : null;
}
