// Carries the deliveries of one System out: takes what is due, tries it, and commits the end through the door, together with what the
// partner answered. Order within a task is kept by the store; here only one try of a delivery is ever under way.
import { setTimeout as delay } from "node:timers/promises";
import { Failure } from "../core/errors.ts";
import type { Door, DeliveryWrite, UnitInput } from "../core/ports.ts";
import type { Clock } from "../lib/clock.ts";
import { startWorker, type Worker } from "../lib/worker.ts";
import type { ApiDefinition, Mapping, System } from "../store/outgoing.ts";
import type { DueDelivery, OutgoingViews } from "../store/views/outgoing.ts";
import type { EventView } from "../store/views/types.ts";
import { commandsOf, endOf, type NextDue, type ReadAnswer } from "./end.ts";
import { createPace, type Pace } from "./pace.ts";
import type { TryOutcome } from "./ports.ts";
import { pack, type Try, type TryTools } from "./try.ts";

/** What the log is told of a try. */
export interface Tried {
  delivery: DueDelivery;
  event: EventView;
  end: DeliveryWrite["end"];
  ms: number;
}

export interface DeliverOptions {
  tools: TryTools;
  door: Door;
  views: Pick<OutgoingViews, "due" | "eventsAt">;
  mappings(): ReadonlyMap<string, Mapping>;
  clock: Clock;
  nextDue: NextDue;
  /** Whether this process may work for the System now; another holds the lease when not. */
  lease?: () => Promise<boolean>;
  onTried(tried: Tried): void;
  onError(error: unknown): void;
}

/** How long the deliveries of other processes, and retries that have come due, wait to be noticed at most, in milliseconds. */
const POLL_MS = 500;
/** Read and rendered ahead of the sending, for each try that may be under way. */
const AHEAD = 4;
const FEWEST_AHEAD = 32;
/** How long a stop lets tries under way go on, in milliseconds. A try cut short is made again at the next start, with the same id. */
const GRACE_MS = 4000;

interface Work extends DeliverOptions {
  system: System;
  taken: Map<number, Promise<void>>;
  pace: Pace;
  window: number;
  cut: AbortController;
  wake(): void;
}

/** Starts the loop of one System. `wake` it when it has new deliveries. */
export function startDeliveries(options: DeliverOptions): Worker {
  const { system } = options.tools;
  const { inFlight, perSecond } = system.delivery;
  const work: Work = {
    ...options,
    system,
    taken: new Map(),
    pace: createPace(inFlight, perSecond),
    window: Math.max(FEWEST_AHEAD, inFlight * AHEAD),
    cut: new AbortController(),
    wake: () => worker.wake(),
  };
  const worker = startWorker({
    name: `deliveries to ${system.name}`,
    pollMs: POLL_MS,
    run: (signal) => takeNext(work, signal),
    onError: options.onError,
  });
  return {
    ...worker,
    async stop() {
      await worker.stop();
      work.pace.close();
      const cut = setTimeout(() => work.cut.abort(), GRACE_MS);
      await Promise.all(work.taken.values());
      clearTimeout(cut);
    },
  };
}

/** Takes what is due, as far as there is room; what is under way already is passed over. */
async function takeNext(work: Work, signal: AbortSignal): Promise<void> {
  if (work.taken.size > work.window / 2 || (work.lease && !(await work.lease()))) return;
  // What ends while the queue is read may stand in what was read as it was before: sending it again would be one time too many.
  const busy = new Set(work.taken.keys());
  const rows = await work.views.due(work.system.name, work.clock(), busy.size + work.window);
  const fresh = rows.filter(({ id }) => !busy.has(id)).slice(0, work.window);
  if (fresh.length === 0 || signal.aborted) return;
  const events = await work.views.eventsAt(fresh.map((one) => one.position));
  for (const delivery of fresh) {
    const carried = carry(work, delivery, events.get(delivery.position))
      .catch(work.onError)
      .finally(() => {
        work.taken.delete(delivery.id);
        if (work.taken.size <= work.window / 2) work.wake();
      });
    work.taken.set(delivery.id, carried);
  }
}

async function carry(work: Work, delivery: DueDelivery, event: EventView | undefined): Promise<void> {
  const startedAt = work.clock();
  const mapping = work.mappings().get(delivery.mapping);
  const done = event && mapping?.active ? await tryOne(work, delivery, event, mapping) : unmade(delivery, event);
  // Cut short by a stop: nothing is written, so that it is tried again with the same id.
  if (done === null || work.cut.signal.aborted) return;
  const end = endOf(done.one, delivery, work.system, { now: work.clock(), nextDue: work.nextDue });
  const attempt = done.one.kind === "sent" ? attemptOf(done.one.outcome, startedAt) : null;
  const { id, system, subject, attempts } = delivery;
  await commitEnd(work, { kind: "delivery", id, system, subject, attempts, end, attempt }, done);
  if (event) work.onTried({ delivery, event, end, ms: done.one.kind === "sent" ? done.one.outcome.ms : 0 });
}

interface Done {
  one: Try;
  api: ApiDefinition | null;
  task: string | null;
  answer: ReadAnswer;
}

const NO_ANSWER: ReadAnswer = { reference: null, update: null };

function unmade({ mapping }: DueDelivery, event: EventView | undefined): Done {
  const [code, note] = event
    ? ["no_mapping", `The mapping ${mapping} is gone or not active.`]
    : ["no_event", "The event is gone: it was purged."];
  return { one: { kind: "unmade", code, note }, api: null, task: null, answer: NO_ANSWER };
}

async function tryOne(work: Work, delivery: DueDelivery, event: EventView, mapping: Mapping): Promise<Done | null> {
  const packed = await pack(work.tools, delivery, event, mapping);
  const task = event.task?.number ?? null;
  if (packed.kind === "later" && packed.code === "expressions_stopping") return null;
  if (packed.kind !== "parcel") return { one: packed, api: null, task, answer: NO_ANSWER };
  const { api } = packed.parcel;
  const release = await work.pace.enter();
  if (release === null) return null;
  const outcome = await packed.transport.send(packed.parcel, work.cut.signal).finally(release);
  return { one: { kind: "sent", outcome }, api, task, answer: await readAnswer(work, api, outcome) };
}

function attemptOf(outcome: TryOutcome, at: number): DeliveryWrite["attempt"] {
  const { ms, class: kind, code, detail, request, answer } = outcome;
  return { at, ms, class: kind, code, detail, request, answer };
}

/** What the partner's answer tells, by the expressions of the API definition. One that fails is no reason to send again. */
async function readAnswer({ tools, onError }: Work, api: ApiDefinition | null, outcome: TryOutcome): Promise<ReadAnswer> {
  if (!api || outcome.class !== "done" || outcome.parsed === null) return NO_ANSWER;
  const read = async (expression: string | null): Promise<string | null> => {
    if (expression === null) return null;
    const result = await tools.renderer.evaluate(expression, outcome.parsed);
    if ("ok" in result) return textOf(result.ok);
    onError(new Error(`the answer of ${tools.system.name} could not be read: ${result.failed}`));
    return null;
  };
  return { reference: await read(api.answer.reference), update: await read(api.answer.update) };
}

function textOf(value: unknown): string | null {
  if (typeof value === "number") return String(value);
  return typeof value === "string" && value.trim() !== "" ? value : null;
}

/** The end and what the answer leads to are one unit. When the answer is refused the end stands alone, and says so. */
async function commitEnd({ door, system }: Work, side: DeliveryWrite, { api, task, answer }: Done): Promise<void> {
  const commands = system.provider === null ? [] : commandsOf(task, answer);
  const unit: UnitInput = { commands, caller: callerOf(system), channel: api?.kind ?? "rest", side };
  const outcome = await insisting(() => door.execute(unit));
  if (outcome?.status !== "refused") return;
  // What was not refused is taken over without the rest: a reference, when its update came too late.
  const taken = commands.slice(0, outcome.index);
  const note = `The answer could not be taken over: ${outcome.refusal.code}.`;
  await insisting(() => door.execute({ ...unit, commands: taken, side: { ...side, end: { ...side.end, note } } }));
}

const MOST_COMMITS = 20;
const COMMIT_PAUSE_MS = 100;

/**
 * Commits although the store is busy or out of reach for a while: the partner has the message already. The guard makes a second
 * commit of the same end harmless, so what may have been stored is stored again; null when it was, or another has ended it.
 */
async function insisting<T>(commit: () => Promise<T>): Promise<T | null> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await commit();
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      if (error.code === "guard_lost") return null;
      if (error.class === "permanent" || attempt === MOST_COMMITS) throw error;
      await delay(COMMIT_PAUSE_MS * attempt);
    }
  }
}

function callerOf({ name, provider }: System): UnitInput["caller"] {
  return provider === null ? { kind: "gateway" } : { kind: "provider", provider, credential: `system:${name}` };
}
