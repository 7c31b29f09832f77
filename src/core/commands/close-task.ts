// Ticketing closes a task. While a provider has it, the provider is told.
import { statusAfter, type Task } from "../task.ts";
import type { TaskDraft } from "../events.ts";
import type { World } from "../ports.ts";
import { type CommandSpec, isRefusal, refuse, tooLong, trimmed } from "./command.ts";
import { deskTask, groupOf, outgoing } from "./desk.ts";

export interface CloseTask {
  type: "close_task";
  task: string;
  reason?: string | null;
}

export const closeTask: CommandSpec<CloseTask> = {
  callers: ["ticketing"],
  mostEvents: 1,
  writesFields: false,
  names: (command) => ({ task: { task: command.task } }),
  decide(command, context) {
    const long = tooLong({ reason: command.reason });
    if (long) return long;
    const task = deskTask({ task: command.task }, context);
    if (isRefusal(task)) return task;
    if (task.status === "closed") return refuse("task_closed");
    return [closing(task, trimmed(command.reason), context.world)];
  },
};

/** The event that closes an open task, and tells the provider that has it. */
export function closing(task: Task, reason: string | null, world: World): TaskDraft {
  const changes = { status: statusAfter("close", task.status, true), ...(reason === null ? {} : { reason }) };
  return outgoing({ task, group: groupOf(task, world) }, "task.closed", "closed", changes);
}
