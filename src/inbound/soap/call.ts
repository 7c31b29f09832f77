// One SOAP call from admission to answer: route, read, make the command, hand it to the door. Never decides anything about
// tasks, and never shows a partner what went wrong inside.
import type { IncomingMessage } from "node:http";
import type { Provider } from "../../core/directory.ts";
import { Failure } from "../../core/errors.ts";
import type { Caller, CommandResult, Door, Outcome } from "../../core/ports.ts";
import type { Clock } from "../../lib/clock.ts";
import { errorText, type Log } from "../../lib/log.ts";
import type { Site, SoapManners } from "../../store/site.ts";
import type { Attachments } from "../attachments.ts";
import { QuotaSpent, type SpendCall } from "../quota.ts";
import { BrokenBody, isUnpackable } from "../unpack.ts";
import type { Admission, Stranger, Visit } from "../visit.ts";
import { readBodyOf } from "../visitor-body.ts";
import { isMessageId } from "./reading/addressing.ts";
import { resultValues } from "./contract/answers.ts";
import { decode, joinHalves } from "./reading/charset.ts";
import type { Contract, Operation } from "./contract/contract.ts";
import type { Route } from "./reading/envelope.ts";
import type { Understands } from "./reading/headers.ts";
import { type MediaType, readMediaType } from "./media-type.ts";
import {
  type Answer,
  clientFault,
  fileRefusal,
  MEDIA_TYPE,
  type Problem,
  problemAnswer,
  refusalAnswer,
  resultRefusal,
  unprocessed,
} from "./problems.ts";
import { rootWrong } from "./reading/no-xml.ts";
import { createReader, type ReadEnvelope, type Reading } from "./reading/reader.ts";
import { isSecurity } from "./reading/security.ts";
import type { Masked } from "../kept/mask.ts";
import type { KeepRaw } from "../kept/raw-form.ts";
import { maskEnvelope, rawOf } from "./kept.ts";
import { type AskedUnit, carryOutUnit, demandScopeOf, unitOf } from "./unit.ts";
import { admitByMessage, letIn, strangerIn, tellsWho } from "./who-calls.ts";
import { SOAP11, SOAP12, type SoapVersion } from "./versions.ts";

/** What a call needs from outside. */
export interface CallOptions {
  door: Door;
  admit: Admission;
  attachments: Attachments;
  /** Counts the calls of each credential; absent where there is no limit. */
  spend?: SpendCall;
  clock: Clock;
  log: Log;
  keepRaw: KeepRaw;
  /** Asked at every call, so that a change of the site counts at once. */
  site: () => Pick<Site, "providers">;
  contract: Contract;
}

/** What becomes known of a call on its way, for its log line. */
export interface Call {
  request: IncomingMessage;
  /** Who calls, as far as that is known. */
  visit: Visit | Stranger | null;
  /** The version faults are spelled in: the envelope's, until then what the content type lets expect. */
  version: SoapVersion;
  operation: string | null;
  bytes: number;
  result: CommandResult | null;
  repeated: boolean;
  /** How long it waited for its turn to be stored, in milliseconds. */
  queueMs: number | undefined;
  /** Its body as it came, and without credentials; null until it was read. */
  body: Masked | null;
  /** What it asked for. */
  unit: AskedUnit | null;
}

/** Answers a call, whatever happens; never rejects. */
export type AnswerCall = (call: Call) => Promise<Answer>;

export function newCall(request: IncomingMessage): Call {
  return {
    request,
    visit: null,
    version: SOAP11,
    operation: null,
    bytes: 0,
    result: null,
    repeated: false,
    queueMs: undefined,
    body: null,
    unit: null,
  };
}

interface Service extends CallOptions {
  read: ReadEnvelope;
}

/** Makes the answering of calls for one contract. */
export function createAnswerCall(options: CallOptions): AnswerCall {
  const { contract } = options;
  const service: Service = { ...options, read: createReader(contract) };
  return async (call) => {
    try {
      return await carryOut(service, call);
    } catch (error) {
      return failureAnswer(service, call, error);
    }
  };
}

async function carryOut(service: Service, call: Call): Promise<Answer> {
  const { request } = call;
  const media = readMediaType(request.headers["content-type"]);
  if (media.type !== "text/xml" && media.type !== "application/soap+xml") return answerForeign(service, call, media);
  if (!isUnpackable(request)) return problemAnswer(MEDIA_TYPE);
  call.version = media.type === "text/xml" ? SOAP11 : SOAP12;
  const admitted = letIn(service, call);
  const visitor = admitted instanceof Promise ? await admitted : admitted;
  const partner = partnerOf(service, visitor.caller);
  const route = routeOf(service, media, request, partner);
  if ("kind" in route) return problemAnswer(route);
  const body = await readBodyOf(visitor, request, service.contract.maxRequestBytes);
  call.bytes = body.length;
  call.body = maskEnvelope(service.contract, body, () => decode(body, media.charset));
  const isSure = strangerIn(visitor) === null;
  const first = service.read(textOf({ body, media }, partner), isSure ? route : { ...route, anyBody: true });
  if (first.kind === "reading") call.operation = first.operation.name;
  else if (!tellsWho(service, visitor, first)) return problemAnswer(first);
  if ("version" in first) call.version = first.version;
  const shown = admitByMessage(service, call, visitor, first);
  const visit = shown instanceof Promise ? await shown : shown;
  const reading = isSure ? first : readAgain(service, { body, media, route }, visit.caller);
  if (reading.kind !== "reading") return problemAnswer(reading);
  call.unit = unitOf(reading, visit.caller, body);
  demandScopeOf(call.unit, visit);
  const outcome = await carryOutUnit(service, { ...call.unit, raw: rawOf(service, call) });
  return outcomeAnswer(service, call, { operation: reading.operation, outcome });
}

interface Received {
  body: Buffer;
  media: MediaType;
  route: Route;
}

/** Who is known only now has a time zone and manners of its own. */
function readAgain(service: Service, { body, media, route }: Received, caller: Caller): Reading | Problem {
  const { timeZone, soap } = partnerOf(service, caller);
  return service.read(textOf({ body, media }, { soap }), { ...route, timeZone, anyBody: soap.anyBody });
}

function textOf({ body, media }: Omit<Received, "route">, { soap }: Pick<Partner, "soap">): string {
  return joinHalves(decode(body, media.charset, soap.charset));
}

/**
 * A content type that is none of SOAP's. ASMX guesses SOAP 1.2 where there is no SOAPAction, and looks at the type only when it has
 * found an envelope: what is no XML at all gets a fault.
 */
async function answerForeign(service: Service, call: Call, media: MediaType): Promise<Answer> {
  if (call.request.headers.soapaction !== undefined || !isUnpackable(call.request)) return problemAnswer(MEDIA_TYPE);
  call.version = SOAP12;
  const visitor = await letIn(service, call);
  // Where a token or an argument would stand is not known here.
  if (visitor.caller === null) throw new Failure("unauthenticated");
  const body = await readBodyOf(visitor, call.request, service.contract.maxRequestBytes);
  call.bytes = body.length;
  const wrong = rootWrong(decode(body, media.charset));
  return problemAnswer(wrong === null ? MEDIA_TYPE : unprocessed(SOAP12, wrong));
}

/** What is known of the caller's system. */
type Partner = Pick<Provider, "timeZone"> & { soap: SoapManners };

const DESK: Partner = { timeZone: "UTC", soap: { charset: null, anyBody: false } };

/** The partner a caller is; the desk, and who has not shown anything yet, reads and writes as usual. */
export function partnerOf({ site }: Pick<CallOptions, "site">, caller: Caller | null): Partner {
  return (caller?.kind === "provider" ? site().providers.get(caller.provider) : undefined) ?? DESK;
}

const UNDERSTANDS_SECURITY: Understands = (uri, local) => isMessageId(uri, local) || isSecurity(uri, local);

/** Where the request says it wants to go; a SOAPAction that is not ours ends it here. */
function routeOf({ contract, admit }: Service, media: MediaType, request: IncomingMessage, partner: Partner): Route | Problem {
  const soap12Only = media.type !== "text/xml";
  const header = request.headers.soapaction;
  const given = soap12Only ? media.action : header === undefined ? null : unquoted(String(header));
  const operation = given === null ? null : (contract.byAction.get(given) ?? null);
  // Where an operation has an empty action, an empty one leaves it to the body.
  const isKnown = operation !== null || given === null || (given === "" && contract.operations.some((one) => one.action === ""));
  if (!isKnown && !soap12Only) {
    return clientFault(SOAP11, `Server did not recognize the value of HTTP Header SOAPAction: ${given.slice(0, 500)}.`);
  }
  const understands = admit.takesTokens() ? UNDERSTANDS_SECURITY : isMessageId;
  const { timeZone, soap } = partner;
  return { operation, action: given, soap12Only, timeZone, anyBody: soap.anyBody, understands };
}

function unquoted(action: string): string {
  return action.length > 1 && action.startsWith('"') && action.endsWith('"') ? action.slice(1, -1) : action;
}

interface Ended {
  operation: Operation;
  outcome: Outcome;
}

function outcomeAnswer({ contract }: Service, call: Call, { operation, outcome }: Ended): Answer {
  call.queueMs = outcome.queueMs;
  const { writeResult, writeRefusal } = operation;
  if (outcome.status === "refused") {
    if (writeRefusal) return resultRefusal(outcome.refusal, call.version, writeRefusal);
    const answerRefused = outcome.refusal.code === "too_large" ? fileRefusal : refusalAnswer;
    return answerRefused(outcome.refusal, call.version, contract.refusals);
  }
  const [result] = outcome.results;
  if (result === undefined) throw new Failure("internal");
  call.result = result;
  call.repeated = outcome.repeated;
  const body = writeResult(call.version, resultValues(result));
  return { status: 200, contentType: call.version.contentType, body, code: null };
}

function failureAnswer(service: Service, call: Call, error: unknown): Answer {
  if (error instanceof BrokenBody) return problemAnswer({ kind: "malformed", version: call.version });
  const { code, detail } = failureOf(service, call, error);
  const answer = refusalAnswer({ code, detail }, call.version, service.contract.refusals);
  return error instanceof QuotaSpent ? { ...answer, headers: { "Retry-After": String(error.retryAfter) } } : answer;
}

/** What the caller may be told of an error. What is a fault of ours is logged, the cause there alone. */
export function failureOf({ log }: CallOptions, call: Call, error: unknown): Failure {
  const failure = error instanceof Failure ? error : new Failure("internal", undefined, error);
  if (failure.class === "permanent") {
    log("error", "soap.failed", {
      requestId: call.visit?.requestId,
      operation: call.operation,
      error: errorText(failure.cause ?? failure),
    });
  }
  return failure;
}
