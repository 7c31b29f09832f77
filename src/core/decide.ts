// Decides a whole unit: its commands in order, each seeing what the ones before it did, all or nothing. Pure.
import { applyEvent, applyTicketEvent } from "./apply.ts";
import { isRefusal, refuse } from "./commands/command.ts";
import { specOf } from "./commands/registry.ts";
import type { Draft } from "./events.ts";
import { findTask } from "./find.ts";
import type { CommandResult, Decision, Step, Unit, World } from "./ports.ts";
import type { Task, Ticket } from "./task.ts";

export function decideUnit(unit: Unit, world: World): Decision {
  const repeat = repeatOf(unit, world);
  if (repeat) return { kind: "repeat", result: repeat };
  const own: Own = { tasks: new Map(), tickets: new Map(), alerts: new Map(), attachments: new Map() };
  const seen = overlay(world, own);
  const steps: Step[][] = [];
  for (const [index, command] of unit.commands.entries()) {
    const spec = specOf(command);
    const made = spec.callers.includes(unit.caller.kind)
      ? spec.decide(command, { world: seen, caller: unit.caller, at: unit.at })
      : refuse("forbidden");
    if (isRefusal(made)) return { kind: "refused", index, refusal: made };
    steps.push(made.map((draft) => take(draft, seen, own)));
  }
  return { kind: "new", steps };
}

/**
 * A call without a key is a repeat when the same bytes came from the same provider within its window and ticketing did
 * not touch the task since: an old client that saw a time-out sends again, and must not report twice.
 */
function repeatOf(unit: Unit, world: World): CommandResult | null {
  const [command] = unit.commands;
  if (!unit.digest || !command || unit.commands.length > 1 || unit.caller.kind !== "provider") return null;
  const { task: ref } = specOf(command).names(command);
  const found = ref && findTask(ref, unit.caller, world);
  if (!found || isRefusal(found)) return null;
  const before = world.answerTo(found.task.number, unit.digest);
  const window = world.directory.providers.get(unit.caller.provider)?.repeatWindowMs ?? 0;
  if (!before || unit.at - before.at >= window) return null;
  return { task: found.task.number, ticket: found.task.ticket, events: [before.event] };
}

/** What the unit's own earlier commands did. An alert that was cleared is null. */
interface Own {
  tasks: Map<string, Task>;
  tickets: Map<string, Ticket>;
  alerts: Map<string, { since: number } | null>;
  /** Number of the task each attachment was added to. */
  attachments: Map<string, string>;
}

function take(draft: Draft, seen: World, own: Own): Step {
  if (draft.kind === "ticket") {
    const ticket = applyTicketEvent(seen.ticketByNumber(draft.ticket) ?? null, draft);
    own.tickets.set(draft.ticket, ticket);
    return { draft, ticket };
  }
  if (draft.kind === "alert") {
    const { name, since } = draft.changes.alert;
    own.alerts.set(name, draft.type === "alert.raised" ? { since } : null);
    return { draft, about: (draft.task !== null && seen.taskByNumber(draft.task)) || null };
  }
  const task = applyEvent(seen.taskByNumber(draft.task) ?? null, draft);
  own.tasks.set(draft.task, task);
  if (draft.changes.attachment) own.attachments.set(draft.changes.attachment.id, draft.task);
  return { draft, task };
}

/** The world as the unit's own earlier commands left it. */
function overlay(world: World, { tasks, tickets, alerts, attachments }: Own): World {
  const newest = (task: Task): Task => tasks.get(task.number) ?? task;
  return {
    directory: world.directory,
    nextNumber: (kind) => world.nextNumber(kind),
    answerTo: (task, digest) => world.answerTo(task, digest),
    ticketByNumber: (number) => tickets.get(number) ?? world.ticketByNumber(number),
    openTasksOf(ticket) {
      const own = [...tasks.values()].filter((task) => task.ticket === ticket);
      const others = world.openTasksOf(ticket).filter(({ number }) => !tasks.has(number));
      return [...others, ...own].filter(({ status }) => status !== "closed");
    },
    revisionOf: (kind, number) => ((kind === "task" ? tasks : tickets).has(number) ? null : world.revisionOf(kind, number)),
    person: (id) => world.person(id),
    raisedAlert: (name) => (alerts.has(name) ? (alerts.get(name) ?? undefined) : world.raisedAlert(name)),
    stagedAttachment: (id) => (attachments.has(id) ? undefined : world.stagedAttachment(id)),
    attachmentsOf: (task) => world.attachmentsOf(task) + [...attachments.values()].filter((number) => number === task).length,
    taskByNumber: (number) => tasks.get(number) ?? world.taskByNumber(number),
    taskByProcess: (id) => {
      const task = world.taskByProcess(id);
      return task && newest(task);
    },
    tasksByReference(provider, reference) {
      const stored = world.tasksByReference(provider, reference).map(newest);
      const own = [...tasks.values()].filter(
        (task) => task.references[provider] === reference && !stored.some((one) => one.number === task.number),
      );
      return [...stored, ...own];
    },
  };
}
