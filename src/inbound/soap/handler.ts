// The rim of the SOAP channel: which requests are its own, verbs, headers of the answer, the one log line. Never parses XML
// and never sees a task.
import type { IncomingMessage, ServerResponse } from "node:http";
import { drawId } from "../../lib/ids.ts";
import type { Identify } from "../admit.ts";
import { pathOf } from "../http.ts";
import { quotaHeaders } from "../quota.ts";
import type { Answered, Report, Visit } from "../visit.ts";
import { type AnswerCall, type Call, type CallOptions, createAnswerCall, newCall } from "./call.ts";
import type { Contract } from "./contract/contract.ts";
import { recordCall } from "./kept.ts";
import type { Recorder } from "../kept/recorder.ts";
import { createPublishedBase } from "./pages/address.ts";
import { type AnswerHttp, createAnswerHttp, notAForm, pathInfoOf, queryOf } from "./http/http-call.ts";
import { createGiveDocument, type GiveDocument, unrecognized, wrongVerb } from "./pages/pages.ts";
import type { Answer } from "./problems.ts";

/** What the channel needs from outside. */
export interface SoapOptions extends Omit<CallOptions, "contract"> {
  contracts: readonly Contract[];
  report: Report;
  recorder: Recorder;
  /** Names the callers that were not let in; without it they are known by the address of the connection alone. */
  identify?: Identify;
  /** Address partners use, such as `https://desk.example.com`, for the WSDL; null takes the request's Host. */
  publicUrl: string | null;
  /** Addresses and CIDR ranges of the proxies whose word on the published address is believed. */
  trustedProxies?: readonly string[];
}

/** The channel, on the raw HTTP request. */
export interface SoapHandler {
  /** Takes the target of a request, with or without its query. */
  matches(path: string): boolean;
  /** Answers the request; never rejects. */
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>;
}

/** A contract as it is served. */
interface Service {
  /** In lower case: partners write it in any. */
  path: string;
  contract: Contract;
  answerCall: AnswerCall;
  answerHttp: AnswerHttp;
  giveDocument: GiveDocument;
}

/** Names and values in turn, as `writeHead` takes them fastest. The first is what ASMX sends. */
const ALWAYS = ["Cache-Control", "private, max-age=0", "X-Content-Type-Options", "nosniff"];
const LINGER_MS = 2_000;

export function createSoapHandler(options: SoapOptions): SoapHandler {
  const { contracts, report, identify = byConnection } = options;
  const services = createServices(contracts, options);
  const find = (target: string): Service | undefined => {
    const own = target.startsWith("/") ? target : pathOf(target);
    return services.find(({ path }) => isBelow(own, path));
  };
  return {
    matches: (target) => find(target) !== undefined,
    async handle(request, response) {
      const startedAt = performance.now();
      const service = find(request.url ?? "");
      if (service === undefined) throw new Error("a request that is not for this channel");
      const call = newCall(request);
      const answer = await answerTo(service, call);
      const visit = call.visit ?? { ...identify(request), caller: null };
      const bytesOut = send(request, response, answer, visit);
      report(visit, answeredOf(call, answer, bytesOut), startedAt);
      recordCall({ ...options, contract: service.contract }, call, answer);
    },
  };
}

const byConnection: Identify = ({ socket }) => ({ requestId: drawId(), address: socket.remoteAddress ?? "" });

/** Whether a target, with or without query, is the path or lies below it. */
function isBelow(target: string, path: string): boolean {
  const next = target.charAt(path.length);
  if (next !== "" && next !== "?" && next !== "/") return false;
  return target.slice(0, path.length).toLowerCase() === path;
}

function createServices(contracts: readonly Contract[], options: SoapOptions): readonly Service[] {
  const base = createPublishedBase(options);
  const giveDocument = createGiveDocument(base);
  return contracts.map((contract) => {
    const parts = { ...options, contract };
    const answerHttp = createAnswerHttp(parts, base);
    return { path: contract.path.toLowerCase(), contract, answerCall: createAnswerCall(parts), answerHttp, giveDocument };
  });
}

/** Chooses as the factories of ASMX do: by what stands behind the path, then by the verb. */
function answerTo(service: Service, call: Call): Answer | Promise<Answer> {
  const { method, url = "" } = call.request;
  if (url.length === service.path.length && method === "POST") return service.answerCall(call);
  if (pathOf(url).length > service.path.length) return answerBelow(service, call);
  if (method === "POST") return service.answerCall(call);
  return method === "GET" ? service.giveDocument(service.contract, call.request, queryOf(url)) : wrongVerb();
}

/** A path behind the service: an operation, where GET or POST is on. A lone slash is none. */
function answerBelow({ contract, answerHttp }: Service, call: Call): Answer | Promise<Answer> {
  const { method, url = "" } = call.request;
  const pathInfo = pathInfoOf(contract, url);
  const isOn = (method === "GET" && contract.httpGet) || (method === "POST" && contract.httpPost);
  if (isOn && pathInfo.length > 1) return answerHttp(call);
  // Whether POST is on or not, an envelope sent here hears the same.
  return (method === "POST" && pathInfo.length > 1 && notAForm(call)) || unrecognized(pathInfo);
}

type Marked = Pick<Visit, "requestId" | "quota">;

/** Gives the bytes of the body. */
function send(request: IncomingMessage, response: ServerResponse, answer: Answer, { requestId, quota }: Marked): number {
  const { status, contentType, body, code, headers } = answer;
  const bytes = Buffer.byteLength(body);
  const fields = [...ALWAYS, "Content-Type", contentType, "Content-Length", String(bytes), "X-Request-Id", requestId];
  if (code !== null) fields.push("X-Crossdesk-Code", code);
  if (quota) for (const [name, value] of Object.entries(quotaHeaders(quota))) fields.push(name, value);
  for (const name in headers) fields.push(name, headers[name] ?? "");
  response.writeHead(status, fields);
  if (request.complete) response.end(body);
  else endLater(request, response, body);
  return bytes;
}

/**
 * Answers a request whose body was not read: the answer goes out now, its end after the rest of the body was taken in, for
 * a while at most. An end at once, on a connection to be closed, would reset it under a client that is still sending.
 */
function endLater(request: IncomingMessage, response: ServerResponse, body: string): void {
  response.write(body);
  const timer = setTimeout(() => response.end(), LINGER_MS).unref();
  const ended = (): void => {
    clearTimeout(timer);
    response.end();
  };
  request.on("error", ended).once("end", ended).once("close", ended).resume();
}

function answeredOf(call: Call, { status, code }: Answer, bytesOut: number): Answered {
  const { operation, result, repeated, bytes, request, queueMs } = call;
  return {
    channel: "soap",
    operation: operation ?? request.method ?? "",
    status,
    outcome: code ?? (repeated ? "repeated" : "done"),
    task: result?.task,
    event: result?.events[0],
    bytes,
    bytesOut,
    agent: request.headers["user-agent"],
    queueMs,
  };
}
