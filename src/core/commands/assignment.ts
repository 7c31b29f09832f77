// Gives a task to a group: shared by creation and re-assignment.
import type { Group } from "../directory.ts";
import type { TaskDraft } from "../events.ts";
import { referenceOf, statusAfter, type Task } from "../task.ts";
import { internal, outgoing } from "./desk.ts";

/**
 * The event that puts `task` into `group`. The first assignment to an Integrated Group starts its New assignment process;
 * a later one does so when the provider has given a reference, or the group says so (manual of External Integrations).
 */
export function assigned(task: Task, group: Group, first: boolean): TaskDraft {
  const hasReference = group.provider !== null && referenceOf(task, group.provider) !== null;
  const changes = { status: statusAfter("assign", task.status, hasReference), group: group.name, provider: group.provider };
  const starts = first || hasReference || group.restartWithoutReference;
  const draft = outgoing({ task: { ...task, provider: group.provider }, group }, "task.assigned", "submitRequest", changes);
  return starts ? draft : { ...draft, signal: null, process: null };
}

/** The event that takes an open task away from the provider that has it; null when nobody outside has it. */
export function withdrawn(task: Task, from: Group | undefined): TaskDraft | null {
  if (task.provider === null || task.status === "closed") return null;
  const changes = { reason: "withdrawn" };
  const told = outgoing({ task, group: from }, "task.withdrawn", "closed", changes);
  return from?.closureOnWithdrawal === false ? { ...internal(task, "task.withdrawn", changes), provider: task.provider } : told;
}
