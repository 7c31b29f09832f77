// Takes over a task from another gateway: its history as it was there, then what the history leaves open, so that folding gives
// the record's state. It starts no process. A task that is here already is compared, and changed only when that is asked for.
import { applyEvent } from "../apply.ts";
import type { TaskChanges, TaskDraft } from "../events.ts";
import type { Refusal } from "../errors.ts";
import type { Task, TaskFields, TaskStatus } from "../task.ts";
import { type CommandSpec, type Context, isRefusal, refuse, tooLong, trimmed } from "./command.ts";
import { checkFields } from "./fields.ts";
import { type HistoryEntry, historyDraft } from "./import-history.ts";

/** A number a provider had for the task; the last of each provider is the one in force. */
export interface ImportedReference {
  provider: string;
  reference: string;
  /** Milliseconds UTC; when the task was opened where absent. */
  since?: number;
}

export interface ImportTask {
  type: "import_task";
  number: string;
  /** Number of the ticket, which is here already. */
  ticket: string;
  status: TaskStatus;
  group: string;
  fields: Partial<TaskFields> & { subject: string };
  references: readonly ImportedReference[];
  /** Milliseconds UTC; the time of the import when absent. */
  createdAt?: number;
  /** Oldest first. */
  history: readonly HistoryEntry[];
  /** Whether a task that is here already becomes what the record says. */
  update: boolean;
}

export const importTask: CommandSpec<ImportTask> = {
  callers: ["administrator", "gateway"],
  mostEvents: 1,
  // One for the beginning, one for each entry and reference, and one for what they leave open.
  eventsOf: ({ history, references }) => history.length + references.length + 2,
  writesFields: true,
  names: (command) => ({ ticket: command.ticket, newTask: command.number }),
  decide(command, context) {
    const wrong = wrongWith(command, context);
    if (wrong) return wrong;
    const there = context.world.taskByNumber(command.number);
    if (there) return compared(there, command, context);
    const history = historyOf(command, context);
    if (!Array.isArray(history)) return history;
    if (!context.world.ticketByNumber(command.ticket)) return refuse("unknown_ticket", `No ticket ${command.ticket} is here.`);
    return [...history, ...remaining(fold(history), command, context)];
  },
};

function startsItself([first]: readonly HistoryEntry[]): boolean {
  return first?.type === "task.created";
}

function wrongWith(command: ImportTask, { world }: Context): Refusal | null {
  const { number, ticket, group, fields, references } = command;
  if (trimmed(number) !== number) return refuse("invalid_request", "The number is empty or has white space around it.");
  const wrong = tooLong({ number, text: fields.solution }) ?? tooLong({ number: ticket }) ?? checkFields(fields);
  if (wrong) return wrong;
  if (!world.directory.groups.has(group)) return refuse("unknown_group", `Set up the group ${group} first, or name another.`);
  for (const { provider, reference } of references) {
    if (!world.directory.providers.has(provider))
      return refuse("invalid_request", `Set up the provider ${provider} first: there is none of this name.`);
    const long = trimmed(reference) === null ? refuse("reference_required") : tooLong({ reference });
    if (long) return long;
  }
  return null;
}

/** The events of the history. One that does not begin with the task's creation is given that beginning. */
function historyOf(command: ImportTask, { world, at }: Context): TaskDraft[] | Refusal {
  const { history, createdAt, group, fields } = command;
  const since = createdAt ?? history[0]?.at ?? at;
  const beginning: HistoryEntry = { type: "task.created", at: since, status: "assigned", group, fields: { ...fields } };
  const drafts: TaskDraft[] = [];
  for (const [index, entry] of (startsItself(history) ? history : [beginning, ...history]).entries()) {
    if (index > 0 && entry.type === "task.created")
      return refuse("invalid_request", "A history has one task.created, its first.");
    if (index === 0 && entry.group === undefined)
      return refuse("invalid_request", "The task.created of a history names its group.");
    const draft = historyDraft(entry, command, world.directory);
    if (isRefusal(draft)) return { ...draft, detail: `history ${index}: ${draft.detail ?? ""}` };
    drafts.push(draft);
  }
  return drafts;
}

function fold(history: readonly TaskDraft[]): Task {
  const task = history.reduce<Task | null>(applyEvent, null);
  if (task === null) throw new Error("a history without a beginning");
  return task;
}

/** What the record says beyond its history: references one by one, oldest first, and the rest of the state at once. */
function remaining(before: Task, command: ImportTask, context: Context): TaskDraft[] {
  const given = new Set(Object.entries(before.references).map(([provider, reference]) => `${provider}\n${reference}`));
  const told = new Set(command.history.flatMap(({ provider, reference }) => (reference ? [`${provider}\n${reference}`] : [])));
  const last = new Map(command.references.map((one) => [one.provider, one]));
  const missing = command.references.filter((one) => {
    const key = `${one.provider}\n${one.reference}`;
    return last.get(one.provider) === one ? !given.has(key) : !told.has(key);
  });
  const drafts = missing.map(({ provider, reference, since }) =>
    imported(command, { reference: { provider, value: reference } }, since ?? command.createdAt ?? context.at),
  );
  const changes = differences(before, command, context);
  return Object.keys(changes).length === 0 ? drafts : [...drafts, imported(command, changes, context.at)];
}

function imported({ number, ticket }: ImportTask, changes: TaskChanges, at: number): TaskDraft {
  const facts = { ...changes, imported: { at, channel: "import" as const } };
  return {
    kind: "task",
    type: "task.imported",
    task: number,
    ticket,
    provider: null,
    signal: null,
    process: null,
    changes: facts,
  };
}

/** Status, group and fields in which the record differs; what it does not name is left as it is. */
function differences(task: Task, { status, group, fields }: ImportTask, { world }: Context): TaskChanges {
  const changes: TaskChanges = {};
  const provider = world.directory.groups.get(group)?.provider ?? null;
  if (task.status !== status) changes.status = status;
  if (task.group !== group || task.provider !== provider) Object.assign(changes, { group, provider });
  const changed = Object.entries(fields).filter(([name, value]) => !same(task.fields[name as keyof TaskFields], value));
  if (changed.length > 0) changes.fields = Object.fromEntries(changed);
  return changes;
}

function same(one: unknown, other: unknown): boolean {
  if (typeof one !== "object" || one === null || typeof other !== "object" || other === null) return one === other;
  const [mine, others] = [Object.entries(one), Object.entries(other)];
  return (
    mine.length === others.length &&
    others.every(([name, value]) => Object.hasOwn(one, name) && mine.some(([own, is]) => own === name && is === value))
  );
}

/** A task that is here already: nothing when it is as the record says, else a refusal, or the change that was asked for. */
function compared(there: Task, command: ImportTask, context: Context): TaskDraft[] | Refusal {
  if (there.ticket !== command.ticket) return refuse("number_taken", `Task ${command.number} belongs to ticket ${there.ticket}.`);
  const told = command.references.filter(({ provider, reference }) => there.references[provider] === reference);
  const present = command.references.filter((one) => command.references.findLast((of) => of.provider === one.provider) === one);
  const references = present.filter((one) => !told.includes(one));
  const drafts = remaining(there, { ...command, references, history: [] }, context);
  if (drafts.length === 0 || command.update) return drafts;
  const names = drafts.flatMap(({ changes }) => changedNames(changes));
  return refuse("import_differs", `Different: ${[...new Set(names)].join(", ")}.`);
}

function changedNames({ status, group, reference, fields = {} }: TaskChanges): string[] {
  return [
    ...(status ? ["status"] : []),
    ...(group === undefined ? [] : ["group"]),
    ...(reference ? ["references"] : []),
    ...Object.keys(fields),
  ];
}
