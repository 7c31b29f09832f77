// Ticketing closes a task. While a provider has it, the provider is told.
import { statusAfter } from "../task.ts";
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
    const reason = trimmed(command.reason);
    const changes = { status: statusAfter("close", task.status, true), ...(reason === null ? {} : { reason }) };
    return [outgoing({ task, group: groupOf(task, context.world) }, "task.closed", "closed", changes)];
  },
};
