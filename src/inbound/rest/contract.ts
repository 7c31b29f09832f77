// The OpenAPI contract, read once at start and strictly: which operation a request means, and whether it has its form.
// openapi-backend makes the operations and compiles the schemas; its own handling of a request goes through every path
// template and parses the body again on each step (60 µs), so matching is done here on a table made beforehand (1 µs).
import type { OpenAPIValidator } from "openapi-backend";
import { Failure } from "../../core/errors.ts";
import { isScope, type Scope } from "../../lib/scopes.ts";
import type { AnyOperation } from "./operation.ts";
import { Problem } from "./problem.ts";
import { readContract } from "./contract-file.ts";

/** What of a request is checked. `query` gets the types of the contract; `requestBody` is absent when there is none. */
export interface Parts {
  path: Record<string, string>;
  query: Record<string, unknown>;
  header: Record<string, unknown>;
  cookie: Record<string, unknown>;
  requestBody?: unknown;
}

export interface Route {
  operationId: string;
  operation: AnyOperation;
  /** What credentials must be meant for. */
  scope: Scope;
  /** The one media type its body has; null when it takes none. */
  mediaType: string | null;
  /** Query parameters that take several values, repeated or with commas between. */
  lists: ReadonlySet<string>;
  /** Whether it takes an Idempotency-Key. */
  takesKey: boolean;
  /** Throws `invalid_request` or `text_too_long`, naming the first field that is wrong. */
  check(parts: Parts): void;
  /** The same for the one body of its kind, of an operation that takes nothing else: for what it lacks nothing is made ready. */
  checkSingle(body: unknown): void;
}

export interface Contract {
  /** The operation a method and path mean, with its path parameters decoded. Throws the problem when there is none. */
  match(method: string, path: string): { route: Route; params: Record<string, string> };
  /** The methods there are at a path, as `Allow` writes them. Throws the problem when there is nothing. */
  allowed(path: string): string;
  readonly routes: readonly Route[];
}

interface SchemaError {
  instancePath: string;
  keyword: string;
  message?: string;
  params: object;
}

interface Validator {
  (parts: object): unknown;
  errors?: readonly SchemaError[] | null;
}

interface Row {
  method: string;
  segments: readonly string[];
  route: Route;
}

/** Reads the contract and binds each operation to its handler. Throws when either side has one the other has not. */
export function loadContract(path: string, operations: Readonly<Record<string, AnyOperation>>): Contract {
  const { validator, operations: all, narrowValidator } = readContract(path);
  const named = new Set(all.map((one) => one.operationId));
  for (const id of Object.keys(operations)) if (!named.has(id)) throw new Error(`the contract lacks the operation ${id}`);
  const rows = all.map((found): Row => {
    const operationId = found.operationId ?? "";
    const operation = Object.hasOwn(operations, operationId) ? operations[operationId] : undefined;
    if (operation === undefined) throw new Error(`the contract has the operation ${operationId}, which nothing handles`);
    // Made with the first call: most processes never see most operations.
    const check = createCheck(() => validatorsOf(validator, operationId));
    const checkSingle = (body: unknown): void => {
      const fields = typeof body === "object" && body !== null ? Object.keys(body) : [];
      createCheck(() => validatorsOf(narrowValidator(found, fields), operationId))(bodyAlone(body));
    };
    const scope = scopeOf(operationId, found as Demands);
    checkCallers(operationId, operation, found as Demands);
    const takes = takesOf((found.parameters ?? []) as readonly ParameterShape[]);
    const mediaType = mediaTypeOf(found.requestBody);
    const route = { operationId, operation, scope, mediaType, ...takes, check, checkSingle };
    return { method: found.method.toUpperCase(), segments: found.path.split("/"), route };
  });
  return { ...createMatch(rows), routes: rows.map(({ route }) => route) };
}

function validatorsOf(validator: OpenAPIValidator, operationId: string): Validator[] {
  return (validator.getRequestValidatorsForOperation(operationId) ?? []) as unknown as Validator[];
}

const bodyAlone = (requestBody: unknown): Parts => ({ path: {}, query: {}, header: {}, cookie: {}, requestBody });

interface ParameterShape {
  name: string;
  in: string;
  schema?: { type?: unknown };
}

function takesOf(parameters: readonly ParameterShape[]): Pick<Route, "lists" | "takesKey"> {
  const lists = parameters.filter((one) => one.in === "query" && one.schema?.type === "array").map((one) => one.name);
  return { lists: new Set(lists), takesKey: parameters.some((one) => one.name === "Idempotency-Key") };
}

/** Throws `invalid_request` unless `body` has the form of the operation's body, naming the first field that is wrong. */
export function checkBody(contract: Contract, operationId: string, body: unknown): void {
  routeOf(contract, operationId).check(bodyAlone(body));
}

/** The same for a body that is the only one of its kind, as a file is. */
export function checkSingle(contract: Contract, operationId: string, body: unknown): void {
  routeOf(contract, operationId).checkSingle(body);
}

function routeOf(contract: Contract, operationId: string): Route {
  const route = contract.routes.find((one) => one.operationId === operationId);
  if (route === undefined) throw new Error(`the contract has no operation ${operationId}`);
  return route;
}

/** What an operation of the contract demands of whoever calls it. */
interface Demands {
  security?: readonly Readonly<Record<string, readonly string[]>>[];
  "x-callers"?: readonly string[];
}

const SCHEMES = "apiKey basic bearer";

/** The one scope of an operation, the same for each way of showing credentials. Throws where there is none or another. */
function scopeOf(operationId: string, { security = [] }: Demands): Scope {
  const schemes = security.flatMap((one) => Object.keys(one)).toSorted();
  const [scope = "", ...others] = new Set(security.flatMap((one) => Object.values(one).map((scopes) => scopes.join(" "))));
  if (schemes.join(" ") !== SCHEMES || others.length > 0 || !isScope(scope))
    throw new Error(
      `the operation ${operationId} of the contract needs security for apiKey, bearer and basic, each with one scope of src/lib/scopes.ts`,
    );
  return scope;
}

function checkCallers(operationId: string, { callers }: AnyOperation, { "x-callers": named = [] }: Demands): void {
  if (callers.toSorted().join() === named.toSorted().join()) return;
  throw new Error(`the operation ${operationId} is for [${callers.join(", ")}], but its x-callers are [${named.join(", ")}]`);
}

function mediaTypeOf(body: unknown): string | null {
  if (typeof body !== "object" || body === null || !("content" in body)) return null;
  return Object.keys(body.content as object)[0] ?? null;
}

function createMatch(rows: readonly Row[]): Pick<Contract, "match" | "allowed"> {
  const byLength = Map.groupBy(rows, ({ segments }) => segments.length);
  const rowsAt = (segments: readonly string[]): readonly Row[] => {
    const there = (byLength.get(segments.length) ?? []).filter((row) => fits(row.segments, segments));
    if (there.length === 0) throw new Problem("unknown_path");
    return there;
  };
  return {
    match(method, path) {
      const segments = path.split("/");
      const there = rowsAt(segments);
      // HEAD is GET without the body, which Node leaves away (RFC 9110 section 9.3.2).
      const row = there.find((one) => one.method === (method === "HEAD" ? "GET" : method));
      if (row === undefined) throw new Problem("method_not_allowed", undefined, { headers: { allow: allowOf(there) } });
      return { route: row.route, params: paramsOf(row.segments, segments) };
    },
    allowed: (path) => allowOf(rowsAt(path.split("/"))),
  };
}

function allowOf(rows: readonly Row[]): string {
  return rows
    .flatMap(({ method }) => (method === "GET" ? ["GET", "HEAD"] : [method]))
    .concat("OPTIONS")
    .join(", ");
}

function fits(template: readonly string[], segments: readonly string[]): boolean {
  return template.every((part, index) => (part.startsWith("{") ? segments[index] !== "" : part === segments[index]));
}

function paramsOf(template: readonly string[], segments: readonly string[]): Record<string, string> {
  const params: Record<string, string> = {};
  for (const [index, part] of template.entries()) {
    if (part.startsWith("{")) params[part.slice(1, -1)] = decoded(segments[index] ?? "");
  }
  return params;
}

function decoded(segment: string): string {
  if (!segment.includes("%")) return segment;
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new Failure("invalid_request", "The path cannot be decoded.");
  }
}

function createCheck(make: () => readonly Validator[]): (parts: Parts) => void {
  return (parts) => {
    for (const validate of make()) {
      validate(parts);
      const error = validate.errors?.[0];
      if (error) throw failureOf(error);
    }
  };
}

function failureOf({ instancePath, keyword, message = "is not as the contract says", params }: SchemaError): Failure {
  const [part = "", ...rest] = instancePath.slice(1).split("/");
  const field = printable([...rest, ...namesIn(params)].join("."));
  const place = [PLACES[part], field].filter(Boolean).join(" ");
  const code = keyword === "maxLength" && part === "requestBody" ? "text_too_long" : "invalid_request";
  return new Failure(code, `${place || "The body"}: ${message}${choicesIn(params)}.`);
}

const PLACES: Readonly<Record<string, string>> = { path: "path parameter", query: "query parameter", header: "header" };

/** The field an error is about where its path ends one step above. */
function namesIn(params: object): string[] {
  const { additionalProperty, missingProperty } = params as { additionalProperty?: string; missingProperty?: string };
  const name = additionalProperty ?? missingProperty;
  return name === undefined || name === "requestBody" ? [] : [name];
}

function choicesIn(params: object): string {
  return "allowedValues" in params && Array.isArray(params.allowedValues) ? ` (${params.allowedValues.join(", ")})` : "";
}

/** A name the caller wrote, short and without anything that is not plain text. */
function printable(name: string): string {
  return name.slice(0, 100).replace(/[^\x20-\x7e]/g, "?");
}
