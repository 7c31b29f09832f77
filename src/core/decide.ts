// Decides a whole unit: its commands in order, each seeing what the ones before it did, all or nothing. Pure.
import { applyEvent } from "./apply.ts";
import { isRefusal, refuse } from "./commands/command.ts";
import { specOf } from "./commands/registry.ts";
import type { Draft } from "./events.ts";
import type { Decision, Unit, World } from "./ports.ts";
import type { Task, Ticket, TicketFields } from "./task.ts";

const EMPTY_TICKET: TicketFields = { subject: "", description: null, priority: null, requester: null, custom: {} };

export function decideUnit(unit: Unit, world: World): Decision {
  const tasks = new Map<string, Task>();
  const tickets = new Map<string, Ticket>();
  const seen = overlay(world, tasks, tickets);
  const drafts: Draft[][] = [];
  for (const [index, command] of unit.commands.entries()) {
    const spec = specOf(command);
    const made = spec.callers.includes(unit.caller.kind)
      ? spec.decide(command, { world: seen, caller: unit.caller, at: unit.at })
      : refuse("forbidden");
    if (isRefusal(made)) return { ok: false, index, refusal: made };
    for (const draft of made) applyDraft(draft, seen, tasks, tickets);
    drafts.push(made);
  }
  return { ok: true, drafts, tasks, tickets };
}

function applyDraft(draft: Draft, seen: World, tasks: Map<string, Task>, tickets: Map<string, Ticket>): void {
  if (draft.kind === "ticket") {
    tickets.set(draft.ticket, { number: draft.ticket, status: "open", fields: { ...EMPTY_TICKET, ...draft.changes.fields } });
    return;
  }
  tasks.set(draft.task, applyEvent(seen.taskByNumber(draft.task) ?? null, draft));
}

/** The world as the unit's own earlier commands left it. */
function overlay(world: World, tasks: ReadonlyMap<string, Task>, tickets: ReadonlyMap<string, Ticket>): World {
  const newest = (task: Task): Task => tasks.get(task.number) ?? task;
  return {
    directory: world.directory,
    nextNumber: (kind) => world.nextNumber(kind),
    ticketByNumber: (number) => tickets.get(number) ?? world.ticketByNumber(number),
    taskByNumber: (number) => tasks.get(number) ?? world.taskByNumber(number),
    taskByProcess: (id) => {
      const task = world.taskByProcess(id);
      return task && newest(task);
    },
    tasksByReference(provider, reference) {
      const stored = world.tasksByReference(provider, reference).map(newest);
      const own = [...tasks.values()].filter((task) => task.references[provider] === reference && !stored.some((one) => one.number === task.number));
      return [...stored, ...own];
    },
  };
}
