// The REST channel: from a raw request to an answer and one log line. Every refusal goes through one place.
import type { IncomingMessage, ServerResponse } from "node:http";
import { Failure } from "../../core/errors.ts";
import { errorText, type Log } from "../../lib/log.ts";
import type { Identify } from "../admit.ts";
import type { MarkOrigin } from "../cors.ts";
import { acceptableCodings } from "../encoding.ts";
import { createLane, createSharedLane, type Lane } from "../limits.ts";
import { quotaHeaders } from "../quota.ts";
import type { Report, Visit } from "../visit.ts";
import { type Asked, sendableOf } from "./answer.ts";
import { type Contract, loadContract } from "./contract.ts";
import type { Recorder } from "../kept/recorder.ts";
import { recordRefusal, recordRepeat } from "./kept.ts";
import type { KeptChannel, MessageDesk } from "../kept/again.ts";
import { createKeptRest } from "./again.ts";
import { OPERATIONS } from "./handlers/registry.ts";
import type { Answer, Services } from "./operation.ts";
import { Problem, problemAnswer, problemOf } from "./problem.ts";
import { targetOf } from "./request.ts";
import { createRunningKeys } from "./running-keys.ts";
import { type Marks, send, sendLive, sendStream } from "./send.ts";
import { createTake, pathOf, type TakeOptions, type Trace } from "./take.ts";

type Given = Omit<Services, "source" | "testing" | "uploading" | "importing" | "desk">;

export interface RestOptions extends Given, Omit<TakeOptions, "attachments"> {
  identify: Identify;
  report: Report;
  recorder: Recorder;
  /** Makes what administrators do with kept messages, those of this channel among them. */
  createDesk(rest: KeptChannel): MessageDesk;
  log: Log;
  /** The OpenAPI contract, YAML. */
  contractPath: string;
  /** Address partners use; the `source` of the CloudEvents, `/crossdesk` when there is none. */
  publicUrl?: string | null;
  /** Lets pages of other origins in; null or absent for none. */
  markOrigin?: MarkOrigin | null;
}

export interface RestHandler {
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>;
  readonly contract: Contract;
}

/** Each takes memory for a piece of its file, and what the connection holds. */
const UPLOADS = { atOnce: 32, waiting: 256, each: { atOnce: 8, waiting: 64 } };
const DOWNLOADS = 256;

/** Reads the contract and makes the channel. Throws when contract and handlers do not fit. */
export function createRestHandler(options: RestOptions): RestHandler {
  const contract = loadContract(options.contractPath, OPERATIONS);
  // Reading a large mail takes memory many times its size, so few are read at once.
  const mails = createLane(2, 16);
  const base: Omit<Services, "desk"> = {
    door: options.door,
    views: options.views,
    site: options.site,
    applySite: options.applySite,
    readSite: options.readSite,
    receiveMail: (mailbox, raw, requestId) => mails(() => options.receiveMail(mailbox, raw, requestId)),
    mailboxStates: options.mailboxStates,
    mailAnswers: options.mailAnswers,
    interfaces: options.interfaces,
    keepRaw: options.keepRaw,
    keys: options.keys,
    messages: options.messages,
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
  const services: Services = { ...base, desk: options.createDesk(createKeptRest(contract, () => services)) };
  const take = createTake(contract, options);
  const downloads = createLane(DOWNLOADS, 0);
  const running = createRunningKeys();
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
        if (request.method === "OPTIONS") return answerOptions(contract, { request, response, trace, options });
        options.markOrigin?.(request, response);
        const { route, call } = await take(request, response, trace);
        const handle = () => route.operation.handle(call, services);
        const answer = await (route.takesKey && call.idempotencyKey !== null ? running(call, handle) : handle());
        const asked = { request, call, secret: route.operation.secret ?? false };
        await sendAnswer({ response, trace, downloads, asked, options }, answer);
      } catch (error) {
        sendProblem(error, { request, response, trace, options });
      }
    },
  };
}

/** What a path takes, told to anybody, as a browser asks before it shows credentials. The contract is no secret. */
function answerOptions(contract: Contract, { request, response, trace, options }: Refused): void {
  const allow = contract.allowed(pathOf(targetOf(request)));
  const who = { ...options.identify(request), caller: null };
  options.markOrigin?.(request, response, allow);
  send(response, marksOf(who.requestId, null), { status: 204, headers: { allow }, body: null });
  const { startedAt, agent } = trace;
  options.report(
    who,
    { channel: "rest", operation: "options", status: 204, outcome: "done", bytes: 0, bytesOut: 0, agent },
    startedAt,
  );
}

interface Open {
  response: ServerResponse;
  trace: Trace;
  asked: Asked;
  /** Bounds the files that are read at once. */
  downloads: Lane;
  options: RestOptions;
}

function marksOf(requestId: string, visit: Visit | null): Marks {
  return { "x-request-id": requestId, ...(visit?.quota ? quotaHeaders(visit.quota) : {}) };
}

async function sendAnswer(open: Open, answer: Answer): Promise<void> {
  const { trace, options, response } = open;
  const { visit, operation, bytes, agent, startedAt } = trace;
  const { repeated, task, event, queueMs } = answer;
  if (visit === null) throw new Error("an answer without a caller");
  const bytesOut = await sendKind(open, answer, marksOf(visit.requestId, visit));
  const { statusCode: status } = response;
  const outcome = repeated ? "repeated" : "done";
  options.report(visit, { channel: "rest", operation, status, outcome, task, event, bytes, bytesOut, agent, queueMs }, startedAt);
  if (!repeated || !trace.came || !("body" in answer)) return;
  const told = { status, contentType: "application/json", body: JSON.stringify(answer.body), task, event };
  recordRepeat(options, { ...trace, visit, came: trace.came }, told);
}

/** Gives the bytes of the body. */
async function sendKind({ response, downloads, asked }: Open, answer: Answer, marks: Marks): Promise<number> {
  if ("body" in answer) return send(response, marks, await sendableOf(answer, asked));
  if ("live" in answer) return sendLive(asked.request, response, marks, answer);
  if (!("stream" in answer)) return send(response, marks, { status: answer.status, headers: answer.headers ?? {}, body: null });
  // Files are mostly packed already, and their ranges are of the bytes as they are.
  const coding = asked.request.headers["accept-encoding"];
  if (!acceptableCodings(coding === undefined ? coding : String(coding)).identity) throw new Problem("not_acceptable");
  return downloads(() => sendStream(response, marks, answer));
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
  const answer = problemAnswer(problem, who.requestId, bearerSays(request, options));
  let bytesOut = 0;
  if (response.headersSent) response.destroy();
  else bytesOut = send(response, marksOf(who.requestId, visit), answer);
  const { status } = answer;
  options.report(who, { channel: "rest", operation, status, outcome: problem.code, bytes, bytesOut, agent }, startedAt);
  if (visit && trace.came) recordRefusal(options, { ...trace, visit, came: trace.came }, problem, answer);
}

/** That what was shown as a bearer token is none that is taken, and where those come from that are. */
function bearerSays({ headers }: IncomingMessage, { site, publicUrl }: RestOptions): string[] {
  const shown = /^bearer /i.test(headers.authorization ?? "") ? ['error="invalid_token"'] : [];
  if (!publicUrl || site().issuers.size === 0) return shown;
  return [...shown, `resource_metadata="${publicUrl.replace(/\/$/, "")}/.well-known/oauth-protected-resource"`];
}
