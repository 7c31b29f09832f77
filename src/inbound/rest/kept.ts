// What of a REST call is kept: the words about tasks and tickets, never those about the site or credentials, and what was answered.
import { FAILURES, type FailureCode } from "../../core/errors.ts";
import type { GivenAnswer, MessageAbout, RawForm } from "../../core/messages.ts";
import type { TaskRef } from "../../core/ports.ts";
import { type Masked, maskKeys, maskKeysIn } from "../kept/mask.ts";
import type { KeepRaw } from "../kept/raw-form.ts";
import type { Keep, Recorder } from "../kept/recorder.ts";
import type { Visit } from "../visit.ts";
import { keyOf, type Sent } from "./duplicate-key.ts";
import type { Call } from "./operation.ts";
import type { Problem } from "./problem.ts";

/** What came, as far as it was read: for calls that end before their operation as well. */
export interface Came {
  method: string;
  target: string;
  params: Readonly<Record<string, string>>;
  mediaType: string | null;
  raw: Buffer;
  call: Call | null;
}

/** A call of somebody who was let in. */
interface Known {
  visit: Visit;
  operation: string;
  came: Came;
}

interface Parts {
  keepRaw: KeepRaw;
  recorder: Recorder;
}

/** Calls that carry a message. Others may hold secrets of the site, or nothing that could be lost. */
const MESSAGES = /^\/v1\/(?:tasks|tickets)(?:[/?]|$)/;
const isMessage = ({ method, target }: Came): boolean => method !== "GET" && method !== "HEAD" && MESSAGES.test(target);

const CREATED = 201;
const CHANGED = 200;
const NOTHING: Masked = { bytes: Buffer.alloc(0), masked: false };

/** The form in which a call is kept with its event. A file that was sent up is the attachment itself. */
export function rawOf(keepRaw: KeepRaw, call: Sent): RawForm {
  const patch = call.method === "PATCH";
  const json = patch ? "application/merge-patch+json" : "application/json";
  const mediaType = call.upload === null ? json : (call.upload.contentType ?? null);
  const about = aboutOf(
    { visit: call.visit, operation: call.operationId, came: { ...call, mediaType } },
    patch ? CHANGED : CREATED,
  );
  return keepRaw(about, call.upload === null ? maskKeys(call.raw) : NOTHING);
}

type Told = Pick<Came, "method" | "target" | "mediaType">;

function aboutOf({ visit, operation, came }: { visit: Visit; operation: string; came: Told }, status: number): MessageAbout {
  const { method, target, mediaType } = came;
  const { requestId, address } = visit;
  const type = mediaType === null ? {} : { contentType: maskKeysIn(mediaType.slice(0, 255)) };
  return { operation, place: maskKeysIn(target.slice(0, 2000)), requestId, address, method, ...type, status };
}

/** Hands a call that was answered before to the recorder. */
export function recordRepeat(
  parts: Parts,
  known: Known,
  answer: GivenAnswer & { task: string | null | undefined; event: string | null | undefined },
): void {
  if (!isMessage(known.came)) return;
  const { task = null, event = null, ...given } = answer;
  parts.recorder.keep({ kind: "repeated", code: null, detail: null, task, event, ...keptOf(parts, known, given) });
}

/** Hands a call that was refused to the recorder. What is answered "again later" comes again. */
export function recordRefusal(
  parts: Parts,
  known: Known,
  { code, detail }: Problem,
  { status, body }: { status: number; body: string },
): void {
  const kind = Object.hasOwn(FAILURES, code) ? FAILURES[code as FailureCode].class : "refused";
  if (!isMessage(known.came) || kind !== "refused") return;
  const answer = { status, contentType: "application/problem+json", body };
  parts.recorder.keep({ kind: "refused", code, detail: detail ?? null, event: null, ...keptOf(parts, known, answer) });
}

function keptOf(
  { keepRaw }: Parts,
  known: Known,
  answer: GivenAnswer,
): Pick<Keep, "channel" | "caller" | "named" | "raw" | "answer"> {
  const { visit, came } = known;
  const key = came.call?.idempotencyKey ? keyOf(came.call) : undefined;
  const raw = keepRaw({ ...aboutOf(known, answer.status), ...(key ? { key } : {}) }, maskKeys(came.raw));
  return { channel: "rest", caller: visit.caller, named: namedBy(came), raw, answer };
}

function namedBy({ params, call }: Came): TaskRef {
  const { externalReference } = (call?.json ?? {}) as { externalReference?: unknown };
  return { task: params.taskId ?? null, reference: typeof externalReference === "string" ? externalReference : null };
}
