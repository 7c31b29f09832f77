// The commands about a task that the tags and words of a mail stand for. Pure.
import type { Acknowledge } from "../../core/commands/acknowledge.ts";
import type { Outcome, Reassignment } from "../../core/commands/reassignment.ts";
import type { UpdateMessage } from "../../core/commands/update-message.ts";
import type { TaskRef } from "../../core/ports.ts";
import { readTime } from "./times.ts";
import { given, no, type Refused, strayTag, type Values } from "./values.ts";

/** The mail brings files for a task, and says nothing beside. */
export interface AddFiles extends TaskRef {
  type: "add_files";
}

/** What a provider says of a task by mail. */
export type TaskCommand = Acknowledge | UpdateMessage | Reassignment;

export type Action = "acknowledgement" | "update" | "reassignment";

/** How the command names its task, and the provider's time zone. */
export interface OnTask {
  names: { task?: string; reference?: string; ticket?: string; found?: boolean };
  timeZone: string;
}

type Made = { ok: true; commands: TaskCommand[] } | Refused;

/** What is wanted: as the tag Action says, else by the first tag that is filled. */
export function actionOf(values: Values, free: string): Action | Refused {
  const asked = values.action?.toLowerCase();
  if (asked !== undefined)
    return isAction(asked) ? asked : no("bad_tag", "Action is none of acknowledgement, update, reassignment.");
  if (values.solution !== undefined || values.status !== undefined) return "reassignment";
  if (values.message !== undefined) return "update";
  if (values.externalreference !== undefined) return "acknowledgement";
  return free === "" ? no("nothing_to_do") : "update";
}

function isAction(word: string): word is Action {
  return Object.hasOwn(COMMANDS, word);
}

const NOT_OF_UPDATES = ["solution", "status", "resolvedat", "reason"] as const;

export const COMMANDS: Record<Action, (values: Values, free: string, on: OnTask) => Made> = {
  acknowledgement(values, _free, { names }) {
    const stray = strayTag(values, NOT_OF_UPDATES);
    return stray ?? { ok: true, commands: [{ type: "acknowledge", ...names, ...given("message", values.message) }] };
  },
  update(values, free, { names }) {
    const stray = strayTag(values, NOT_OF_UPDATES);
    if (stray) return stray;
    const message = values.message ?? free;
    return message === "" ? no("nothing_to_do") : { ok: true, commands: [{ type: "update_message", ...names, message }] };
  },
  reassignment(values, free, { names, timeZone }) {
    const outcome = (values.status?.toLowerCase() ?? "solved") as Outcome;
    if (!["solved", "closed", "returned"].includes(outcome)) return no("bad_tag", "Status is none of solved, closed, returned.");
    const resolvedAt = values.resolvedat === undefined ? undefined : readTime(values.resolvedat, timeZone);
    if (resolvedAt === null) return no("bad_tag", "ResolvedAt is no date and time such as 2026-01-31T14:00:00Z.");
    // Untagged text stands in only for the one text the outcome cannot do without; a greeting must not become a solution.
    const solution = values.solution ?? (outcome === "solved" && free !== "" ? free : undefined);
    const reason = values.reason ?? (outcome === "returned" && free !== "" ? free : undefined);
    const texts = { ...given("solution", solution), ...given("resolvedAt", resolvedAt), ...given("reason", reason) };
    const message: TaskCommand[] =
      values.message === undefined ? [] : [{ type: "update_message", ...names, message: values.message }];
    return { ok: true, commands: [...message, { type: "reassignment", ...names, outcome, ...texts }] };
  },
};

/** Files alone, on the task that is named; a number seen in words names it only where nothing else does. */
export function filesAlone({ task, reference }: OnTask["names"]): { ok: true; commands: AddFiles[] } {
  return { ok: true, commands: [{ type: "add_files", ...(task === undefined ? given("reference", reference) : { task }) }] };
}

const OF_TASKS: readonly string[] = ["acknowledge", "update_message", "reassignment", "add_files"] satisfies (
  | TaskCommand
  | AddFiles
)["type"][];

/** Whether a command is about a task, and its sender's own word. */
export function isOnTask<C extends { type: string }>(command: C): command is Extract<C, TaskCommand | AddFiles> {
  return OF_TASKS.includes(command.type);
}
