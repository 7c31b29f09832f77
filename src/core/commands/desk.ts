// What the commands of ticketing have in common: the task they name, and events that go out to a provider.
import type { Group } from "../directory.ts";
import { SIGNALS, type SignalName, type TaskChanges, type TaskDraft, type TaskEventType } from "../events.ts";
import type { Refusal } from "../errors.ts";
import { findTask } from "../find.ts";
import type { TaskRef, World } from "../ports.ts";
import type { Task } from "../task.ts";
import { type Context, tooLong } from "./command.ts";

/** The task a desk command names, or why it cannot be had. */
export function deskTask(ref: TaskRef, context: Context): Task | Refusal {
  const long = tooLong({ number: ref.task });
  if (long) return long;
  const found = findTask(ref, context.caller, context.world);
  return "task" in found ? found.task : found;
}

export function groupOf(task: Task, world: World): Group | undefined {
  return world.directory.groups.get(task.group);
}

/** An event of the desk's own, without a word to anybody outside. */
export function internal(task: Task, type: TaskEventType, changes: TaskChanges): TaskDraft {
  return { kind: "task", type, task: task.number, ticket: task.ticket, provider: null, signal: null, process: null, changes };
}

/** A task and the group it is with. */
export interface Holding {
  task: Task;
  group: Group | undefined;
}

/** An event for the provider that has the task: it starts the group's process. Without a provider it stays the desk's own. */
export function outgoing({ task, group }: Holding, type: TaskEventType, signal: SignalName, changes: TaskChanges): TaskDraft {
  const draft = internal(task, type, changes);
  if (task.provider === null) return draft;
  const step = SIGNALS[signal].process;
  const process = step !== null && group?.provider === task.provider ? group.processes[step] : null;
  return { ...draft, provider: task.provider, signal, process };
}
