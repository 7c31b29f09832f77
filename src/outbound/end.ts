// How a delivery goes on after a try. Pure: outcome, schedule and dice in, the end as it is committed out.
import type { Command } from "../core/commands/registry.ts";
import type { DeliveryEnd, OutcomeClass } from "../core/ports.ts";
import type { System } from "../store/outgoing.ts";
import type { DueDelivery } from "../store/views/outgoing.ts";
import type { Try } from "./try.ts";

/** Says when to try again, in milliseconds UTC; null when the schedule is over. */
export type NextDue = (tries: number, retryAfterMs: number | null) => number | null;

/** The classes that are tried again by themselves. What may have arrived waits for an operator instead. */
const REPEATED: readonly OutcomeClass[] = ["transient"];

/** Nobody waits for what an operator has switched off or given to others. */
const PASSING: readonly string[] = ["no_mapping", "mapping_inactive", "not_theirs"];

/** The end of `one`, whatever it was. `now` in milliseconds UTC. */
export function endOf(
  one: Try,
  delivery: DueDelivery,
  system: System,
  { now, nextDue }: { now: number; nextDue: NextDue },
): DeliveryEnd {
  const holds = system.delivery.afterFailure === "hold";
  const tries = delivery.tries + 1;
  const end = { holds, tries, dueAt: now, holdSystem: null };
  if (one.kind === "nothing") return { ...end, state: "done", code: one.code, note: one.note };
  if (one.kind === "later") return again({ ...end, code: one.code, note: one.note }, nextDue(tries, null));
  if (one.kind === "unmade")
    return { ...end, holds: holds && !PASSING.includes(one.code), state: "rejected", code: one.code, note: one.note };
  const { class: kind, code, detail, retryAfterMs } = one.outcome;
  const told = { ...end, code, note: detail };
  if (kind === "done") return { ...told, state: "done" };
  if (kind === "gone")
    return { ...told, state: "rejected", holdSystem: "The partner answered 410 Gone: it wants no more calls at this address." };
  return again(told, REPEATED.includes(kind) ? nextDue(tries, retryAfterMs) : null);
}

/** Tried again when the schedule says so, or given up. */
function again(end: Omit<DeliveryEnd, "state">, dueAt: number | null): DeliveryEnd {
  return dueAt === null ? { ...end, state: "rejected" } : { ...end, state: "ready", dueAt };
}

/** What the answer's expressions read from it. */
export interface ReadAnswer {
  reference: string | null;
  update: string | null;
}

/** The commands an answer leads to, in the name of the System's provider. */
export function commandsOf(task: string | null, { reference, update }: ReadAnswer): Command[] {
  if (task === null) return [];
  const commands: Command[] = [];
  if (reference !== null) commands.push({ type: "acknowledge", task, reference, asked: true });
  if (update !== null) commands.push({ type: "update_message", task, message: update });
  return commands;
}
