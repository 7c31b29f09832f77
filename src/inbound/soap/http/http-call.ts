// One call by HTTP GET or form POST, from its name to its plain answer, as HttpServerProtocol of .NET goes about it. Never decides anything
// about tasks, and never acts on what a page of another site made a browser send.
import { FAILURES, Failure } from "../../../core/errors.ts";
import type { Caller, Outcome } from "../../../core/ports.ts";
import { pathOf } from "../../http.ts";
import { isUnpackable } from "../../unpack.ts";
import { readBodyOf } from "../../visitor-body.ts";
import type { PublishedBase } from "../pages/address.ts";
import { resultValues } from "../contract/answers.ts";
import type { ReadValue } from "../contract/binding.ts";
import { type Call, type CallOptions, failureOf, partnerOf } from "../call.ts";
import { readClr } from "../types/clr-values.ts";
import type { Contract, HttpBinding, Operation } from "../contract/contract.ts";
import { isCrossSite } from "./cross-site.ts";
import { unescaped } from "./escapes.ts";
import { type Parameters, ParameterTooLong, readPairs } from "./http-parameters.ts";
import { readMediaType } from "../media-type.ts";
import { plain, plainRefusal } from "../plain.ts";
import { type Answer, refusalSays } from "../problems.ts";
import { maskForm, rawOf } from "../kept.ts";
import { type AskedUnit, carryOutUnit, demandScopeOf, digestOf } from "../unit.ts";
import { admitByMessage, letIn, type Visitor } from "../who-calls.ts";

const FORM = "application/x-www-form-urlencoded";
/** Bytes of a query; a form takes longer texts. Node refuses header lines beyond 16 KiB. */
export const MOST_QUERY = 8_192;

/** Answers a call at `<path>/<Operation>`, whatever happens; never rejects. */
export type AnswerHttp = (call: Call) => Promise<Answer>;

/** `publicUrl` as it was set, or null. */
type HttpOptions = CallOptions & { publicUrl: string | null };

/** Makes the answering of calls for a contract that has GET or POST on. */
export function createAnswerHttp(options: HttpOptions, base: PublishedBase): AnswerHttp {
  const isSet = options.publicUrl !== null;
  const operations = options.contract.operations.filter((operation) => operation.http !== null);
  return async (call) => {
    try {
      if (isCrossSite(call.request, { base: base(call.request), isSet })) return FOREIGN;
      const found = findOperation(operations, pathInfoOf(options.contract, call.request.url ?? ""));
      return "status" in found ? found : await carryOut(options, call, found);
    } catch (error) {
      if (error instanceof ParameterTooLong) return plain(500, error.message, error.code);
      const { code, detail } = failureOf(options, call, error);
      return plainRefusal({ code, detail });
    }
  };
}

const FOREIGN = plain(403, `${FAILURES.forbidden.says} A page of another site asked the browser to send it.`, "forbidden");

/** What stands behind the path of the service, decoded as ASP.NET gives it. */
export function pathInfoOf({ path }: Contract, url: string): string {
  return unescaped(pathOf(url).slice(path.length).replaceAll("+", "%2B"), null) ?? "";
}

function findOperation(operations: readonly Operation[], pathInfo: string): Operation | Answer {
  const name = pathInfo.slice(1);
  const found = operations.find((operation) => operation.name === name);
  if (found !== undefined) return found;
  const other = operations.find((operation) => operation.name.toLowerCase() === name.toLowerCase());
  if (other === undefined) return plain(500, `${name.slice(0, 500)} Web Service method name is not valid.`);
  return plain(
    500,
    `Invalid method name '${name}',  method names are case sensitive.   The method name '${other.name}' with the same name but different casing was found.\nParameter name: methodName`,
  );
}

async function carryOut(options: CallOptions, call: Call, operation: Operation): Promise<Answer> {
  call.operation = operation.name;
  const isForm = call.request.method === "POST";
  const refusal = isForm ? (notAForm(call) ?? wronglyPacked(call)) : null;
  if (refusal !== null) return refusal;
  // There is no header for a token here, so that nobody's body is read for one.
  const visitor = await letIn(options, call, { token: false, secret: operation.access !== null });
  const pairs = isForm ? await readForm({ ...options, operation }, call, visitor) : readQuery(call);
  call.body ??= maskForm(operation, Buffer.from(queryOf(call.request.url ?? ""), "latin1"));
  if ("status" in pairs) return pairs;
  const visit = await admitByMessage(options, call, visitor, { operation, headers: [], sent: sentIn(operation, pairs) });
  const values = valuesOf(operation, pairs, partnerOf(options, visit.caller).timeZone);
  if ("status" in values) return values;
  call.unit = unitOf(operation, values, visit.caller);
  demandScopeOf(call.unit, visit);
  const outcome = await carryOutUnit(options, { ...call.unit, raw: rawOf(options, call) });
  return outcomeAnswer(call, operation.http as HttpBinding, outcome);
}

/** The parameters as they were sent, for the access check. */
function sentIn({ request }: Operation, pairs: Parameters): (string | undefined)[] {
  return request.parameters.map(({ name }) => pairs.get(name) ?? undefined);
}

/** The answer to a POST whose content is no form; null for a form. */
export function notAForm({ request }: Call): Answer | null {
  const type = request.headers["content-type"] ?? "";
  return readMediaType(type).type === FORM ? null : plain(500, `Request format is invalid: ${type.slice(0, 500)}.`);
}

const PACKED = plain(415, "A form may be encoded with gzip or deflate, once.");

function wronglyPacked({ request }: Call): Answer | null {
  return isUnpackable(request) ? null : PACKED;
}

const TOO_MANY = plain(500, "Operation is not valid due to the current state of the object.");

function readQuery({ request }: Call): Parameters | Answer {
  const query = queryOf(request.url ?? "");
  if (query.length > MOST_QUERY)
    return plain(400, "The length of the query string for this request exceeds the limit.", "too_large");
  return readPairs(Buffer.from(query, "latin1"), null) ?? TOO_MANY;
}

/** What stands after the question mark. */
export function queryOf(url: string): string {
  const question = url.indexOf("?");
  return question < 0 ? "" : url.slice(question + 1);
}

async function readForm(
  { contract, operation }: CallOptions & { operation: Operation },
  call: Call,
  visitor: Visitor,
): Promise<Parameters | Answer> {
  const body = await readBodyOf(visitor, call.request, contract.maxRequestBytes);
  call.bytes = body.length;
  call.body = maskForm(operation, body);
  return readPairs(body, readMediaType(call.request.headers["content-type"]).charset) ?? TOO_MANY;
}

/** One parameter after the other, as .NET: the first that is missing or cannot be read is the one that is told. */
function valuesOf({ request, http }: Operation, pairs: Parameters, timeZone: string): ReadValue[] | Answer {
  const values: ReadValue[] = [];
  for (const { name, type, index } of request.parameters) {
    const text = pairs.get(name);
    values[index] = undefined;
    if (text === null && http?.added.has(name)) continue;
    if (text === null) return plain(500, `Missing parameter: ${name}.`);
    const read = readClr(type, text, timeZone);
    if ("wrong" in read) return plain(500, read.wrong);
    values[index] = read.value;
  }
  return values;
}

/** What a kept call by GET or form asks for. Throws what it would be told. */
export function unitOfParameters(
  operation: Operation,
  { bytes, charset, timeZone, caller }: { bytes: Buffer; charset: string | null; timeZone: string; caller: Caller },
): AskedUnit {
  const pairs = readPairs(bytes, charset);
  if (pairs === null) throw new Failure("invalid_request", "It has too many parameters.");
  const values = valuesOf(operation, pairs, timeZone);
  if ("status" in values) throw new Failure("invalid_request", values.body);
  return unitOf(operation, values, caller);
}

/** A repeat is the same operation with the same values, whichever way and in whatever spelling it came. */
function unitOf(operation: Operation, values: readonly ReadValue[], caller: Caller): AskedUnit {
  const digest = digestOf(caller, operation.name, Buffer.from(JSON.stringify(values)));
  return { asked: operation.toCommand(values), caller, channel: "soap", digest };
}

function outcomeAnswer(call: Call, { writeResult, writeRefusal }: HttpBinding, outcome: Outcome): Answer {
  if (outcome.status === "refused") {
    const { refusal } = outcome;
    if (writeRefusal === null) return plainRefusal(refusal);
    return { ...writeRefusal({ code: refusal.code, text: refusalSays(refusal) }), code: refusal.code };
  }
  const [result] = outcome.results;
  if (result === undefined) throw new Error("a unit without a result");
  call.result = result;
  call.repeated = outcome.repeated;
  call.queueMs = outcome.queueMs;
  return writeResult(resultValues(result));
}
