// Ticketing declines the solution a provider reported: the task goes on with the provider.
import { currentReference, MOVES, statusAfter } from "../task.ts";
import { type CommandSpec, isRefusal, refuse, tooLong, trimmed } from "./command.ts";
import { deskTask, groupOf, outgoing } from "./desk.ts";

export interface DeclineSolution {
  type: "decline_solution";
  task: string;
  reason?: string | null;
}

export const declineSolution: CommandSpec<DeclineSolution> = {
  callers: ["ticketing"],
  mostEvents: 1,
  writesFields: false,
  names: (command) => ({ task: { task: command.task } }),
  decide(command, context) {
    const long = tooLong({ reason: command.reason });
    if (long) return long;
    const task = deskTask({ task: command.task }, context);
    if (isRefusal(task)) return task;
    if (!MOVES.decline.from.includes(task.status)) return refuse("not_solved");
    const status = statusAfter("decline", task.status, currentReference(task) !== null);
    const reason = trimmed(command.reason);
    const changes = { status, ...(reason === null ? {} : { reason }) };
    return [outgoing({ task, group: groupOf(task, context.world) }, "task.solution_declined", "resolutionRejection", changes)];
  },
};
