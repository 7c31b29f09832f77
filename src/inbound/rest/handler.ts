// The REST channel: from a raw request to an answer and one log line. Every refusal goes through one place.
import { Buffer } from "node:buffer";
import type { IncomingMessage, ServerResponse } from "node:http";
import { Failure } from "../../core/errors.ts";
import { errorText, type Log } from "../../lib/log.ts";
import { allows } from "../../lib/scopes.ts";
import type { Identify } from "../admit.ts";
import type { ReadBody } from "../body.ts";
import { streamBody } from "../body-stream.ts";
import { createLane, createSharedLane, type Lane } from "../limits.ts";
import { readUnpacked } from "../unpack.ts";
import type { Admit, Report, Visit } from "../visit.ts";
import { notModified, tagsOf } from "./conditional.ts";
import { type Contract, loadContract, type Parts, type Route } from "./contract.ts";
import type { Recorder } from "../kept/recorder.ts";
import { type Came, recordRefusal, recordRepeat } from "./kept.ts";
import { OPERATIONS } from "./handlers/registry.ts";
import { linkOf } from "./link.ts";
import type { Answer, Call, Services, Upload } from "./operation.ts";
import { Problem, problemAnswer, problemOf } from "./problem.ts";
import { checkMediaType, isJson, parseJson, queryOf } from "./request.ts";
import { send, sendEmpty, sendLive, sendStream } from "./send.ts";

export interface RestOptions extends Omit<Services, "source" | "testing" | "uploading" | "importing"> {
  admit: Admit;
  identify: Identify;
  report: Report;
  recorder: Recorder;
  log: Log;
  /** The OpenAPI contract, YAML. */
  contractPath: string;
  /** Address partners use; the `source` of the CloudEvents, `/crossdesk` when there is none. */
  publicUrl?: string | null;
  readBody?: ReadBody;
}

export interface RestHandler {
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>;
  readonly contract: Contract;
}

const LIMIT_BYTES = 1024 * 1024;
const NO_BYTES = Buffer.alloc(0);
/** Each takes memory for a piece of its file, and what the connection holds. */
const UPLOADS = { atOnce: 32, waiting: 256, each: { atOnce: 8, waiting: 64 } };
const DOWNLOADS = 256;

/** What is known of a request so far, for its log line. */
interface Trace {
  startedAt: number;
  operation: string;
  visit: Visit | null;
  bytes: number;
  agent: string | undefined;
  /** What came, as far as it was read. */
  came: Came | null;
}

/** Reads the contract and makes the channel. Throws when contract and handlers do not fit. */
export function createRestHandler(options: RestOptions): RestHandler {
  const contract = loadContract(options.contractPath, OPERATIONS);
  // Reading a large mail takes memory many times its size, so few are read at once.
  const mails = createLane(2, 16);
  const services: Services = {
    door: options.door,
    views: options.views,
    site: options.site,
    applySite: options.applySite,
    readSite: options.readSite,
    receiveMail: (mailbox, raw, requestId) => mails(() => options.receiveMail(mailbox, raw, requestId)),
    interfaces: options.interfaces,
    keepRaw: options.keepRaw,
    keys: options.keys,
    attachments: options.attachments,
    files: options.files,
    persons: options.persons,
    uploading: createSharedLane(UPLOADS),
    exports: options.exports,
    passOver: options.passOver,
    importing: createLane(1, 16),
    // Each test has a process of its own for its expressions.
    testing: createLane(2, 16),
    feed: options.feed,
    source: options.publicUrl ?? "/crossdesk",
  };
  const take = createTake(contract, options);
  const downloads = createLane(DOWNLOADS, 0);
  return {
    contract,
    async handle(request, response) {
      const trace: Trace = {
        startedAt: performance.now(),
        operation: "unknown",
        visit: null,
        bytes: 0,
        came: null,
        agent: request.headers["user-agent"],
      };
      try {
        const { route, call } = await take(request, response, trace);
        const answer = await route.operation.handle(call, services);
        await sendAnswer({ request, response, trace, downloads, options }, notModified(request, answer) ?? answer);
      } catch (error) {
        sendProblem(error, { request, response, trace, options });
      }
    },
  };
}

/** Makes the reading of a request: cheap refusals first, and no byte of a body before its sender is known. */
function createTake(contract: Contract, { admit, readBody = readUnpacked, attachments }: RestOptions) {
  return async (request: IncomingMessage, response: ServerResponse, trace: Trace): Promise<{ route: Route; call: Call }> => {
    const { method = "", url: target = "" } = request;
    const end = target.indexOf("?");
    const { route, params } = contract.match(method, end < 0 ? target : target.slice(0, end));
    trace.operation = route.operationId;
    const admitted = admit(request);
    const visit = admitted instanceof Promise ? await admitted : admitted;
    trace.visit = visit;
    const came: Came = { method, target, params, mediaType: route.mediaType, raw: NO_BYTES, call: null };
    trace.came = came;
    checkRight(route, visit);
    const parts: Parts = { path: params, query: queryOf(target, route.lists), header: request.headers, cookie: {} };
    const { streams } = route.operation;
    const raw = route.mediaType === null || streams ? NO_BYTES : await takeBody(request, route, readBody);
    trace.bytes = raw.length;
    came.raw = raw;
    if (isJson(route.mediaType)) parts.requestBody = parseJson(raw);
    route.check(parts);
    const upload = streams ? takeStream(request, attachments.limitBytes, trace) : null;
    const idempotencyKey = (request.headers["idempotency-key"] as string | undefined) ?? null;
    const ifMatch = tagsOf(request.headers["if-match"]);
    const asked = { path: params, query: parts.query, json: parts.requestBody, raw, upload, idempotencyKey, ifMatch };
    const link = linkOf(request, response, async () => checkRight(route, await admit(request)));
    came.call = { visit, operationId: route.operationId, method, target, ...asked, link };
    return { route, call: came.call };
  };
}

/** Throws unless this kind of caller, with this credential, may ask for the operation at all (RFC 6750 section 3.1). */
function checkRight({ operation, scope }: Route, { caller, grant }: Visit): void {
  if (!operation.callers.includes(caller.kind)) throw new Failure("forbidden");
  if (allows(grant.scopes, scope)) return;
  const challenge = `Bearer realm="Crossdesk", error="insufficient_scope", scope="${scope}"`;
  throw new Problem("insufficient_scope", `It needs the scope ${scope}.`, {
    extra: { scope },
    headers: { "www-authenticate": challenge },
  });
}

function takeBody(request: IncomingMessage, { mediaType, operation }: Route, read: ReadBody): Promise<Buffer> {
  checkMediaType(request, mediaType ?? "");
  return read(request, operation.limitBytes ?? LIMIT_BYTES);
}

function takeStream(request: IncomingMessage, limitBytes: number, trace: Trace): Upload {
  checkMediaType(request, "*/*");
  const { "content-type": contentType, "content-disposition": disposition } = request.headers;
  const source = streamBody(request, limitBytes, (bytes) => {
    trace.bytes += bytes;
  });
  return { contentType, disposition, source };
}

interface Open {
  request: IncomingMessage;
  response: ServerResponse;
  trace: Trace;
  /** Bounds the files that are read at once. */
  downloads: Lane;
  options: RestOptions;
}

async function sendAnswer({ request, response, trace, downloads, options }: Open, answer: Answer): Promise<void> {
  const { visit, operation, bytes, agent, startedAt } = trace;
  const { status, repeated, task, event, queueMs } = answer;
  if (visit === null) throw new Error("an answer without a caller");
  let bytesOut = 0;
  let body: string | null = null;
  if ("stream" in answer) bytesOut = await downloads(() => sendStream(response, visit.requestId, answer));
  else if ("live" in answer) bytesOut = await sendLive(request, response, visit.requestId, answer);
  else if (!("body" in answer)) sendEmpty(response, visit.requestId, answer);
  else {
    const headers = { "content-type": "application/json", ...answer.headers };
    body = JSON.stringify(answer.body);
    bytesOut = send(response, visit.requestId, { status, headers, body });
  }
  const outcome = repeated ? "repeated" : "done";
  options.report(visit, { channel: "rest", operation, status, outcome, task, event, bytes, bytesOut, agent, queueMs }, startedAt);
  if (repeated && trace.came && body !== null)
    recordRepeat(options, { ...trace, visit, came: trace.came }, { status, contentType: "application/json", body, task, event });
}

interface Refused {
  request: IncomingMessage;
  response: ServerResponse;
  trace: Trace;
  options: RestOptions;
}

function sendProblem(error: unknown, { request, response, trace, options }: Refused): void {
  const { visit, operation, bytes, agent, startedAt } = trace;
  const who = visit ?? { ...options.identify(request), caller: null };
  const problem = problemOf(error);
  if (problem.code === "internal" || problem.code === "outcome_unknown") {
    const reason = error instanceof Failure && error.cause !== undefined ? error.cause : error;
    options.log("error", "rest.failed", { requestId: who.requestId, operation, error: errorText(reason) });
  }
  const answer = problemAnswer(problem, who.requestId);
  let bytesOut = 0;
  if (response.headersSent) response.destroy();
  else bytesOut = send(response, who.requestId, answer);
  const { status } = answer;
  options.report(who, { channel: "rest", operation, status, outcome: problem.code, bytes, bytesOut, agent }, startedAt);
  if (visit && trace.came) recordRefusal(options, { ...trace, visit, came: trace.came }, problem, answer);
}
