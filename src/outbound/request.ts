// One call of a partner over HTTP: guarded, bounded in time and bytes, redirects not followed, told how far it got.
// It judges nothing about what the answer means, and never rejects.
import { type ClientRequest, type IncomingMessage, request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import type { Guard, Target } from "./guard.ts";
import { AGENT_LIMITS, type AgentLimits, connectionTo, createAgents } from "./request-agents.ts";
import { type HttpAnswer, takeBody, toAnswer } from "./request-answer.ts";
import { createCourse, orStopped } from "./request-course.ts";
import { parseProxy } from "./request-tunnel.ts";

export interface HttpCall {
  method: string;
  /** http or https; it may hold secrets, so it is never part of an error. */
  url: string;
  headers: Readonly<Record<string, string>>;
  body: Uint8Array | null;
  /** For the whole exchange, from the look-up of the name to the last byte of the answer. */
  timeoutMs: number;
  /** Most bytes of the answer; 64 KiB unless told. */
  answerBytes?: number;
  signal?: AbortSignal;
}

/** Why there is no whole answer. Codes are stable; see `classify.ts` for what each leads to. */
export interface Trouble {
  code: TroubleCode;
  detail: string;
}

export type TroubleCode =
  | "forbidden_address"
  | "invalid_url"
  | "invalid_call"
  | "dns"
  | "connect"
  | "tls"
  | "proxy"
  | "timeout"
  | "aborted"
  | "reset"
  | "stale_connection"
  | "bad_answer";

export interface Exchange {
  /** Null when no head of an answer came. */
  answer: HttpAnswer | null;
  /** Null when the answer came, whole or cut at the limit of size. */
  trouble: Trouble | null;
  /** `nothing` of the request was sent; it was, in part at least, `sent`; or an answer has `begun`. */
  reached: "nothing" | "sent" | "begun";
  /** The address that was called; null when it was not reached. */
  address: string | null;
  /** Bytes of both bodies as they went over the line. */
  sentBytes: number;
  receivedBytes: number;
  /** Duration in milliseconds. */
  ms: number;
}

/** Makes calls over connections it keeps. */
export interface Requester {
  send(call: HttpCall): Promise<Exchange>;
  /** Ends all connections; calls under way end as `aborted` or `reset`. */
  close(): void;
}

export interface RequesterOptions {
  guard: Guard;
  /** `http://user:password@host:port`; null for straight to the partner. */
  proxy: string | null;
  /** Certificate authorities in PEM, instead of those Node trusts. */
  ca?: readonly string[];
  limits?: AgentLimits;
}

export const ANSWER_BYTES = 64 * 1024;
const HEAD_BYTES = 16 * 1024;
const MOST_HEADERS = 100;
/** Interim answers (1xx) before a final one; a real server sends one or two. */
const MOST_INTERIM = 10;

/** Makes a requester. Throws a `Failure` `invalid_request` for a proxy address that cannot be read. */
export function createRequester({ guard, proxy, ca, limits = AGENT_LIMITS }: RequesterOptions): Requester {
  const way = proxy === null ? null : parseProxy(proxy);
  const agents = createAgents({ proxy: way, ca, limits });

  const attempt = async (call: HttpCall, course: Course, target: Target): Promise<Exchange> => {
    const secure = new URL(call.url).protocol === "https:";
    const options = { ...headOf(call), ...connectionTo(target, course.signal), agent: secure ? agents.https : agents.http };
    let request: ClientRequest;
    try {
      request = secure ? httpsRequest(options) : httpRequest(options);
    } catch (error) {
      return course.fail("invalid_call", `The request cannot be made: ${(error as Error).message}`);
    }
    return exchange(request, call, course);
  };

  const run = async (call: HttpCall, course: Course): Promise<Exchange> => {
    const target = await orStopped(guard.check(call.url), course.signal);
    if (target === null) return course.stopped();
    if (!target.ok) return course.fail(target.code, target.detail);
    // A proxy asked to call itself would call itself again.
    if (way !== null && way.port === target.port && [target.host, ...target.addresses].includes(way.host)) {
      return course.fail("forbidden_address", "This is the forward proxy itself.");
    }
    const first = await attempt(call, course, target);
    if (first.trouble?.code !== "stale_connection" || first.reached !== "nothing" || course.signal.aborted) return first;
    agents.dropIdle(target);
    return attempt(call, course.again(), target);
  };

  return {
    async send(call) {
      const course = createCourse(call);
      try {
        return await run(call, course);
      } finally {
        course.end();
      }
    },
    close: () => agents.close(),
  };
}

type Course = ReturnType<typeof createCourse>;

function headOf({ method, url, headers, body }: HttpCall) {
  const { pathname, search } = new URL(url);
  const length = body !== null || /^(post|put|patch)$/i.test(method) ? { "Content-Length": String(body?.length ?? 0) } : {};
  return {
    method,
    path: pathname + search,
    headers: { "Accept-Encoding": "identity", ...headers, ...length },
    maxHeaderSize: HEAD_BYTES,
  };
}

/**
 * A kept connection may have been closed by the partner just now. Nothing is written before the event loop has turned once more,
 * in which the end of such a connection comes to light: then nothing was sent and a fresh one is safe. What is found dead only
 * after the request was written may have been read, so it is told as `stale_connection` and never repeated here.
 */
function afterTurn(act: () => void): void {
  setImmediate(() => setImmediate(act));
}

function exchange(request: ClientRequest, call: HttpCall, course: Course): Promise<Exchange> {
  return new Promise((resolve) => {
    let interim = 0;
    const settle = (end: () => Exchange): void => {
      // From the head of the answer on, its status counts whatever becomes of the rest: `receive` tells the end.
      if (!course.hasBegun()) resolve(end());
    };
    const stop = (): void => {
      settle(course.stopped);
      request.destroy();
    };
    course.signal.addEventListener("abort", stop, { once: true });
    if (course.signal.aborted) stop();
    request.maxHeadersCount = MOST_HEADERS;
    request.on("socket", (socket) => {
      course.onSocket(socket, request.reusedSocket);
      const write = (): void => {
        if (request.destroyed || socket.destroyed) return;
        course.written(call.body?.length ?? 0);
        request.end(call.body ?? undefined);
      };
      if (request.reusedSocket) afterTurn(write);
      else course.whenOpen(write);
    });
    request.on("information", () => {
      interim += 1;
      if (interim > MOST_INTERIM)
        request.destroy(Object.assign(new Error("too many interim answers"), { code: "CROSSDESK_INTERIM" }));
    });
    request.on("upgrade", (response: IncomingMessage) => {
      resolve(course.answered({ status: response.statusCode ?? 0, headers: {}, body: Buffer.alloc(0), end: "whole" }, 0));
      request.destroy();
    });
    request.on("response", (response) => void receive(response, call, course).then(resolve));
    request.on("error", (error) => settle(() => course.failed(error)));
    request.on("close", () => settle(() => course.failed(new Error("it was closed"))));
  });
}

async function receive(response: IncomingMessage, call: HttpCall, course: Course): Promise<Exchange> {
  const limit = call.answerBytes ?? ANSWER_BYTES;
  course.begun();
  const abandon = (): void => void response.destroy();
  course.signal.addEventListener("abort", abandon, { once: true });
  const taken = await takeBody(response, limit);
  return course.answered(await toAnswer(response, taken, limit), taken.bytes.length);
}
