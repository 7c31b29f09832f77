// Reads a request into a call: cheap refusals first, and no byte of a body before its sender is known.
import { Buffer } from "node:buffer";
import type { IncomingMessage, ServerResponse } from "node:http";
import { Failure } from "../../core/errors.ts";
import { allows } from "../../lib/scopes.ts";
import type { Attachments } from "../attachments.ts";
import type { ReadBody } from "../body.ts";
import { streamBody } from "../body-stream.ts";
import { countCall, type SpendCall } from "../quota.ts";
import { readUnpacked } from "../unpack.ts";
import type { Admission, Admit, Visit } from "../visit.ts";
import { checkAcceptable } from "./answer.ts";
import { tagsOf } from "./conditional.ts";
import type { Contract, Parts, Route } from "./contract.ts";
import type { Came } from "./kept.ts";
import { linkOf } from "./link.ts";
import type { Call, Upload } from "./operation.ts";
import { preference } from "./prefer.ts";
import { Problem } from "./problem.ts";
import { checkMediaType, isJson, parseJson, queryOf, targetOf } from "./request.ts";

const LIMIT_BYTES = 1024 * 1024;
const NO_BYTES = Buffer.alloc(0);

/** What is known of a request so far, for its log line. */
export interface Trace {
  startedAt: number;
  operation: string;
  visit: Visit | null;
  bytes: number;
  agent: string | undefined;
  /** What came, as far as it was read. */
  came: Came | null;
}

export interface TakeOptions {
  admit: Admit & Pick<Admission, "stillValid">;
  attachments: Pick<Attachments, "limitBytes">;
  readBody?: ReadBody;
  /** Counts the calls of each credential; absent where there is no limit. */
  spend?: SpendCall;
}

/** Reads a request, and notes what becomes known of it. Throws what it is refused with. */
export type Take = (request: IncomingMessage, response: ServerResponse, trace: Trace) => Promise<{ route: Route; call: Call }>;

export function createTake(contract: Contract, { admit, readBody: read = readUnpacked, attachments, spend }: TakeOptions): Take {
  return async (request, response, trace) => {
    const { method = "" } = request;
    const target = targetOf(request);
    const { route, params } = contract.match(method, pathOf(target));
    trace.operation = route.operationId;
    const admitted = admit(request);
    const visit = admitted instanceof Promise ? await admitted : admitted;
    trace.visit = visit;
    const came: Came = { method, target, params, mediaType: route.mediaType, raw: NO_BYTES, call: null };
    trace.came = came;
    countCall(spend, visit);
    checkRight(route, visit);
    const parts: Parts = { path: params, query: queryOf(target, route.lists), header: request.headers, cookie: {} };
    const { streams, secret } = route.operation;
    checkAcceptable(request, secret ?? false);
    const raw = route.mediaType === null || streams ? NO_BYTES : await takeBody(request, route, read);
    trace.bytes = raw.length;
    came.raw = raw;
    if (isJson(route.mediaType)) parts.requestBody = parseJson(raw);
    route.check(parts);
    const upload = streams ? takeStream(request, attachments.limitBytes, trace) : null;
    const link = linkOf(request, response, {
      stands: () => admit.stillValid(visit),
      enter: async () => checkRight(route, await admit(request)),
    });
    const call = { ...callOf(request, visit, parts), operationId: route.operationId, raw, upload, link };
    came.call = call;
    return { route, call };
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

/** The path of a target, as it was sent. */
export function pathOf(target: string): string {
  const end = target.indexOf("?");
  return end < 0 ? target : target.slice(0, end);
}

function callOf(
  request: IncomingMessage,
  visit: Visit,
  { path, query, requestBody: json }: Parts,
): Omit<Call, "operationId" | "raw" | "upload" | "link"> {
  const { method = "", headers } = request;
  const target = targetOf(request);
  const idempotencyKey = (headers["idempotency-key"] as string | undefined) ?? null;
  const minimal = preference(headers.prefer, "return") === "minimal";
  return { visit, method, target, path, query, json, idempotencyKey, ifMatch: tagsOf(headers["if-match"]), minimal, headers };
}

function takeBody(request: IncomingMessage, { mediaType, operation }: Route, read: ReadBody): Promise<Buffer> {
  checkMediaType(request, mediaType ?? "");
  return read(request, operation.limitBytes ?? LIMIT_BYTES);
}

function takeStream(request: IncomingMessage, limitBytes: number, trace: Trace): Upload {
  checkMediaType(request, "*/*");
  const { "content-type": contentType, "content-disposition": disposition } = request.headers;
  const digests = [request.headers["content-digest"], request.headers["repr-digest"]].flatMap((one) => one ?? []);
  const source = streamBody(request, limitBytes, (bytes) => {
    trace.bytes += bytes;
  });
  return { contentType, disposition, digests, source };
}
