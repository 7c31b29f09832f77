// Ticketing gives a task to another group, or re-opens a closed one by giving it to a group again.
import { assigned, withdrawn } from "./assignment.ts";
import { type CommandSpec, isRefusal, refuse } from "./command.ts";
import { deskTask, groupOf } from "./desk.ts";

export interface AssignTask {
  type: "assign_task";
  task: string;
  group: string;
}

export const assignTask: CommandSpec<AssignTask> = {
  callers: ["ticketing"],
  mostEvents: 2,
  writesFields: false,
  names: (command) => ({ task: { task: command.task } }),
  decide(command, context) {
    const task = deskTask({ task: command.task }, context);
    if (isRefusal(task)) return task;
    const group = context.world.directory.groups.get(command.group);
    if (!group) return refuse("unknown_group");
    if (task.group === group.name && task.status !== "closed") return refuse("already_assigned");
    const away = task.provider === group.provider ? null : withdrawn(task, groupOf(task, context.world));
    const there = assigned(task, group, !task.heldBy.includes(group.name));
    return away ? [away, there] : [there];
  },
};
