// Carries one delivery out: the try, and its end, which is committed through the door together with what the partner answered.
// It never sends what is not, or no longer, meant for this System.
import { setTimeout as delay } from "node:timers/promises";
import type { Command } from "../core/commands/registry.ts";
import { Failure } from "../core/errors.ts";
import type { DeliveryWrite, Door, UnitInput } from "../core/ports.ts";
import type { Clock } from "../lib/clock.ts";
import type { ApiDefinition, Mapping, System } from "../store/outgoing.ts";
import type { DueDelivery } from "../store/views/outgoing.ts";
import type { EventView } from "../store/views/types.ts";
import { commandsOf, endOf, type NextDue, type ReadAnswer } from "./end.ts";
import type { Pace } from "./pace.ts";
import type { Parcel, TryOutcome } from "./ports.ts";
import { pack, type Try, type TryTools } from "./try.ts";

/** What the log is told of a try. */
export interface Tried {
  delivery: DueDelivery;
  event: EventView;
  end: DeliveryWrite["end"];
  ms: number;
}

export interface CarryOptions {
  tools: TryTools;
  door: Door;
  mappings(): ReadonlyMap<string, Mapping>;
  clock: Clock;
  nextDue: NextDue;
  onTried(tried: Tried): void;
  onError(error: unknown): void;
}

/** What all deliveries of a System share while they are carried out. */
export interface Carrier extends CarryOptions {
  system: System;
  pace: Pace;
  /** Aborted when what has not left yet is given back. */
  dropped: AbortController;
  /** Aborted when what is under way is cut. */
  cut: AbortController;
  /** Whether the System is held: by an operator, or because it said that it is gone. */
  held: boolean;
  /** Ends under way that hold the System, and those written: a look at the store that began before them is out of date. */
  holding: { underWay: number; written: number };
  /** Asked right before a request leaves. */
  mayLeave(): boolean;
}

/** Carries `delivery` out. Without its end being written it stays due, with the same id. */
export async function carry(carrier: Carrier, delivery: DueDelivery, event: EventView | undefined): Promise<void> {
  const startedAt = carrier.clock();
  const done = await tryOne(carrier, delivery, event);
  if (done === null) return;
  const end = endOf(done.one, delivery, carrier.system, { now: carrier.clock(), nextDue: carrier.nextDue });
  const attempt = done.one.kind === "sent" ? attemptOf(done.one.outcome, startedAt) : null;
  const { id, system, subject, attempts } = delivery;
  const written = await commitEnd(carrier, { kind: "delivery", id, system, subject, attempts, end, attempt }, done);
  if (done.one.kind === "sent" && done.one.outcome.class === "gone") held(carrier);
  if (event && written) carrier.onTried({ delivery, event, end, ms: done.one.kind === "sent" ? done.one.outcome.ms : 0 });
}

interface Done {
  one: Try;
  api: ApiDefinition | null;
  task: string | null;
  answer: ReadAnswer;
}

const NO_ANSWER: ReadAnswer = { reference: null, update: null };

function unmade(code: string, note: string): Done {
  return { one: { kind: "unmade", code, note }, api: null, task: null, answer: NO_ANSWER };
}

/** The try, or null when nothing left and nothing is to be written. */
async function tryOne(carrier: Carrier, delivery: DueDelivery, event: EventView | undefined): Promise<Done | null> {
  const { system, cut, dropped, pace, tools } = carrier;
  if (!event) return unmade("no_event", "The event is gone: it was purged.");
  const mapping = carrier.mappings().get(delivery.mapping);
  if (!mapping) return unmade("no_mapping", `The mapping ${delivery.mapping} is gone.`);
  if (!mapping.active) return unmade("mapping_inactive", `The mapping ${mapping.name} is switched off.`);
  const strange = whyStrange(system, mapping, event);
  if (strange !== null) return unmade("not_theirs", strange);
  const packed = await unless(dropped.signal, pack(tools, delivery, event, mapping));
  if (packed === null || (packed.kind === "later" && packed.code === "expressions_stopping")) return null;
  const task = event.task?.number ?? null;
  if (packed.kind !== "parcel") return { one: packed, api: null, task, answer: NO_ANSWER };
  const release = await pace.enter();
  if (release === null) return null;
  if (!carrier.mayLeave()) {
    release();
    return null;
  }
  const outcome = await packed.transport.send(packed.parcel, cut.signal);
  if (outcome.class === "gone") hold(carrier);
  release();
  // What was cut before it could have arrived did not happen; of anything else the end is written.
  if (cut.signal.aborted && outcome.class !== "done" && outcome.class !== "ambiguous") return null;
  const { api } = packed.parcel;
  return { one: { kind: "sent", outcome }, api, task, answer: await readAnswer(carrier, packed.parcel, outcome) };
}

/** At once, before the next may leave: a partner that is gone gets no more calls. The store hears of it with the end. */
function hold(carrier: Carrier): void {
  carrier.held = true;
  carrier.holding.underWay += 1;
}

function held({ holding }: Carrier): void {
  holding.underWay -= 1;
  holding.written += 1;
}

/** System and mapping may have changed since the delivery was made: what was meant for one partner never goes to another. */
function whyStrange(system: System, mapping: Mapping, event: EventView): string | null {
  if (mapping.system !== system.name) return `The mapping ${mapping.name} belongs to the System ${mapping.system} now.`;
  if (system.provider === null) return null;
  const concerned = event.provider ?? event.task?.provider ?? null;
  if (concerned === system.provider && event.direction !== "In") return null;
  return `The System belongs to the provider ${system.provider}, the event concerns ${concerned ?? "nobody outside"}.`;
}

/** What `work` gives, or null when the signal comes first; its result is then of no interest any more. */
function unless<T>(signal: AbortSignal, work: Promise<T>): Promise<T | null> {
  if (signal.aborted) return Promise.resolve(null);
  return new Promise((resolve, reject) => {
    const give = (): void => resolve(null);
    signal.addEventListener("abort", give, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", give));
  });
}

function attemptOf(outcome: TryOutcome, at: number): DeliveryWrite["attempt"] {
  const { ms, class: kind, code, detail, request, answer } = outcome;
  return { at, ms, class: kind, code, detail, request, answer };
}

/** What the partner's answer tells, by the expressions of the API definition. One that fails is no reason to send again. */
async function readAnswer({ tools, onError }: Carrier, { api, secrets }: Parcel, outcome: TryOutcome): Promise<ReadAnswer> {
  if (outcome.class !== "done" || outcome.parsed === null) return NO_ANSWER;
  const read = async (expression: string | null): Promise<string | null> => {
    if (expression === null) return null;
    const result = await tools.renderer.evaluate(expression, outcome.parsed);
    if ("ok" in result) return textOf(result.ok);
    // The words may quote the answer, which may echo a secret.
    onError(new Error(`the answer of ${tools.system.name} could not be read: ${secrets.mask(result.failed)}`));
    return null;
  };
  return { reference: await read(api.answer.reference), update: await read(api.answer.update) };
}

function textOf(value: unknown): string | null {
  if (typeof value === "number") return String(value);
  return typeof value === "string" && value.trim() !== "" ? value : null;
}

/** The end and what the answer leads to are one unit. What of the answer is refused is left out, and said. False when another ended it. */
async function commitEnd({ door, system }: Carrier, side: DeliveryWrite, { api, task, answer }: Done): Promise<boolean> {
  let commands: Command[] = system.provider === null ? [] : commandsOf(task, answer);
  const refused: string[] = [];
  for (;;) {
    const note = refused.length > 0 ? `Of the answer was refused: ${refused.join(", ")}.` : side.end.note;
    const told = { ...side, end: { ...side.end, note } };
    const unit: UnitInput = { commands, caller: callerOf(system), channel: api?.kind ?? "rest", side: told };
    const outcome = await insisting(() => door.execute(unit));
    if (outcome?.status !== "refused") return outcome !== null;
    const { index, refusal } = outcome;
    if (commands.length === 0)
      throw new Failure("internal", undefined, new Error(`the end of a delivery was refused: ${refusal.code}`));
    refused.push(`${commands[index]?.type ?? "it"} (${refusal.code})`);
    commands = commands.filter((_, place) => place !== index);
  }
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
