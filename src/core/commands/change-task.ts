// Ticketing changes fields of a task. Its provider sees them when it reads the task: no process is started, only a text by hand does that.
import { type CommandSpec, isRefusal, refuse } from "./command.ts";
import { deskTask, internal } from "./desk.ts";
import { staleTask } from "./ticket.ts";
import { differing, mergeTask, type TaskPatch } from "./ticket-fields.ts";

export interface ChangeTask {
  type: "change_task";
  task: string;
  patch: TaskPatch;
  /** Tags of which one must be the present; null asks for none. */
  ifMatch?: readonly string[] | null;
}

/** What is so already leads to no event. */
export const changeTask: CommandSpec<ChangeTask> = {
  callers: ["ticketing"],
  mostEvents: 1,
  writesFields: true,
  names: ({ task }) => ({ task: { task } }),
  decide({ task: name, patch, ifMatch }, context) {
    const task = deskTask({ task: name }, context);
    if (isRefusal(task)) return task;
    const stale = staleTask(task.number, ifMatch, context.world);
    if (stale) return stale;
    const after = mergeTask(task.fields, patch);
    if (isRefusal(after)) return after;
    const fields = differing(task.fields, after);
    if (Object.keys(fields).length === 0) return [];
    return task.status === "closed" ? refuse("task_closed") : [internal(task, "task.changed", { fields })];
  },
};
