// Reads a kept REST call again, as the channel reads one that comes, and gives again what was answered.
import { Failure } from "../../core/errors.ts";
import type { Caller, Door, Outcome } from "../../core/ports.ts";
import type { Again, KeptChannel } from "../kept/again.ts";
import type { MessageDetail } from "../../store/views/message-rows.ts";
import type { Grant } from "../visit.ts";
import type { Contract } from "./contract.ts";
import type { Answer, Call, Services } from "./operation.ts";
import { Problem } from "./problem.ts";
import { isJson, parseJson, queryOf } from "./request.ts";
import { pathOf } from "./take.ts";

function noLink(): never {
  throw new Failure("message_state", "It keeps its connection open, so it is not run again.");
}

/** What bounds a run is who may ask for it, and what its sender may do now. */
const EVERYTHING: Grant = { scopes: null, until: null, mark: null };

/** What can be done with the channel's kept calls. */
export function createKeptRest(contract: Contract, services: () => Services): KeptChannel {
  return {
    async run(again) {
      const outcomes: Outcome[] = [];
      const door: Door = {
        async execute(unit) {
          const outcome = await again.door.execute(unit);
          outcomes.push(outcome);
          return outcome;
        },
      };
      const { operation, call } = callOf(contract, again.message, again);
      await operation.handle(call, { ...services(), door });
      const last = outcomes.at(-1);
      if (last === undefined) throw new Failure("message_state", "It changes nothing, so it is not run again.");
      return last;
    },
    async answer(message, results) {
      const caller = callerOf(message);
      if (caller === null) return null;
      const given: Outcome = { status: "done", results, repeated: true };
      const raw = (await services().messages.bytes(message)) ?? Buffer.alloc(0);
      const answer = await unlessRefused(async (): Promise<Answer> => {
        const { operation, call } = callOf(contract, message, { caller, raw, task: null });
        return operation.handle(call, { ...services(), door: { execute: async () => given } });
      });
      if (answer === null || !("body" in answer)) return null;
      return { status: answer.status, contentType: "application/json", body: JSON.stringify(answer.body) };
    },
  };
}

/** Null for a call that cannot be read again as it is kept: what it was is shown nevertheless. */
async function unlessRefused<T>(work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Problem || (error instanceof Failure && error.class === "refused")) return null;
    throw error;
  }
}

function callOf(contract: Contract, { about }: MessageDetail, { caller, raw, task }: Pick<Again, "caller" | "raw" | "task">) {
  const method = about.method ?? "POST";
  const target = task === null ? about.place : placeOf(about.place, task);
  const { route, params } = matchKept(contract, { operation: about.operation, method, path: pathOf(target) });
  if (route.operation.streams) throw new Failure("message_state", "The bytes of a file are not kept with the call.");
  if (!route.operation.callers.includes(caller.kind)) throw new Failure("forbidden");
  const json = isJson(route.mediaType) ? parseJson(raw) : undefined;
  const parts = {
    path: params,
    query: queryOf(target, route.lists),
    header: {},
    cookie: {},
    ...(json === undefined ? {} : { requestBody: json }),
  };
  route.check(parts);
  const visit = { requestId: about.requestId ?? "", address: about.address ?? "", caller, grant: EVERYTHING };
  const asked = { path: params, query: parts.query, json, raw, upload: null, idempotencyKey: null, ifMatch: null };
  const asSent = { link: noLink, minimal: false, headers: {} };
  const call: Call = { visit, operationId: route.operationId, method, target, ...asked, ...asSent };
  return { operation: route.operation, call };
}

const ON_TASK = /^(\/v1\/tasks\/)[^/?]+/;

function placeOf(place: string, task: string): string {
  if (!ON_TASK.test(place)) throw new Failure("invalid_request", "task: the call is about no task, but about a ticket.");
  return place.replace(ON_TASK, (_, start) => start + encodeURIComponent(task));
}

/** The operation that was called. A path that was cut to be kept may be no path any more, or that of another operation. */
function matchKept(contract: Contract, { operation, method, path }: { operation: string; method: string; path: string }) {
  const found = attempt(() => contract.match(method, path));
  if (found?.route.operationId === operation) return found;
  throw new Failure("message_state", "Its path was longer than what is kept of one, so it is not run again.");
}

function attempt<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof Problem) return null;
    throw error;
  }
}

function callerOf({ caller }: MessageDetail): Caller | null {
  const { kind, provider, credential } = caller ?? {};
  if (kind === "provider" && provider && credential) return { kind, provider, credential };
  return kind === "ticketing" && credential ? { kind, credential } : null;
}
