// One entry of a task's history elsewhere, as the event it becomes here. It starts no process and tells nobody.
import type { Directory } from "../directory.ts";
import {
  type Direction,
  type SignalName,
  TASK_EVENT_TYPES,
  type TaskChanges,
  type TaskDraft,
  type TaskEventType,
} from "../events.ts";
import type { Refusal } from "../errors.ts";
import type { Channel } from "../ports.ts";
import type { TaskFields, TaskStatus } from "../task.ts";
import { refuse, tooLong } from "./command.ts";
import { checkFields } from "./fields.ts";

/** What happened to the task elsewhere. Only what it brought is there. */
export interface HistoryEntry {
  /** Id of the event, by which a partner may know a process; drawn when absent. */
  id?: string;
  type: Exclude<TaskEventType, "task.attachment">;
  /** Milliseconds UTC. */
  at: number;
  /** In from the provider, Out to it; absent for the desk's own. */
  direction?: Direction;
  /** The provider that said it or was told. */
  provider?: string;
  /** By which way it came there. */
  channel?: Channel;
  status?: TaskStatus;
  group?: string;
  /** The provider that has the task from then on, null for none; by the group's present provider when absent. */
  holder?: string | null;
  /** The provider's number, first given here. */
  reference?: string;
  message?: { text: string; visibility: "internal" | "provider" };
  reason?: string;
  closed?: boolean;
  late?: boolean;
  fields?: Partial<TaskFields>;
}

/** Whether a history may have events of this type: files are not taken over with it. */
export function isHistoryType(type: string): type is HistoryEntry["type"] {
  return type !== "task.attachment" && TASK_EVENT_TYPES.some((one) => one === type);
}

/** Under which signal an event of a type goes, by its direction. */
const SIGNAL: Readonly<Record<string, SignalName>> = {
  "task.assigned Out": "submitRequest",
  "task.message Out": "updateOut",
  "task.solution_declined Out": "resolutionRejection",
  "task.closed Out": "closed",
  "task.withdrawn Out": "closed",
  "task.acknowledged In": "acknowledged",
  "task.message In": "updateIn",
  "task.solved In": "reassigned",
  "task.closed In": "reassigned",
  "task.returned In": "reassigned",
};

/** The event of an entry, or what is wrong with it. */
export function historyDraft(
  entry: HistoryEntry,
  { number, ticket }: { number: string; ticket: string },
  directory: Directory,
): TaskDraft | Refusal {
  const { id, type, direction, provider = null } = entry;
  const signal = direction === undefined ? null : (SIGNAL[`${type} ${direction}`] ?? null);
  const wrong = wrongWith(entry, signal);
  if (wrong) return wrong;
  const changes = changesOf(entry, directory);
  return {
    kind: "task",
    type,
    task: number,
    ticket,
    provider,
    signal,
    process: null,
    changes,
    ...(id === undefined ? {} : { id }),
  };
}

function wrongWith(entry: HistoryEntry, signal: SignalName | null): Refusal | null {
  const { type, direction, provider, reference, message, reason, fields } = entry;
  if (direction !== undefined && signal === null) return refuse("invalid_request", `A ${type} has no direction ${direction}.`);
  if (direction !== undefined && provider === undefined)
    return refuse("invalid_request", `A ${type} with a direction names its provider.`);
  if (reference !== undefined && provider === undefined)
    return refuse("invalid_request", `A ${type} with a reference names its provider.`);
  const named = fields?.subject === undefined ? { ...fields, subject: "-" } : fields;
  const values = checkFields({ ...named, subject: named.subject ?? "" });
  return (
    values ?? tooLong({ number: entry.group, reference, text: message?.text, reason }) ?? tooLong({ text: fields?.solution })
  );
}

/** What the entry changed. */
function changesOf(entry: HistoryEntry, directory: Directory): TaskChanges {
  const { at, channel = "import", status, group, holder, provider, reference, message, reason, closed, late, fields } = entry;
  const changes: TaskChanges = { imported: { at, channel } };
  if (status !== undefined) changes.status = status;
  if (group !== undefined) {
    changes.group = group;
    changes.provider = holder === undefined ? (directory.groups.get(group)?.provider ?? null) : holder;
  }
  if (reference !== undefined && provider !== undefined) changes.reference = { provider, value: reference };
  if (message) changes.message = message;
  if (reason !== undefined) changes.reason = reason;
  if (closed) changes.closed = closed;
  if (late) changes.late = late;
  if (fields) changes.fields = fields;
  return changes;
}
