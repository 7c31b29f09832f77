// The provider hands the task back: solved, closed by itself, or returned unsolved.
import type { TaskChanges } from "../events.ts";
import type { TaskRef } from "../ports.ts";
import { referenceOf, statusAfter } from "../task.ts";
import { type CommandSpec, type Context, isRefusal, refuse, tooLong, trimmed } from "./command.ts";
import { incoming, type Place, placeFor, referenceChange } from "./provider.ts";

export type Outcome = "solved" | "closed" | "returned";

export interface Reassignment extends TaskRef {
  type: "reassignment";
  outcome: Outcome;
  /** Required for `solved`, welcome for `closed`. */
  solution?: string | null;
  /** When it was solved, milliseconds UTC; the time of arrival when absent. */
  resolvedAt?: number | null;
  /** Required for `returned`. */
  reason?: string | null;
}

const EVENT = { solved: "task.solved", closed: "task.closed", returned: "task.returned" } as const;
const DEED = { solved: "solve", closed: "finish", returned: "return" } as const;

export const reassignment: CommandSpec<Reassignment> = {
  callers: ["provider"],
  mostEvents: 1,
  writesFields: true,
  names: (command) => ({ task: command }),
  decide(command, context) {
    const place = placeFor(command, context);
    if (isRefusal(place)) return place;
    const long = tooLong({ text: command.solution, reason: command.reason });
    if (long) return long;
    if (!isSensibleTime(command.resolvedAt))
      return refuse("invalid_request", "The time of resolution is not in the years 1970 to 9999.");
    if (command.outcome === "solved" && trimmed(command.solution) === null) return refuse("solution_required");
    if (command.outcome === "returned" && trimmed(command.reason) === null) return refuse("reason_required");
    const changes = { ...referenceChange(place, command.reference), ...outcomeChanges(command, place, context) };
    return [incoming(place, EVENT[command.outcome], "reassigned", changes)];
  },
};

const LAST_TIME = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

function isSensibleTime(time: number | null | undefined): boolean {
  return time === null || time === undefined || (time >= 0 && time <= LAST_TIME);
}

function outcomeChanges(command: Reassignment, place: Place, context: Context): TaskChanges {
  const { task } = place;
  const hasReference = referenceOf(task, place.provider) !== null;
  const status = statusAfter(DEED[command.outcome], task.status, hasReference);
  const changes: TaskChanges = { status };
  const reason = trimmed(command.reason);
  const solution = trimmed(command.solution);
  if (reason !== null) changes.reason = reason;
  if (command.outcome === "closed") changes.closed = true;
  if (command.outcome === "returned") return { ...changes, ...wayBack(place, context) };
  const resolvedAt = command.resolvedAt ?? (solution === null ? null : context.at);
  if (resolvedAt !== null) changes.fields = { ...(solution === null ? {} : { solution }), resolvedAt };
  return changes;
}

/** A task given back goes to the return group of the group it was with. */
function wayBack({ task }: Place, { world }: Context): TaskChanges {
  const group = world.directory.groups.get(task.group)?.returnGroup ?? task.group;
  return { group, provider: world.directory.groups.get(group)?.provider ?? null };
}
