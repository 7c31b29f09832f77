// Finds the task a message names, as far as its sender may know of it. Never guesses between two.
import { isRefusal, refuse, trimmed } from "./commands/command.ts";
import type { Refusal } from "./errors.ts";
import type { Actor, TaskRef, World } from "./ports.ts";
import type { Task } from "./task.ts";

/** So many tasks of one reference are looked at; a reference used more often ("n/a") names nothing. */
export const MOST_CANDIDATES = 20;

/** A task and how the caller stands to it: `withdrawn` means a provider had it once and has it no longer. */
export interface Found {
  task: Task;
  standing: "holder" | "withdrawn" | "desk";
}

export function findTask(ref: TaskRef, caller: Actor, world: World): Found | Refusal {
  if (caller.kind !== "provider") return findForDesk(ref, world);
  const task = trimmed(ref.task) ? byName(ref.task, world) : byReference(ref.reference, caller.provider, world);
  if (task === undefined) return refuse(trimmed(ref.task) || trimmed(ref.reference) ? "unknown_task" : "task_required");
  if (isRefusal(task)) return task;
  if (!task.providers.includes(caller.provider)) return refuse("unknown_task");
  return { task, standing: task.provider === caller.provider ? "holder" : "withdrawn" };
}

function findForDesk(ref: TaskRef, world: World): Found | Refusal {
  const task = byName(ref.task, world);
  return task ? { task, standing: "desk" } : refuse("unknown_task");
}

function byName(name: string | null | undefined, world: World): Task | undefined {
  const wanted = trimmed(name);
  return wanted === null ? undefined : (world.taskByNumber(wanted) ?? world.taskByProcess(wanted));
}

function byReference(reference: string | null | undefined, provider: string, world: World): Task | Refusal | undefined {
  const wanted = trimmed(reference);
  if (wanted === null) return undefined;
  const all = world.tasksByReference(provider, wanted).filter((task) => task.references[provider] === wanted);
  const open = all.filter((task) => task.provider === provider && task.status !== "closed");
  if (all.length >= MOST_CANDIDATES) return refuse("ambiguous_reference");
  const candidates = open.length > 0 ? open : all;
  return candidates.length > 1 ? refuse("ambiguous_reference") : candidates[0];
}
