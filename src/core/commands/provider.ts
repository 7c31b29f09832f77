// What the commands of providers have in common: whose task it is, its reference, and messages that come too late.
import type { SignalName, TaskChanges, TaskDraft, TaskEventType } from "../events.ts";
import { findTask } from "../find.ts";
import type { Refusal } from "../errors.ts";
import type { TaskRef, World } from "../ports.ts";
import { referenceOf, type Task } from "../task.ts";
import { type Context, isRefusal, refuse, tooLong, trimmed } from "./command.ts";

/** A task a provider may write to now, or one its message came too late for but is kept. */
export interface Place {
  task: Task;
  provider: string;
  late: boolean;
  /** The task is closed or was taken back, and the message counts all the same. */
  over?: boolean;
}

/**
 * Finds the task for a provider's message and applies the late rule of the group it was with. To what the desk asked itself
 * (`asked`) an answer is never too late.
 */
export function placeFor(ref: TaskRef, { caller, world }: Context, asked = false): Place | Refusal {
  if (caller.kind !== "provider") return refuse("forbidden");
  const long = tooLong({ number: ref.task, reference: ref.reference });
  if (long) return long;
  const found = findTask(ref, caller, world);
  if (isRefusal(found)) return found;
  const { task, standing } = found;
  if (differs(ref, task, caller.provider, world)) return refuse("names_differ");
  const withdrawn = standing === "withdrawn";
  if (!withdrawn && task.status !== "closed") return { task, provider: caller.provider, late: false };
  if (asked) return { task, provider: caller.provider, late: false, over: true };
  const groups = task.heldBy.map((name) => world.directory.groups.get(name));
  const group = groups.findLast((one) => one?.provider === caller.provider);
  if (group?.late === "keep") return { task, provider: caller.provider, late: true };
  return refuse(withdrawn ? "task_withdrawn" : "task_closed");
}

/** Whether the ticket named is another than the task's, or a reference found beside the task is another's or not the one known. */
function differs({ task: named, reference, ticket, found }: TaskRef, task: Task, provider: string, world: World): boolean {
  const wanted = trimmed(ticket);
  if (wanted !== null && wanted !== task.ticket) return true;
  const hit = found && trimmed(named) !== null ? trimmed(reference) : null;
  if (hit === null) return false;
  const known = referenceOf(task, provider);
  if (known !== null) return known !== hit;
  return world.tasksByReference(provider, hit).some((one) => one.number !== task.number && one.status !== "closed");
}

/** The changes every message of a provider may bring: its reference, when it differs from the one known. */
export function referenceChange(place: Place, reference: string | null | undefined): TaskChanges {
  const value = trimmed(reference);
  if (value === null || place.task.references[place.provider] === value) return {};
  return { reference: { provider: place.provider, value } };
}

/** An event that came in from the provider. */
export function incoming(place: Place, type: TaskEventType, signal: SignalName, changes: TaskChanges): TaskDraft {
  return {
    kind: "task",
    type,
    task: place.task.number,
    ticket: place.task.ticket,
    provider: place.provider,
    signal,
    process: null,
    changes: place.late ? wordsOf(changes) : changes,
  };
}

/** What is kept of a message that came too late: its words and files, no change of state. */
function wordsOf({ message, reference, reason, fields, closed, attachment }: TaskChanges): TaskChanges {
  const text = message?.text ?? fields?.solution;
  return {
    late: true,
    ...(text ? { message: { text, visibility: "provider" } } : {}),
    ...(reference ? { reference } : {}),
    ...(reason ? { reason } : {}),
    ...(closed ? { closed } : {}),
    ...(attachment ? { attachment } : {}),
  };
}
