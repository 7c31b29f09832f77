// One SOAP call from admission to answer: route, read, make the command, hand it to the door. Never decides anything about
// tasks, and never shows a partner what went wrong inside.
import { hash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Directory } from "../../core/directory.ts";
import { Failure } from "../../core/errors.ts";
import type { Caller, CommandResult, Door, Outcome, UnitInput } from "../../core/ports.ts";
import { errorText, type Log } from "../../lib/log.ts";
import { BrokenBody, isUnpackable, readUnpacked } from "../unpack.ts";
import type { Admit, Visit } from "../visit.ts";
import { decode, joinHalves } from "./charset.ts";
import { resultValues } from "./answers.ts";
import type { Contract, Operation } from "./contract.ts";
import type { Route } from "./envelope.ts";
import { type MediaType, readMediaType } from "./media-type.ts";
import { type Answer, clientFault, MEDIA_TYPE, type Problem, problemAnswer, refusalAnswer } from "./problems.ts";
import { createReader, type ReadEnvelope, type Reading } from "./reader.ts";
import { SOAP11, SOAP12, type SoapVersion } from "./versions.ts";

/** What a call needs from outside. */
export interface CallOptions {
  door: Door;
  admit: Admit;
  log: Log;
  /** Asked at every call, so that a change of the site counts at once. */
  directory: () => Directory;
  contract: Contract;
}

/** What becomes known of a call on its way, for its log line. */
export interface Call {
  request: IncomingMessage;
  visit: Visit | null;
  /** The version faults are spelled in: the envelope's, until then what the content type lets expect. */
  version: SoapVersion;
  operation: string | null;
  bytes: number;
  result: CommandResult | null;
  repeated: boolean;
}

/** Answers a call, whatever happens; never rejects. */
export type AnswerCall = (call: Call) => Promise<Answer>;

export function newCall(request: IncomingMessage): Call {
  return { request, visit: null, version: SOAP11, operation: null, bytes: 0, result: null, repeated: false };
}

interface Service extends CallOptions {
  read: ReadEnvelope;
}

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
  if (media.type !== "text/xml" && media.type !== "application/soap+xml") return problemAnswer(MEDIA_TYPE);
  if (!isUnpackable(request)) return problemAnswer(MEDIA_TYPE);
  call.version = media.type === "text/xml" ? SOAP11 : SOAP12;
  const admitted = service.admit(request);
  const visit = admitted instanceof Promise ? await admitted : admitted;
  call.visit = visit;
  const route = routeOf(service, media, request, visit.caller);
  if ("kind" in route) return problemAnswer(route);
  const body = await readUnpacked(request, service.contract.maxRequestBytes);
  call.bytes = body.length;
  const reading = service.read(joinHalves(decode(body, media.charset)), route);
  if (reading.kind !== "reading") return problemAnswer(reading);
  call.version = reading.version;
  call.operation = reading.operation.name;
  const outcome = await service.door.execute(unitOf(reading, visit.caller, body));
  return outcomeAnswer(call, reading.operation, outcome);
}

/** Where the request says it wants to go; a SOAPAction that is not ours ends it here. */
function routeOf({ contract, directory }: Service, media: MediaType, request: IncomingMessage, caller: Caller): Route | Problem {
  const provider = caller.kind === "provider" ? directory().providers.get(caller.provider) : undefined;
  const soap12Only = media.type !== "text/xml";
  const header = request.headers.soapaction;
  const given = soap12Only ? media.action : header === undefined ? null : unquoted(String(header));
  const operation = given === null ? null : (contract.byAction.get(given) ?? null);
  if (operation === null && given !== null && !soap12Only) {
    return clientFault(SOAP11, `Server did not recognize the value of HTTP Header SOAPAction: ${given.slice(0, 500)}.`);
  }
  return { operation, action: given, soap12Only, timeZone: provider?.timeZone ?? "UTC", understands: null };
}

function unquoted(action: string): string {
  return action.length > 1 && action.startsWith('"') && action.endsWith('"') ? action.slice(1, -1) : action;
}

function unitOf({ operation, values }: Reading, caller: Caller, body: Buffer): UnitInput {
  const sender = caller.kind === "provider" ? caller.provider : caller.kind;
  const bytes = Buffer.concat([Buffer.from(`${sender} ${operation.name}\n`), body]);
  const digest = hash("sha256", bytes, "hex").slice(0, 32);
  return { commands: [operation.toCommand(values)], caller, channel: "soap", digest };
}

function outcomeAnswer(call: Call, { writeResult }: Operation, outcome: Outcome): Answer {
  if (outcome.status === "refused") return refusalAnswer(outcome.refusal, call.version);
  const [result] = outcome.results;
  if (result === undefined) throw new Failure("internal");
  call.result = result;
  call.repeated = outcome.repeated;
  const body = writeResult(call.version, resultValues(result));
  return { status: 200, contentType: call.version.contentType, body, code: null };
}

function failureAnswer({ log }: Service, call: Call, error: unknown): Answer {
  if (error instanceof BrokenBody) return problemAnswer({ kind: "malformed", version: call.version });
  const failure = error instanceof Failure ? error : new Failure("internal", undefined, error);
  if (failure.class === "permanent") {
    log("error", "soap.failed", {
      requestId: call.visit?.requestId,
      operation: call.operation,
      error: errorText(failure.cause ?? failure),
    });
  }
  return refusalAnswer({ code: failure.code, detail: failure.detail }, call.version);
}
