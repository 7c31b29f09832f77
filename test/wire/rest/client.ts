// A client of the REST channel for tests: sends a call and holds every answer against the contract.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import ajvFormats from "ajv-formats";
import { OpenAPIBackend } from "openapi-backend";
import supertest from "supertest";
import { jsonForm } from "../../../src/inbound/json-form.ts";
import { type StartOptions, startApp, type TestApp } from "../../helpers/app.ts";

export const CONTRACT_PATH = fileURLToPath(new URL("../../../openapi/gateway.yaml", import.meta.url));

/** What a test reads of a JSON answer. Its shape was checked against the contract before. */
// biome-ignore lint/suspicious/noExplicitAny: the contract, not the compiler, says what is in an answer
export type Json = any;

export interface Sent {
  /** API key; none sends no credentials. */
  key?: string;
  json?: unknown;
  /** A body that is not made from `json`, with its media type. */
  body?: { type: string; bytes: string | Buffer };
  headers?: Record<string, string>;
}

export interface Got {
  status: number;
  json: Json;
  headers: Record<string, string>;
}

export interface RestTest extends TestApp {
  send(method: "GET" | "HEAD" | "OPTIONS" | "POST" | "PUT" | "PATCH" | "DELETE", path: string, sent?: Sent): Promise<Got>;
  get(path: string, key: string): Promise<Got>;
  post(path: string, key: string, json: unknown, headers?: Record<string, string>): Promise<Got>;
}

/** Starts the real app and a client for it. Every answer of a described call is checked. */
export async function startRest(options: StartOptions = {}): Promise<RestTest> {
  const app = await startApp(options);
  const check = await answerCheck();
  const agent = supertest(app.url);
  const send: RestTest["send"] = async (method, path, { key, json, body, headers = {} } = {}) => {
    const request = agent[method.toLowerCase() as "get" | "post" | "put" | "patch" | "delete"](path).set(headers);
    if (key !== undefined) request.set("x-api-key", key);
    if (body) request.set("content-type", body.type);
    const response = await (body ? request.send(body.bytes) : json === undefined ? request : request.send(json as object));
    const got = { status: response.status, json: response.body, headers: response.headers };
    check(method, path, got);
    return got;
  };
  return {
    ...app,
    send,
    get: (path, key) => send("GET", path, { key }),
    post: (path, key, json, headers = {}) => send("POST", path, { key, json, headers }),
  };
}

/** The contract, from its JSON: to read the YAML takes a second. */
export function readContract(reviver?: (key: string, value: Json) => Json): Json {
  return JSON.parse(readFileSync(jsonForm(CONTRACT_PATH), "utf8"), reviver);
}

const AJV_OPTIONS = { code: { optimize: false }, meta: false, validateSchema: false };

let contract: Promise<OpenAPIBackend> | undefined;

/** The contract with its problem answers under a media type that openapi-backend makes validators for, made once in a process. */
export function contractApi(): Promise<OpenAPIBackend> {
  contract ??= openContract();
  return contract;
}

async function openContract(): Promise<OpenAPIBackend> {
  const definition = readContract((_key, value) => {
    const problem = value?.["application/problem+json"];
    return problem ? { "application/json": problem } : value;
  });
  const customizeAjv = (ajv: Json) => {
    ajvFormats.default(ajv);
    return ajv;
  };
  const options = { definition, quick: true, strict: true, ignoreTrailingSlashes: false, customizeAjv, ajvOpts: AJV_OPTIONS };
  const api = await new OpenAPIBackend(options).init();
  // Else all operations are gathered anew for each answer that is checked.
  const operations = api.router.getOperations();
  api.router.getOperations = () => operations;
  return api;
}

async function answerCheck(): Promise<(method: string, path: string, got: Got) => void> {
  const api = await contractApi();
  return (method, path, { status, json, headers }) => {
    assert.ok(headers["x-request-id"], "every answer carries a request id");
    const operation = api.matchOperation({ method: method === "HEAD" ? "GET" : method, path, headers: {} });
    if (status === 204 || status === 304 || headers["preference-applied"] || method === "HEAD") {
      assert.ok(json === undefined || Object.keys(json).length === 0, "no body");
      if (status >= 300)
        assert.ok(operation?.responses?.[status], `the contract does not know that ${method} ${path} answers ${status}`);
      return;
    }
    const content = (operation?.responses?.[status] as Json)?.content ?? {};
    // The bytes of a file have the type it was given with.
    const kind = status >= 400 ? "application/problem+json" : "*/*" in content ? headers["content-type"] : "application/json";
    assert.equal(headers["content-type"], kind);
    if (status >= 400) assertProblem(status, json, headers);
    if (operation === undefined) return;
    assert.ok(operation.responses?.[status], `the contract does not know that ${method} ${path} answers ${status}`);
    const { errors } = api.validateResponse(json, operation, status);
    assert.equal(errors ?? null, null, `${method} ${path} ${status}: ${JSON.stringify(errors)} in ${JSON.stringify(json)}`);
  };
}

function assertProblem(status: number, json: Json, headers: Record<string, string>): void {
  assert.equal(json.status, status);
  assert.equal(json.type, `/problems/${json.code}`);
  assert.equal(json.requestId, headers["x-request-id"]);
  if (status === 429 || status === 503) assert.match(headers["retry-after"] ?? "", /^[1-9]\d*$/);
  if (status === 401)
    assert.match(headers["www-authenticate"] ?? "", /^Bearer realm="Crossdesk", (\w+="[^"]+", )*Basic realm="Crossdesk"/);
}

/** Checks status and code of a refusal. */
export function assertRefused(got: Got, status: number, code: string): void {
  assert.deepEqual({ status: got.status, code: got.json.code }, { status, code }, JSON.stringify(got.json));
}
